import { plainText } from "#shared/markup/plain-text.ts";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { CloseIcon, ReplyIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { DraftContent, RoomItem } from "../../contract.ts";
import { reachOf } from "../client/before-sending.ts";
import { useChat, useChatState, usePerson } from "../client/context.ts";
import type { Draft } from "../client/drafts.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";

/** 「この投稿は 214人（うちゲスト 3人）に届きます」, in rooms where that is worth saying. */
export function ReachLine({ room }: { room: RoomItem }) {
  const chat = useChat();
  const settings = useStore(chat.settings, (all) => all);
  const reach = reachOf(room, settings, chat.session.me.person.kind === "guest");
  if (!reach) return null;
  return (
    <p className="mb-1.5 flex flex-wrap items-center gap-x-2 text-sm">
      <span className="flex items-center gap-1.5 font-bold text-warn">
        <WarningIcon size={16} />
        {reach.guests > 0
          ? text("composer.reach.guests", { count: reach.people, guests: reach.guests })
          : text("composer.reach", { count: reach.people })}
      </span>
      {settings.holdSeconds > 0 && (
        <span className="text-ink-3">{text("composer.hold.hint", { count: settings.holdSeconds })}</span>
      )}
    </p>
  );
}

/** What another device had written when this one went on: it is added here, or put away. */
export function OtherDrafts({ draft }: { draft: Draft }) {
  const chat = useChat();
  const [other, ...rest] = draft.others;
  if (!other) return null;
  const take = (content: DraftContent) => {
    const body = draft.body.trim() ? `${draft.body}\n${content.body}` : content.body;
    const mentioned = [...draft.mentioned, ...content.mentioned];
    chat.drafts.change(draft.roomId, { body, mentioned, others: rest });
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };
  return (
    <section
      aria-label={text("draft.other")}
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warn-line bg-warn-soft px-3 py-1.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-60">
        <span className="font-bold">{text("draft.other")}</span>
        <bdi className="block truncate text-ink-2">
          {plainText(other.body.slice(0, 200)).replace(/\s+/g, " ")}
        </bdi>
      </p>
      <Button size="small" onPress={() => take(other)}>
        {text("draft.other.take")}
      </Button>
      <Button size="small" kind="quiet" onPress={() => chat.drafts.change(draft.roomId, { others: rest })}>
        {text("draft.other.drop")}
      </Button>
    </section>
  );
}

/** A spreadsheet's cells became a table; the choice to have them as they came. */
export function PastedTable({ onAsText, onClose }: { onAsText: () => void; onClose: () => void }) {
  return (
    <div
      role="status"
      className="mb-2 flex flex-wrap items-center gap-x-3 rounded-lg border border-line bg-sunken py-0.5 pl-3 pr-1 text-sm"
    >
      <span className="min-w-0 flex-1">{text("composer.pasted.table")}</span>
      <Button size="small" onPress={onAsText}>
        {text("composer.pasted.asText")}
      </Button>
      <IconButton label={text("composer.close")} icon={<CloseIcon size={18} />} onPress={onClose} />
    </div>
  );
}

/** Whose message is being answered. */
export function Replying({ roomId, seq, onCancel }: { roomId: string; seq: number; onCancel: () => void }) {
  const original = useChatState((state) => findMessage(state.messages[roomId], seq));
  const sender = usePerson(original?.senderId ?? null);
  return (
    <div className="flex items-center gap-2 border-b border-line py-0.5 pl-3.5 pr-1 text-sm text-ink-2">
      <ReplyIcon size={16} />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-bold">{text("composer.replying", { name: sender?.name ?? "" })}</span>
        {"　"}
        <bdi>{plainText(original?.body.slice(0, 120) ?? "").replace(/\s+/g, " ")}</bdi>
      </span>
      <IconButton label={text("composer.reply.cancel")} icon={<CloseIcon size={16} />} onPress={onCancel} />
    </div>
  );
}
