import { useEffect, useState } from "react";
import { useFiles } from "#core/files/web/index.ts";
import { Button } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { ClockIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { filesAlone } from "../../defaults/contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import type { UnsentMessage } from "../client/outbox.ts";
import { text } from "../text/index.ts";
import { MessageBody } from "./message-body.tsx";

/** A message of one's own that the server does not have yet, with what can be done about it. */
export function UnsentRow({ message }: { message: UnsentMessage }) {
  const chat = useChat();
  const files = useFiles();
  const me = useChatState((state) => state.me);
  const isConnected = useStore(chat.session.connection, (connection) => connection === "connected");
  const isFailed = message.state === "failed";
  const isWaiting = message.state === "waiting" && !isConnected;
  const isHeld = message.state === "held";

  const takeBack = async () => {
    const { clientMessageId, roomId } = message;
    chat.outbox.stopHeld(clientMessageId);
    const draft = chat.drafts.get(roomId);
    const fileIds = message.extras?.fileIds ?? [];
    const said = fileIds.length > 0 && message.body === filesAlone ? "" : message.body;
    const body = draft.body.trim() ? `${draft.body}\n${said}` : said;
    files.give(roomId, fileIds);
    const mentioned = [...draft.mentioned, ...(message.mentioned ?? [])];
    chat.drafts.change(roomId, { body, mentioned, replyTo: draft.replyTo ?? message.replyTo });
    // The text is on the disk in one place before it leaves the other.
    await chat.drafts.keep();
    chat.asking.give(message.roomId, message.extras);
    chat.outbox.discard(clientMessageId);
    tell(text("message.discarded"));
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };

  return (
    <article
      aria-label={text("message.own")}
      className="flex justify-end gap-2.5 px-3 pl-12 pt-2 md:px-5 md:pl-24"
    >
      <div className="flex min-w-0 max-w-[44rem] flex-col items-end">
        <div
          className={classes(
            "min-w-0 max-w-full rounded-2xl border border-dashed px-3.5 py-2 text-base",
            isFailed ? "border-danger bg-danger-soft" : "border-line-strong bg-bubble-own",
          )}
        >
          <MessageBody body={message.body} mentioned={message.mentioned ?? []} me={me} />
        </div>
        <div
          className="mt-1 flex flex-wrap items-center justify-end gap-x-2 gap-y-1 text-xs text-ink-3"
          role="status"
        >
          {isFailed ? (
            <span className="flex items-center gap-1 font-bold text-danger">
              <WarningIcon size={16} />
              {text("message.failed")}
            </span>
          ) : isHeld ? (
            <Countdown until={message.heldUntil ?? 0} />
          ) : (
            <span className="flex items-center gap-1">
              <ClockIcon size={14} />
              {text(isWaiting ? "message.waiting" : "message.sending")}
            </span>
          )}
          {isWaiting && <span>{text("message.waiting.why")}</span>}
        </div>
        {isFailed && message.problem && (
          <p className="mt-0.5 max-w-md text-right text-sm text-danger">{message.problem}</p>
        )}
        {(isFailed || isWaiting || isHeld) && (
          <div className="mt-1 flex gap-2">
            <Button size="small" kind={isHeld ? "secondary" : "quiet"} onPress={() => void takeBack()}>
              {text("message.discard")}
            </Button>
            {isHeld && (
              <Button size="small" kind="quiet" onPress={() => chat.outbox.release(message.clientMessageId)}>
                {text("message.held.now")}
              </Button>
            )}
            {isFailed && (
              <Button size="small" onPress={() => chat.outbox.retry(message.clientMessageId)}>
                {text("message.retry")}
              </Button>
            )}
          </div>
        )}
      </div>
    </article>
  );
}

/** The seconds are for the eye; read aloud is only that it waits. */
function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <span className="flex items-center gap-1 font-bold text-ink-2">
      <ClockIcon size={14} />
      <span className="sr-only">{text("message.held")}</span>
      <span aria-hidden="true" className="tabular-nums">
        {text("message.held.seconds", { count: seconds })}
      </span>
    </span>
  );
}
