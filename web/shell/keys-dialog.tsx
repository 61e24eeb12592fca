import { chatText } from "#capabilities/chat/web/index.ts";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { settings } from "#web/kit/state/settings.ts";
import { useStore } from "#web/kit/state/store.ts";
import { text } from "./text/index.ts";

/** Every shortcut on one sheet. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const sendKey = useStore(settings, (all) => all.sendKey);
  return (
    <Dialog title={text("keys.title")} width="large" isTextOnly onClose={onClose}>
      <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
        <Keys
          title={chatText("keys.title")}
          rows={[
            ["Alt＋↓", chatText("keys.next")],
            ["Alt＋↑", chatText("keys.previous")],
            ["Alt＋Shift＋↓", chatText("keys.nextUnread")],
            ["Alt＋K", chatText("keys.filter")],
            ["Alt＋N", chatText("keys.new")],
            ["Alt＋M", chatText("keys.compose")],
            [sendKey === "enter" ? "Enter" : "Ctrl＋Enter", chatText("keys.send")],
            ["Alt＋J", chatText("keys.newest")],
            ["Alt＋G", chatText("keys.date")],
            ["Alt＋I", chatText("keys.members")],
            ["Alt＋T", chatText("keys.threads")],
          ]}
        />
        <div className="flex flex-col gap-6">
          <Keys
            title={chatText("keys.onMessage")}
            rows={[
              ["↑ ↓", chatText("keys.messages")],
              ["R", chatText("keys.reply")],
              ["T", chatText("keys.thread")],
              ["A", chatText("keys.react")],
              ["K", chatText("keys.confirm")],
              ["E", chatText("keys.edit")],
              ["D", chatText("keys.delete")],
              ["C", chatText("keys.copy")],
              ["I", chatText("keys.readers")],
            ]}
          />
          <Keys
            title={text("keys.general")}
            rows={[
              ["Ctrl＋K", text("keys.switcher")],
              ["Tab", text("keys.move")],
              ["Enter", text("keys.open")],
              ["Esc", text("keys.close")],
              ["?", text("keys.this")],
            ]}
          />
        </div>
      </div>
    </Dialog>
  );
}

function Keys({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <h3 className="mb-2 text-sm font-bold text-ink-3">{title}</h3>
      <dl>
        {rows.map(([keys, words]) => (
          <div key={keys} className="flex min-h-10 items-center gap-4 border-t border-line py-1">
            <dt className="w-36 shrink-0">
              <kbd className="rounded-md border border-line-strong bg-sunken px-2 py-0.5 font-sans text-sm">
                {keys}
              </kbd>
            </dt>
            <dd className="text-sm">{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
