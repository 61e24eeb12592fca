import { useNavigate } from "@tanstack/react-router";
import { lazy, memo, Suspense, useEffect, useMemo } from "react";
import { Button as AriaButton } from "react-aria-components";
import { loadFileCards } from "#core/files/web/index.ts";
import type { PersonSummary } from "#core/identity/contract.ts";
import { plainText } from "#shared/markup/plain-text.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon, ReplyIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { clock, longMoment } from "#web/kit/text/dates.ts";
import type { MentionTarget, Message } from "../../contract.ts";
import { filesAlone } from "../../defaults/contract.ts";
import { sameElements, useChat, useChatState, usePerson } from "../client/context.ts";
import { everybodyId } from "../client/mention-words.ts";
import { countReaders } from "../client/read-counts.ts";
import { findMessage, mentions } from "../state.ts";
import { text } from "../text/index.ts";
import { ConfirmationBox } from "./confirmation-box.tsx";
import type { MessageAction } from "./message-actions.tsx";
import { type MentionedInBody, MessageBody } from "./message-body.tsx";
import { ReactionChips } from "./reaction-chips.tsx";
import { ThreadOf, ThreadSummary } from "./thread-link.tsx";
import { Tombstone } from "./tombstone.tsx";

const FileCards = lazy(loadFileCards);

/** One message: others on the left with their name and place, one's own on the right with 既読. */
export const MessageRow = memo(function MessageRow({
  roomId,
  message,
  isFirstOfGroup,
  isDirect,
  isInThread = false,
  onShowReaders,
  onAct,
}: {
  roomId: string;
  message: Message;
  isFirstOfGroup: boolean;
  isDirect: boolean;
  /** In a thread's own pane nothing points to the thread. */
  isInThread?: boolean;
  onShowReaders: (seq: number) => void;
  onAct: (action: MessageAction, message: Message) => void;
}) {
  const me = useChatState((state) => state.me);
  const isMine = message.senderId === me;
  const sender = usePerson(message.senderId);
  const operator = usePerson(message.operatorId);
  const chat = useChat();
  const people = useStore(
    chat.people.known,
    (known) => message.mentions.flatMap((id) => known[id] ?? []),
    sameElements,
  );
  const { mentionTargets } = message;
  const mentioned = useMemo(
    () => (mentionTargets ? [...people, ...mentionTargets.map((target) => inBody(target, me))] : people),
    [people, mentionTargets, me],
  );
  const isForMe = !isMine && mentions(message, me);

  return (
    <article
      aria-label={`${isMine ? text("message.own") : (sender?.name ?? "")} ${longMoment(message.sentAt)}`}
      className={classes(
        "flex gap-2.5 px-3 md:px-5",
        isMine ? "justify-end pl-12 md:pl-24" : "pr-4 md:pr-16",
        isFirstOfGroup ? "pt-3 compact:pt-2" : "pt-1 compact:pt-px",
      )}
    >
      {!isMine && (
        <div className="w-10 shrink-0 max-md:w-9">
          {isFirstOfGroup &&
            (sender ? <Avatar person={sender} /> : <span className="block size-10 rounded-full bg-line" />)}
        </div>
      )}
      <div className={classes("flex min-w-0 max-w-[44rem] flex-col", isMine && "items-end")}>
        {isFirstOfGroup && !isMine && <Sender sender={sender} senderId={message.senderId} />}
        {!isInThread && message.threadSeq !== undefined && (
          <ThreadOf roomId={roomId} seq={message.threadSeq} onOpen={() => onAct("thread", message)} />
        )}
        <div className={classes("flex min-w-0 max-w-full items-end gap-2", isMine && "flex-row-reverse")}>
          {message.deletion ? (
            <Tombstone deletion={message.deletion} />
          ) : (
            <div
              className={classes(
                "min-w-0 rounded-2xl border px-3.5 py-2 text-base compact:py-0.5",
                isMine ? "border-bubble-own-line bg-bubble-own" : "border-line bg-bubble",
                isForMe && "border-l-4 border-l-[var(--warn-line)]",
                isFirstOfGroup && (isMine ? "rounded-tr-sm" : "rounded-tl-sm"),
              )}
            >
              {message.replyTo !== null && message.replyTo !== message.threadSeq && (
                <Quote roomId={roomId} seq={message.replyTo} />
              )}
              {!(message.files && message.body === filesAlone) && (
                <MessageBody body={message.body} mentioned={mentioned} me={me} />
              )}
              {message.files && (
                <Suspense>
                  <FileCards ids={message.files.map((file) => file.id)} />
                </Suspense>
              )}
            </div>
          )}
          <div
            className={classes(
              "flex shrink-0 flex-col gap-0.5 pb-0.5 text-xs leading-4 text-ink-3",
              isMine ? "items-end" : "items-start",
            )}
          >
            {isMine && !message.deletion && (
              <ReadCount
                roomId={roomId}
                message={message}
                isDirect={isDirect}
                onShowReaders={onShowReaders}
              />
            )}
            <time dateTime={message.sentAt} title={longMoment(message.sentAt)} className="tabular-nums">
              {clock(message.sentAt)}
            </time>
            {message.editedAt && (
              <button
                type="button"
                aria-label={text("message.edited.label", { moment: longMoment(message.editedAt) })}
                title={longMoment(message.editedAt)}
                onClick={() => onAct("versions", message)}
                className="-mx-1 min-h-6 whitespace-nowrap rounded-sm px-1 hover:bg-hover hover:underline max-md:min-h-8"
              >
                {text("message.edited")}
              </button>
            )}
          </div>
        </div>
        {!isInThread && <ThreadSummary message={message} onOpen={() => onAct("thread", message)} />}
        <ConfirmationBox roomId={roomId} message={message} onShow={() => onAct("confirmations", message)} />
        <ReactionChips roomId={roomId} message={message} />
        {message.operatorId && (
          <span className="mt-0.5 text-xs text-ink-3">
            {text("message.operator", { name: operator?.name ?? "…" })}
          </span>
        )}
      </div>
    </article>
  );
});

