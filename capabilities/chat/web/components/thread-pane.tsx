import { useEffect, useRef, useState } from "react";
import { countCharacters } from "#shared/text.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { CloseIcon, EditIcon, PrintIcon, SendIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { isComposing } from "#web/kit/keys/shortcuts.ts";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Message, RoomItem } from "../../contract.ts";
import { sameElements, useChat, useChatState, usePerson } from "../client/context.ts";
import { mentionsIn } from "../client/mention-words.ts";
import { replyKey } from "../client/replies.ts";
import { text } from "../text/index.ts";
import { MessageRow } from "./message-row.tsx";
import { useMessageTools } from "./message-tools.tsx";
import { UnsentRow } from "./unsent-row.tsx";

/** One thread beside the room; on a phone in its place. Printed, it is a sheet of its own. */
export default function ThreadPane({
  room,
  seq,
  onShowReaders,
  onClose,
}: {
  room: RoomItem;
  seq: number;
  onShowReaders: (seq: number) => void;
  onClose: () => void;
}) {
  const chat = useChat();
  const me = useChatState((state) => state.me);
  const items = useChatState((state) => state.threads[room.id]?.[seq]);
  const unsent = useStore(
    chat.outbox.messages,
    (all) => all.filter((each) => each.roomId === room.id && each.extras?.threadSeq === seq),
    sameElements,
  );
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const end = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { act, overlay } = useMessageTools(room, me, {
    reply: () => field.current?.focus(),
    showReaders: onShowReaders,
    openThread: () => field.current?.focus(),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    setProblem(undefined);
    chat.loadThread(room.id, seq).catch(setProblem);
  }, [chat, room.id, seq, attempt]);
  const count = (items?.length ?? 0) + unsent.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest comes into view when there is one more
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  const root = items?.find((item) => item.seq === seq);

  return (
    <aside
      aria-label={text("thread.label")}
      data-print="sheet"
      className="flex w-full min-w-0 flex-col border-line bg-ground max-lg:absolute max-lg:inset-0 max-lg:z-20 lg:w-100 lg:shrink-0 lg:border-l"
    >
      <header className="flex min-h-14 items-center gap-1 border-b border-line py-1 pl-4 pr-2">
        <div className="min-w-0 flex-1">
          <Title room={room} seq={seq} root={root} me={me} />
          <p className="truncate text-xs text-ink-3">
            <bdi>{room.name}</bdi>
            {root && (
              <span className="hidden print:inline">
                {"　"}
                {longMoment(root.sentAt)}
              </span>
            )}
          </p>
        </div>
        <span className="flex" data-print="hide">
          <IconButton label={text("thread.print")} icon={<PrintIcon />} onPress={() => printThread()} />
          <IconButton label={text("thread.close")} icon={<CloseIcon />} onPress={onClose} />
        </span>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto bg-sunken pb-4" data-print="grow">
        {problem !== undefined ? (
          <Failure error={problem} onRetry={() => setAttempt((before) => before + 1)} />
        ) : items ? (
          <ol>
            {items.map((message) => (
              <li key={message.seq} data-print="keep">
                <MessageRow
                  roomId={room.id}
                  message={message}
                  isFirstOfGroup
                  isDirect={room.kind === "direct"}
                  isInThread
                  onShowReaders={onShowReaders}
                  onAct={act}
                />
                <PrintedLine message={message} />
              </li>
            ))}
            {unsent.map((message) => (
              <li key={message.clientMessageId}>
                <UnsentRow message={message} />
              </li>
            ))}
          </ol>
        ) : (
          <Loading className="flex flex-col gap-4 p-5">
            <Skeleton className="h-14 w-64 max-w-full rounded-2xl" />
            <Skeleton className="h-14 w-48 rounded-2xl" />
          </Loading>
        )}
        <div ref={end} />
      </div>
      {!room.archivedAt && <ThreadComposer room={room} seq={seq} field={field} />}
      {overlay}
    </aside>
  );
}

