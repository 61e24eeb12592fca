import { useCallback, useEffect, useRef, useState } from "react";
import { plainText } from "#shared/markup/plain-text.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { Badge } from "#web/kit/components/badge.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { CloseIcon, ThreadIcon } from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { RoomItem, ThreadItem, ThreadsPage } from "../../contract.ts";
import { useChat, usePerson } from "../client/context.ts";
import { replyKey } from "../client/replies.ts";
import { text } from "../text/index.ts";

/** A burst of replies asks for the list once, in milliseconds; each client a little later than the other. */
const asksAfter = 400;

/** 話題一覧: the threads of a room, that with the newest message first, and how much of each has not been read. */
export default function ThreadsPanel({
  room,
  onOpen,
  onClose,
}: {
  room: RoomItem;
  onOpen: (seq: number) => void;
  onClose: () => void;
}) {
  const { page, problem, isLoadingMore, reload, loadMore } = useThreads(room);
  return (
    <aside
      aria-label={text("threads.title")}
      data-print="hide"
      className="absolute inset-0 z-30 flex min-h-0 flex-col border-l border-line bg-ground @min-[60rem]/chat:static @min-[60rem]/chat:w-84 @min-[60rem]/chat:shrink-0"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex min-h-14 items-center gap-2 border-b border-line pl-4 pr-2">
        <h2 className="min-w-0 flex-1">
          <span className="block text-base font-bold leading-6">{text("threads.title")}</span>
          <bdi className="block truncate text-xs font-normal text-ink-3">{room.name}</bdi>
        </h2>
        <IconButton autoFocus label={kitText("action.close")} icon={<CloseIcon />} onPress={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {problem !== undefined && !page ? (
          <Failure error={problem} onRetry={reload} />
        ) : !page ? (
          <Loading className="flex flex-col gap-5 p-4">
            {[10, 13, 9, 12].map((width) => (
              <div key={width} className="flex flex-col gap-2">
                <span className="block max-w-full" style={{ width: `${width}rem` }}>
                  <Skeleton className="h-4 w-full" />
                </span>
                <Skeleton className="h-3 w-3/5" />
              </div>
            ))}
          </Loading>
        ) : page.items.length === 0 ? (
          <Empty title={text("threads.none")} icon={<ThreadIcon size={32} />}>
            {text("threads.none.next")}
          </Empty>
        ) : (
          <>
            <ul className="divide-y divide-line border-b border-line">
              {page.items.map((item) => (
                <li key={item.seq}>
                  <ThreadRow room={room} item={item} onOpen={onOpen} />
                </li>
              ))}
            </ul>
            {page.hasMore && (
              <div className="flex justify-center p-4">
                <Button size="small" isPending={isLoadingMore} onPress={loadMore}>
                  {text("threads.more")}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </aside>
  );
}

function ThreadRow({
  room,
  item,
  onOpen,
}: {
  room: RoomItem;
  item: ThreadItem;
  onOpen: (seq: number) => void;
}) {
  const chat = useChat();
  const sender = usePerson(item.senderId);
  const hasDraft = useStore(
    chat.replies.bodies,
    (bodies) => (bodies[replyKey(room.id, item.seq)] ?? "").trim() !== "",
  );
  const { title, replyCount, lastReplyAt } = item.thread;
  const moment = lastReplyAt ?? item.sentAt;
  const said = plainText(item.excerpt).replace(/\s+/g, " ");
  const isUnread = item.unread > 0;
  return (
    <button
      type="button"
      onClick={() => onOpen(item.seq)}
      className="focus-inside flex w-full items-start gap-3 px-4 py-3 text-left hover:bg-hover"
    >
      <span className="mt-0.5 shrink-0">
        {sender ? (
          <Avatar person={sender} size={36} />
        ) : (
          <span className="block size-9 rounded-full bg-line" />
        )}
      </span>
      <span className="min-w-0 flex-1">
        <span
          className={classes("line-clamp-2 text-base leading-6 break-words", isUnread ? "font-bold" : "")}
        >
          <bdi>{title ?? (said || text("message.deleted"))}</bdi>
        </span>
        {title !== null && (
          <span className="block truncate text-sm text-ink-2">
            <bdi>{said || text("message.deleted")}</bdi>
          </span>
        )}
        <span className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-ink-3">
          {hasDraft && <span className="font-bold text-warn">{text("rooms.draft")}</span>}
          <bdi>{sender?.name}</bdi>
          <span>{text("thread.replies", { count: replyCount })}</span>
          <time dateTime={moment} title={longMoment(moment)} className="tabular-nums">
            {shortMoment(moment)}
          </time>
        </span>
      </span>
      <Badge count={item.unread} label={text("unread.count", { count: item.unread })} tone="accent" />
    </button>
  );
}

/** The list as far as it has been asked for; again when a reply has come or something has been read. */
function useThreads(room: RoomItem) {
  const chat = useChat();
  const changes = useStore(chat.threadChanges, (all) => all[room.id] ?? 0);
  const [page, setPage] = useState<ThreadsPage>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const shown = useRef(0);
  shown.current = page?.items.length ?? 0;
  const isFirst = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the stream says that something is other
  useEffect(() => {
    const ended = new AbortController();
    const ask = () => {
      setProblem(undefined);
      chat
        .listThreads(room.id, { limit: Math.min(100, Math.max(30, shown.current)) }, ended.signal)
        .then(setPage, (error) => {
          if (!ended.signal.aborted) setProblem(error);
        });
    };
    const wait = isFirst.current ? 0 : asksAfter * (1 + Math.random());
    isFirst.current = false;
    const timer = setTimeout(ask, wait);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [chat, room.id, room.readSeq, changes, attempt]);

  const loadMore = async () => {
    const last = page?.items.at(-1);
    if (!last) return;
    setLoadingMore(true);
    try {
      const next = await chat.listThreads(room.id, { limit: 30, before: last.newestSeq });
      setPage((now) => {
        const known = new Set(now?.items.map((item) => item.seq));
        const added = next.items.filter((item) => !known.has(item.seq));
        return { items: [...(now?.items ?? []), ...added], hasMore: next.hasMore };
      });
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    setLoadingMore(false);
  };
  return {
    page,
    problem,
    isLoadingMore,
    reload: useCallback(() => setAttempt((before) => before + 1), []),
    loadMore: () => void loadMore(),
  };
}
