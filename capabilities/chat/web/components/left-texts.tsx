import { Button } from "#web/kit/components/button.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { copyText } from "#web/kit/device/copy-text.ts";
import { useStore } from "#web/kit/state/store.ts";
import { sameElements, useChat } from "../client/context.ts";
import { emptyDraft } from "../client/drafts.ts";
import { text } from "../text/index.ts";

/** What one was writing in a room that one is not in any more: nothing of it was sent, and it is given back. */
export default function LeftTexts({ roomId }: { roomId: string }) {
  const chat = useChat();
  const draft = useStore(chat.drafts.drafts, (drafts) => drafts[roomId]) ?? emptyDraft(roomId);
  const unsent = useStore(
    chat.outbox.messages,
    (all) => all.filter((message) => message.roomId === roomId && message.state !== "sent"),
    sameElements,
  );
  const words = [...unsent, draft, ...draft.others].map(({ body }) => body.trim()).filter(Boolean);
  if (words.length === 0) return null;
  const all = words.join("\n\n");
  const copy = async () => {
    const isCopied = await copyText(all);
    tell(text(isCopied ? "room.gone.copied" : "room.gone.notCopied"), isCopied ? undefined : "danger");
  };
  const discard = () => {
    for (const message of unsent) chat.outbox.discard(message.clientMessageId);
    chat.drafts.change(roomId, { others: [] });
    chat.drafts.clear(roomId);
  };
  return (
    <section
      aria-labelledby="left-texts"
      className="mx-auto mb-6 w-full max-w-xl rounded-xl border border-line bg-ground p-4 text-left"
    >
      <h2 id="left-texts" className="mb-2 font-bold text-ink">
        {text("room.gone.texts")}
      </h2>
      <textarea
        readOnly
        aria-labelledby="left-texts"
        rows={6}
        value={all}
        dir="auto"
        className="mb-3 w-full rounded-lg border border-line bg-sunken p-3 text-base text-ink"
      />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" size="small" onPress={() => void copy()}>
          {text("room.gone.copy")}
        </Button>
        <Button kind="quiet" size="small" onPress={discard}>
          {text("room.gone.discard")}
        </Button>
      </div>
    </section>
  );
}