/** On paper each message says who wrote it and when, one's own too. */
function PrintedLine({ message }: { message: Message }) {
  const sender = usePerson(message.senderId);
  return (
    <p className="hidden px-5 text-xs print:block">
      <bdi>{sender?.name}</bdi>
      {"　"}
      {longMoment(message.sentAt)}
    </p>
  );
}

/** 話題: its name, which who started it and owners change in place. */
function Title({
  room,
  seq,
  root,
  me,
}: {
  room: RoomItem;
  seq: number;
  root: Message | undefined;
  me: string;
}) {
  const chat = useChat();
  const [typed, setTyped] = useState<string>();
  const title = root?.thread?.title ?? null;
  const mayChange = root && !room.archivedAt && (root.senderId === me || room.role === "owner");
  if (typed === undefined)
    return (
      <h2 className="flex items-center gap-1 font-bold leading-6">
        <bdi className="truncate">{title ?? text("thread.label")}</bdi>
        {mayChange && (
          <span data-print="hide">
            <IconButton
              label={text("thread.title.change")}
              icon={<EditIcon size={16} />}
              onPress={() => setTyped(title ?? "")}
            />
          </span>
        )}
      </h2>
    );
  const save = async () => {
    try {
      await chat.titleThread(room.id, seq, typed.trim() || null);
      setTyped(undefined);
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
  };
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        value={typed}
        maxLength={100}
        // biome-ignore lint/a11y/noAutofocus: the reader has just asked to write here
        autoFocus
        aria-label={text("thread.title.label")}
        placeholder={text("thread.title.hint")}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setTyped(undefined)}
        className="min-h-9 min-w-0 flex-1 rounded-lg border border-line-strong bg-ground px-2 text-base max-md:min-h-11"
      />
      <Button size="small" type="submit">
        {text("edit.save")}
      </Button>
    </form>
  );
}

/** Where a reply is written; what is typed stays while one looks elsewhere. */
function ThreadComposer({
  room,
  seq,
  field,
}: {
  room: RoomItem;
  seq: number;
  field: React.RefObject<HTMLTextAreaElement | null>;
}) {
  const chat = useChat();
  const key = replyKey(room.id, seq);
  const body = useStore(chat.replies.bodies, (bodies) => bodies[key] ?? "");
  const limit = chat.session.me.limits.messageCharacters;
  const canSend = body.trim() !== "" && (body.length <= limit || countCharacters(body) <= limit);
  const send = () => {
    if (!canSend) return;
    const words = body.replace(/\s+$/, "");
    const people = Object.values(chat.state.get().members[room.id] ?? {}).map(({ person }) => ({
      id: person.id,
      name: person.name,
    }));
    const { mentions } = mentionsIn(words, people);
    void chat.outbox.send({
      roomId: room.id,
      body: words,
      replyTo: null,
      mentions,
      extras: { threadSeq: seq },
    });
    chat.replies.clear(key);
  };
  return (
    <div className="flex items-end gap-2 border-t border-line px-3 py-2.5" data-print="hide">
      <textarea
        ref={field}
        rows={2}
        value={body}
        dir="auto"
        aria-label={text("thread.compose")}
        placeholder={text("thread.compose")}
        onChange={(event) => chat.replies.change(key, event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent) || event.key !== "Enter") return;
          if (!event.ctrlKey && !event.metaKey) return;
          event.preventDefault();
          send();
        }}
        className="min-h-11 min-w-0 flex-1 resize-none rounded-xl border border-line-strong bg-ground px-3 py-2 text-base"
      />
      <Button kind="primary" size="small" icon={<SendIcon size={18} />} isDisabled={!canSend} onPress={send}>
        {text("composer.send")}
      </Button>
    </div>
  );
}

/** Prints the thread alone; the room beside it stays off the paper. */
function printThread(): void {
  document.documentElement.dataset.printing = "sheet";
  print();
  delete document.documentElement.dataset.printing;
}