function inBody({ kind, name, count, personIds }: MentionTarget, me: string): MentionedInBody {
  const isForReader = kind === "everybody" || personIds.includes(me);
  return { id: kind === "everybody" ? everybodyId : `${kind}:${name}`, name, count, isForReader };
}

function Sender({ sender, senderId }: { sender: PersonSummary | undefined; senderId: string }) {
  const isMissing = useStore(useChat().people.missing, (missing) => missing.has(senderId));
  return (
    <p className="mb-1 flex min-w-0 flex-wrap items-baseline gap-x-2 leading-5">
      <span className="text-sm font-bold text-ink">
        {sender ? (
          <PersonName person={sender} />
        ) : (
          text(isMissing ? "message.missingSender" : "message.unknownSender")
        )}
      </span>
      {sender && <span className="text-xs text-ink-3">{placeOf(sender)}</span>}
    </p>
  );
}

function ReadCount({
  roomId,
  message,
  isDirect,
  onShowReaders,
}: {
  roomId: string;
  message: Message;
  isDirect: boolean;
  onShowReaders: (seq: number) => void;
}) {
  const count = useChatState(
    (state) => {
      const members = state.members[roomId];
      return members ? countReaders(members, message.senderId, message.seq) : undefined;
    },
    (a, b) => a?.read === b?.read && a?.unread === b?.unread,
  );
  if (!count) return <span className="h-4" />;
  const { read, unread } = count;
  if (read + unread === 0) return null;
  const words =
    read === 0
      ? text("message.read.none")
      : isDirect
        ? text("message.read.one")
        : unread === 0
          ? text("message.read.all")
          : text("message.read.count", { count: read });
  return (
    <AriaButton
      aria-label={text("message.read.label", { read, unread })}
      onPress={() => onShowReaders(message.seq)}
      className={classes(
        "-mx-1 inline-flex min-h-6 items-center gap-0.5 whitespace-nowrap rounded-sm px-1 hover:bg-hover hover:underline max-md:min-h-8",
        read > 0 ? "text-link" : "text-ink-3",
      )}
    >
      {read > 0 && unread === 0 && <CheckIcon size={14} />}
      {words}
    </AriaButton>
  );
}

/** The message that this one answers, in a line; a press goes there. */
function Quote({ roomId, seq }: { roomId: string; seq: number }) {
  const chat = useChat();
  const navigate = useNavigate();
  const original = useChatState((state) => findMessage(state.messages[roomId], seq));
  const sender = usePerson(original?.senderId ?? null);
  useEffect(() => {
    if (!original) chat.loadMessages(roomId, { around: seq, limit: 1 }).catch(() => {});
  }, [chat, roomId, seq, original]);
  return (
    <button
      type="button"
      onClick={() => navigate({ to: "/rooms/$roomId", params: { roomId }, search: { at: seq } })}
      className="mb-1.5 flex w-full min-w-0 items-center gap-1.5 border-l-2 border-line-strong pl-2 text-left text-sm leading-5 text-ink-2 hover:text-ink hover:underline"
    >
      <ReplyIcon size={16} />
      <span className="sr-only">{text("message.replyTo")}</span>
      <span className="truncate">
        {original ? (
          <>
            <bdi className="font-bold">{sender?.name}</bdi>
            {"　"}
            <bdi>
              {original.deletion
                ? text("message.deleted")
                : plainText(original.body.slice(0, 120)).replace(/\s+/g, " ")}
            </bdi>
          </>
        ) : (
          text("message.notLoaded")
        )}
      </span>
    </button>
  );
}
