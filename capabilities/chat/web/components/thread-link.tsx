import { ThreadIcon } from "#web/kit/components/icons.tsx";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { Message } from "../../contract.ts";
import { useChatState } from "../client/context.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";

const link =
  "inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-sm text-left text-sm text-link hover:underline max-md:min-h-11 print:no-underline";

/** On the first message of a thread: its title, how many replies and when the last came; a press opens it. */
export function ThreadSummary({ message, onOpen }: { message: Message; onOpen: () => void }) {
  const { thread } = message;
  if (!thread || (thread.title === null && thread.replyCount === 0)) return null;
  return (
    <button type="button" onClick={onOpen} className={`mt-1 ${link}`}>
      <ThreadIcon size={16} />
      {thread.title && <bdi className="truncate font-bold">{thread.title}</bdi>}
      <span className="whitespace-nowrap">{text("thread.replies", { count: thread.replyCount })}</span>
      {thread.lastReplyAt && (
        <time
          dateTime={thread.lastReplyAt}
          title={longMoment(thread.lastReplyAt)}
          className="truncate text-xs text-ink-3"
        >
          {text("thread.last", { moment: shortMoment(thread.lastReplyAt) })}
        </time>
      )}
    </button>
  );
}

/** On a reply in the room's own flow: to which thread it belongs; a press opens it. */
export function ThreadOf({ roomId, seq, onOpen }: { roomId: string; seq: number; onOpen: () => void }) {
  const root = useChatState((state) => findMessage(state.messages[roomId], seq));
  const title = root?.thread?.title ?? root?.body.slice(0, 60).replace(/\s+/g, " ");
  return (
    <button type="button" onClick={onOpen} className={`mb-0.5 ${link}`}>
      <ThreadIcon size={16} />
      <span className="truncate">{title ? text("thread.of", { title }) : text("thread.of.unknown")}</span>
    </button>
  );
}
