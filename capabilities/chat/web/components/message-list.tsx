import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { plainText } from "#shared/markup/plain-text.ts";
import { japanDayNumber } from "#shared/time.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { ChatIcon, DownIcon } from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { isComposing, useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { useStore } from "#web/kit/state/store.ts";
import { dayTitle } from "#web/kit/text/dates.ts";
import type { Message, RoomItem } from "../../contract.ts";
import type { ChatClient } from "../client/chat-client.ts";
import { sameElements, useChat, useChatState } from "../client/context.ts";
import { selection } from "../client/selection.ts";
import { findRun, type Run } from "../state.ts";
import { text } from "../text/index.ts";
import { ChangeLines } from "./change-lines.tsx";
import { actionOfKey, MessageActions } from "./message-actions.tsx";
import { MessageRow } from "./message-row.tsx";
import { useMessageTools } from "./message-tools.tsx";
import { SelectBox, selectColumn } from "./select-box.tsx";
import { UnsentRow } from "./unsent-row.tsx";
import { usePointedMessage } from "./use-pointed-message.ts";
import { useSwipe } from "./use-swipe.ts";

/** At most this many messages stand in the page; the window slides over the loaded ones. */
const windowSize = 100;
/** Rows that are drawn in one frame when the window slides: few, so that the frame is not missed. */
const windowStep = 16;
/** Rows that are drawn when a room is opened: a screen and what lies near it. The rest follows. */
const firstRows = 32;
/** This close to an end, in pixels, the window slides or the next page is fetched. */
const nearEnd = 900;
const groupedWithin = 5 * 60_000;
/** The height of a message, in pixels, until this room's own are known. */
const usualHeight = 68;
/** Browsers lose precision in boxes that are much taller. */
const tallest = 12_000_000;
/** After the scrollbar has rested so long beyond what is drawn, in milliseconds, that part is fetched. */
const restBeforeSeeking = 90;
/** So far below the top edge, in pixels, a message is put that was sought: right on the edge, rounding would say which one is the first. */
const belowEdge = 8;

type Window = { from: number; to: number };

/** A message, none for the newest, and how far below the top edge it begins, in pixels, where that is known. */
type Goal = { seq: number | undefined; offset?: number | undefined };

/**
 * The messages of a room. Nothing jumps: whatever is added above or below, the first visible message stays where it is,
 * and at the bottom the newest stays in view. `at` is a message to show, else the first unread one, else the newest.
 */
export const MessageList = memo(function MessageList({
  room,
  at,
  onReply,
  onShowReaders,
  onOpenThread,
}: {
  room: RoomItem;
  at: number | undefined;
  onReply: (message: Message) => void;
  onShowReaders: (seq: number) => void;
  onOpenThread: (seq: number) => void;
}) {
  const chat = useChat();
  const roomId = room.id;
  const messages = useChatState((state) => state.messages[roomId]);
  const me = useChatState((state) => state.me);
  const unsent = useStore(
    chat.outbox.messages,
    (all) => all.filter((message) => message.roomId === roomId && message.extras?.threadSeq === undefined),
    sameElements,
  );

  // What was unread when the room was opened; the line stays while one reads.
  const [firstUnread] = useState<number | null>(room.unread > 0 ? room.readSeq + 1 : null);
  // Where one was in this room, unless one was at its end.
  const [place] = useState(() => (at === undefined ? chat.places.get(roomId) : undefined));
  const returnTo = place?.seq ?? undefined;
  /** What to bring into view when the list is next placed. */
  const goal = useRef<Goal>(
    at === undefined && place && returnTo !== undefined
      ? { seq: returnTo, offset: place.offset }
      : { seq: at ?? firstUnread ?? undefined },
  );
  // What was fetched before the room was opened is drawn with it.
  const [shown, setShown] = useState(() =>
    chat.isPlaceLoaded(roomId, goal.current.seq) ? windowOf(chat, roomId, goal.current.seq) : undefined,
  );
  const [problem, setProblem] = useState<unknown>();
  const [loading, setLoading] = useState<"older" | "newer" | null>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [active, setActive] = useState<number>();
  /** What stands for one message that is not drawn, so that the scrollbar tells where in the room one is. */
  const [rowHeight, setRowHeight] = useState(usualHeight);

  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  /** The message at the top edge and its distance from it; kept through every change of the list. */
  const anchor = useRef<{ seq: number; offset: number; scrollTop: number }>(undefined);
  const following = useRef(true);
  const lastTop = useRef(0);
  const seeking = useRef<ReturnType<typeof setTimeout>>(undefined);
  const placed = useRef(false);
  /** What is being fetched for the reader now. What was begun before it and comes after it moves nobody. */
  const errand = useRef<symbol>(undefined);
  const older = useRef(() => {});
  const newer = useRef(() => {});
  const seek = useRef((_seq: number) => {});
  const tail = useRef(false);

  const isLoaded = messages !== undefined;
  const run = shown && messages?.runs.find(({ from, to }) => from <= shown.to && shown.from <= to);
  const from = run && shown ? Math.max(shown.from, run.from) : 0;
  const to = run && shown ? Math.min(shown.to, run.to) : -1;
  const items = useMemo(
    () => (run ? run.items.slice(from - run.from, to - run.from + 1) : []),
    [run, from, to],
  );
  const hasOlder = run ? from > run.from || (messages?.beginsAt ?? 0) < run.from : false;
  const hasNewer = run ? to < run.to || run.to < room.lastSeq : false;
  const isTail = run ? !hasNewer : isLoaded;
  tail.current = isTail;
  const spaceAbove = hasOlder ? (from - (messages?.beginsAt ?? 1)) * rowHeight : 0;
  const spaceBelow = hasNewer ? (room.lastSeq - to) * rowHeight : 0;

  /** Opens the room at a place, fetching what is not loaded. */
  const openAt = useCallback(
    async (target: number | undefined) => {
      setProblem(undefined);
      const mine = Symbol();
      errand.current = mine;
      try {
        await chat.loadPlace(roomId, target);
        if (errand.current !== mine) return;
        setShown(windowOf(chat, roomId, target));
      } catch (error) {
        if (errand.current === mine) setProblem(error);
      } finally {
        if (errand.current === mine) errand.current = undefined;
      }
    },
    [chat, roomId],
  );

  // Opened first, and again after the stream had to be reset: then nothing is loaded any more, and one goes on where one was.
  const placeAnew = useCallback(() => {
    if (placed.current) {
      const back = following.current ? undefined : anchor.current;
      goal.current = { seq: back?.seq, offset: back?.offset };
      placed.current = false;
    }
    void openAt(goal.current.seq);
  }, [openAt]);
  useEffect(() => {
    if (!isLoaded || !placed.current) placeAnew();
  }, [placeAnew, isLoaded]);

  // What is drawn is not loaded any more, or the first message has come: then from the goal anew.
  const isLost = shown !== undefined && run === undefined && (messages?.runs.length ?? 0) > 0;
  useEffect(() => {
    if (isLost && !errand.current) placeAnew();
  }, [isLost, placeAnew]);

  // What could not be fetched without a line is fetched when it is back.
  const isConnected = useStore(chat.session.connection, (now) => now === "connected");
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the line comes back
  useEffect(() => {
    if (isConnected && problem !== undefined) void openAt(goal.current.seq);
  }, [isConnected]);

  // The tail grows: the window grows with it while the reader is at its end.
  const tailTo = run?.to ?? 0;
  const lastTail = useRef(0);
  useEffect(() => {
    if (!shown || tailTo === 0) return;
    if (shown.to >= lastTail.current && shown.to < tailTo && following.current)
      setShown({ from: Math.max(shown.from, tailTo - windowSize + 1), to: tailTo });
    else if (shown.to > tailTo) setShown({ from: shown.from, to: tailTo });
    else if (shown.to === lastTail.current && tailTo > shown.to && tailTo - shown.from < windowSize)
      setShown({ from: shown.from, to: tailTo });
    lastTail.current = tailTo;
  }, [tailTo, shown]);

  const findRow = useCallback(
    (seq: number) => list.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`) ?? null,
    [],
  );

  const scrollToBottom = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const markSeen = useCallback(() => {
    const element = scroller.current;
    if (
      !element ||
      !list.current ||
      !placed.current ||
      document.visibilityState !== "visible" ||
      !document.hasFocus()
    )
      return;
    const bottom = element.getBoundingClientRect().bottom + 2;
    const rows = list.current.querySelectorAll<HTMLElement>("[data-seq]");
    for (let i = rows.length - 1; i >= 0; i--) {
      const row = rows[i]!;
      // A message counts as seen when its end, or for a long one most of the screen, is in view.
      const box = row.getBoundingClientRect();
      if (box.bottom <= bottom || box.top < bottom - element.clientHeight * 0.7) {
        chat.markRead(roomId, Number(row.dataset.seq));
        return;
      }
    }
  }, [chat, roomId]);

  /** At the bottom stay there, else put the anchor back where it was: whatever has grown above, nothing jumps. */
  const keepPlace = useCallback(() => {
    const element = scroller.current;
    if (!element || !placed.current) return;
    if (following.current && tail.current) return scrollToBottom();
    if (!anchor.current) return;
    const row = findRow(anchor.current.seq);
    if (!row) return;
    const offset = row.getBoundingClientRect().top - element.getBoundingClientRect().top;
    // What was scrolled since the last look is the reader's own doing and stays.
    const scrolled = element.scrollTop - anchor.current.scrollTop;
    const off = offset - (anchor.current.offset - scrolled);
    if (Math.abs(off) >= 1) element.scrollTop += off;
  }, [findRow, scrollToBottom]);

  /** Notes what is at the top edge, what was seen, and whether more is needed. */
  const look = useCallback(() => {
    const element = scroller.current;
    if (!element || !list.current || !placed.current) return;
    const box = element.getBoundingClientRect();
    const rows = list.current.querySelectorAll<HTMLElement>("[data-seq]");
    const top = firstBelow(rows, box.top + 1);
    anchor.current = top
      ? {
          seq: Number(top.dataset.seq),
          offset: top.getBoundingClientRect().top - box.top,
          scrollTop: element.scrollTop,
        }
      : undefined;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Only who scrolls up leaves the bottom: rows that grow (letters of the house, names, counts) do not take one away.
    if (left < 60 && tail.current) following.current = true;
    else if (!tail.current || element.scrollTop < lastTop.current - 2) following.current = false;
    lastTop.current = element.scrollTop;
    setAtBottom(left < 120);
    chat.places.moved(
      roomId,
      following.current ? null : (anchor.current?.seq ?? null),
      Math.round(anchor.current?.offset ?? 0),
    );
    markSeen();
    clearTimeout(seeking.current);
    if (errand.current) return;
    const drawn = list.current.getBoundingClientRect();
    const above = box.top - drawn.top;
    const below = drawn.bottom - box.bottom;
    // The scrollbar was drawn far beyond what there is: go there at once when it rests.
    if (rows.length > 0 && (above < -box.height || below < -box.height)) {
      const first = Number(rows[0]!.dataset.seq);
      const last = Number(rows[rows.length - 1]!.dataset.seq);
      const seq =
        above < -box.height ? first + above / rowHeight : last + (box.top - drawn.bottom) / rowHeight;
      seeking.current = setTimeout(() => seek.current(Math.round(seq)), restBeforeSeeking);
      return;
    }
    if (above < nearEnd) older.current();
    if (below < nearEnd) newer.current();
  }, [chat, roomId, markSeen, rowHeight]);

  /** Fetches beyond one end of the run, then looks again. */
  const fetchMore = useCallback(
    async (side: "older" | "newer", edge: number) => {
      const mine = Symbol();
      errand.current = mine;
      setLoading(side);
      try {
        await chat.loadMessages(roomId, side === "older" ? { before: edge } : { after: edge });
        if (errand.current === mine && anchor.current)
          chat.keepNear(roomId, anchor.current.seq, anchor.current.seq);
      } catch {
        // Scrolling on tries again; the state of the line stands in the band.
        await new Promise((resolve) => setTimeout(resolve, 1500));
      } finally {
        if (errand.current === mine) errand.current = undefined;
        setLoading(null);
      }
    },
    [chat, roomId],
  );

  // Before the layout effect below, which may call them for what is drawn now.
  useLayoutEffect(() => {
    older.current = () => {
      if (!run || !shown) return;
      if (from > run.from) {
        const next = Math.max(run.from, from - windowStep);
        setShown({ from: next, to: Math.min(to, next + windowSize - 1) });
      } else if ((messages?.beginsAt ?? 0) < run.from) void fetchMore("older", run.from);
    };
    newer.current = () => {
      if (!run || !shown) return;
      if (to < run.to) {
        const next = Math.min(run.to, to + windowStep);
        setShown({ from: Math.max(from, next - windowSize + 1), to: next });
      } else if (run.to < room.lastSeq) void fetchMore("newer", run.to);
    };
    seek.current = (wanted) => {
      const seq = Math.min(Math.max(wanted, messages?.beginsAt ?? 1), room.lastSeq);
      const element = scroller.current;
      if (!element || errand.current) return;
      const mine = Symbol();
      errand.current = mine;
      const around = chat.holds(roomId, seq)
        ? Promise.resolve()
        : chat.loadMessages(roomId, { around: seq, limit: 80 });
      around
        .then(() => {
          const found = findRun(chat.state.get().messages[roomId], seq);
          if (!found || errand.current !== mine) return;
          following.current = false;
          anchor.current = { seq, offset: belowEdge, scrollTop: element.scrollTop };
          setShown(windowAround(found, seq));
          chat.keepNear(roomId, seq, seq);
        })
        .catch(() => {
          // Scrolling on tries again; the state of the line stands in the band.
        })
        .finally(() => {
          if (errand.current === mine) errand.current = undefined;
        });
    };
  });

  // After every change: at the bottom stay there, else put the anchor back where it was.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when what is drawn has changed
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !shown || (items.length === 0 && (!isLoaded || unsent.length === 0))) return;
    if (!placed.current) {
      placed.current = true;
      const { seq, offset: kept } = goal.current;
      const row = seq === undefined ? null : findRow(seq);
      if (row) {
        const offset = row.getBoundingClientRect().top - element.getBoundingClientRect().top;
        element.scrollTop += offset - (kept ?? element.clientHeight * (at === undefined ? 0.2 : 0.35));
        following.current = false;
        if (at !== undefined && kept === undefined)
          row.querySelector("article")?.classList.add("animate-flash");
      } else scrollToBottom();
      lastTop.current = element.scrollTop;
      const drawn = list.current?.offsetHeight ?? 0;
      if (items.length >= 20)
        setRowHeight(Math.min(Math.max(drawn / items.length, 24), tallest / Math.max(1, room.lastSeq)));
    } else keepPlace();
    look();
  }, [items, unsent, shown, loading, rowHeight]);

  // A message of one's own always comes into view.
  const unsentCount = unsent.length;
  const lastUnsent = useRef(unsentCount);
  useEffect(() => {
    if (unsentCount > lastUnsent.current) toNewest.current();
    lastUnsent.current = unsentCount;
  }, [unsentCount]);

  const toNewest = useRef(() => {});
  toNewest.current = () => {
    // Wherever one was being taken: this is where one wants to be.
    clearTimeout(seeking.current);
    const mine = Symbol();
    errand.current = undefined;
    if (isTail) {
      following.current = true;
      scrollToBottom();
      look();
      return;
    }
    void (async () => {
      errand.current = mine;
      try {
        if (!chat.holds(roomId, room.lastSeq)) await chat.loadMessages(roomId);
        const tail = chat.state.get().messages[roomId]?.runs.at(-1);
        if (!tail || errand.current !== mine) return;
        goal.current = { seq: undefined };
        placed.current = false;
        following.current = true;
        setShown(windowAround(tail, tail.to));
      } catch (error) {
        if (errand.current !== mine) return;
        if (shown) tell(wordsOf(error), "danger");
        else setProblem(error);
      } finally {
        if (errand.current === mine) errand.current = undefined;
      }
    })();
  };

  const isDrawn = items.length > 0 || unsent.length > 0;
  // The list is observed too, once it is drawn: fonts, the size of text and folded messages change its height.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let asked = 0;
    const ask = () => {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        look();
      });
    };
    element.addEventListener("scroll", ask, { passive: true });
    const observer = new ResizeObserver(() => {
      keepPlace();
      ask();
    });
    observer.observe(element);
    if (list.current) observer.observe(list.current);
    addEventListener("focus", ask);
    document.addEventListener("visibilitychange", ask);
    return () => {
      cancelAnimationFrame(asked);
      clearTimeout(seeking.current);
      element.removeEventListener("scroll", ask);
      observer.disconnect();
      removeEventListener("focus", ask);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [look, keepPlace, isDrawn]);

  useEffect(() => () => chat.leaveScreen(roomId), [chat, roomId]);
  useShortcuts({ "alt+j": () => toNewest.current() });

  const { act, overlay } = useMessageTools(room, me, {
    reply: onReply,
    showReaders: onShowReaders,
    openThread: onOpenThread,
  });
  const [menuSeq, setMenuSeq] = useState<number>();
  const isSelecting = useStore(selection, (now) => now?.roomId === roomId);
  const { pointed, point, focus } = usePointedMessage(list, menuSeq !== undefined || overlay !== undefined);

  /** Keys on a message: the arrows walk, letters act on it. */
  const onKey = (event: React.KeyboardEvent<HTMLElement>) => {
    if (isComposing(event.nativeEvent) || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-seq]");
    if (!row || event.target !== row) return;
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by) {
      event.preventDefault();
      const next = findRow(Number(row.dataset.seq) + by);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: "nearest" });
      return;
    }
    const action = actionOfKey(event.key);
    const message = items.find((item) => item.seq === Number(row.dataset.seq));
    if (!action || !message) return;
    event.preventDefault();
    act(action, message);
  };

  const unseen = Math.max(0, room.lastSeq - Math.max(room.readSeq, 0));
  /** A long press opens what the button of a message opens. */
  const openMenu = (row: HTMLElement) => {
    setActive(Number(row.dataset.seq));
    point(Number(row.dataset.seq));
    setMenuSeq(Number(row.dataset.seq));
  };
  const swipe = useSwipe((row) => {
    const message = items.find((item) => item.seq === Number(row.dataset.seq));
    if (message) act("reply", message);
  }, openMenu);
  const focusable = active ?? items.at(-1)?.seq;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={scroller}
        data-print="grow"
        tabIndex={items.length === 0 ? 0 : -1}
        aria-label={text("messages.label", { name: room.name })}
        className="focus-inside min-h-0 flex-1 overflow-y-auto overflow-x-hidden bg-sunken [overflow-anchor:none]"
      >
        {problem !== undefined && items.length === 0 ? (
          <>
            <Failure error={problem} onRetry={() => void openAt(goal.current.seq)} />
            {unsent.map((message) => (
              <UnsentRow key={message.clientMessageId} message={message} />
            ))}
          </>
        ) : !shown || isLost || (!isLoaded && items.length === 0) ? (
          <SkeletonMessages />
        ) : items.length === 0 && unsent.length === 0 ? (
          <div className="flex min-h-full flex-col justify-end pb-6">
            <Empty title={text("messages.none")} icon={<ChatIcon size={32} />}>
              {text("messages.none.next")}
            </Empty>
            <ChangeLines roomId={roomId} from={0} to={Number.MAX_SAFE_INTEGER} />
          </div>
        ) : (
          <div className="flex min-h-full flex-col justify-end pb-4">
            <div
              className="flex min-h-14 shrink-0 flex-col justify-end print:hidden"
              style={{ height: `${spaceAbove}px` }}
              aria-hidden={!hasOlder}
            >
              {hasOlder ? (
                <MoreMessages isBusy={loading === "older"} />
              ) : (
                <p className="pb-3 text-center text-xs text-ink-3">{text("messages.start")}</p>
              )}
            </div>
            <ol ref={list} onKeyDown={onKey} {...swipe}>
              {items.map((message, index) => {
                const before = items[index - 1];
                const isNewDay = !before || japanDayNumber(before.sentAt) !== japanDayNumber(message.sentAt);
                const isUnreadLine = message.seq === firstUnread && message.senderId !== me;
                const isFirst =
                  isNewDay ||
                  isUnreadLine ||
                  before.senderId !== message.senderId ||
                  before.operatorId !== message.operatorId ||
                  Date.parse(message.sentAt) - Date.parse(before.sentAt) > groupedWithin;
                return (
                  <li
                    key={message.seq}
                    data-seq={message.seq}
                    data-print="keep"
                    tabIndex={message.seq === focusable ? 0 : -1}
                    aria-keyshortcuts="R T A C I E D K"
                    onFocus={({ target }) => {
                      setActive(message.seq);
                      focus(message.seq, target);
                    }}
                    onMouseEnter={() => point(message.seq)}
                    className="focus-inside relative touch-pan-y pointer-coarse:select-none"
                  >
                    {before && <ChangeLines roomId={roomId} from={before.seq} to={message.seq} />}
                    {isNewDay && <DayLine moment={message.sentAt} />}
                    {isUnreadLine && <UnreadLine />}
                    <div className={classes("relative", isSelecting && selectColumn)}>
                      <MessageRow
                        roomId={roomId}
                        message={message}
                        isFirstOfGroup={isFirst}
                        isDirect={room.kind === "direct"}
                        onShowReaders={onShowReaders}
                        onAct={act}
                      />
                      {isSelecting && <SelectBox message={message} />}
                      {pointed === message.seq && !isSelecting && (
                        <MessageActions
                          message={message}
                          room={room}
                          me={me}
                          isOpen={menuSeq === message.seq}
                          onOpenChange={(isOpen) => setMenuSeq(isOpen ? message.seq : undefined)}
                          onAct={act}
                        />
                      )}
                    </div>
                  </li>
                );
              })}
            </ol>
            {hasNewer && (
              <div className="min-h-14 shrink-0 print:hidden" style={{ height: `${spaceBelow}px` }}>
                <MoreMessages isBusy={loading === "newer"} />
              </div>
            )}
            {isTail && (
              <ChangeLines roomId={roomId} from={items.at(-1)?.seq ?? 0} to={Number.MAX_SAFE_INTEGER} />
            )}
            {isTail && unsent.map((message) => <UnsentRow key={message.clientMessageId} message={message} />)}
            {!shown && <SkeletonMessages />}
          </div>
        )}
      </section>
      {items.length > 0 && (!isAtBottom || hasNewer) && (
        <div
          className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center"
          data-print="hide"
        >
          <Button
            size="small"
            className="pointer-events-auto rounded-full shadow-2"
            icon={<DownIcon size={18} />}
            onPress={() => toNewest.current()}
          >
            {unseen > 0 ? text("messages.newest.count", { count: unseen }) : text("messages.newest")}
          </Button>
        </div>
      )}
      {overlay}
      <Announcer roomId={roomId} me={me} />
    </div>
  );
});

function DayLine({ moment }: { moment: string }) {
  return (
    <div className="flex items-center gap-3 px-5 pb-1 pt-5">
      <span className="h-px flex-1 bg-line" />
      <h3 className="text-xs font-bold text-ink-2">{dayTitle(moment)}</h3>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function UnreadLine() {
  return (
    <div className="flex items-center gap-3 px-5 pb-0.5 pt-4" data-print="hide">
      <span className="h-0.5 flex-1 bg-danger" />
      <h3 className="text-xs font-bold text-danger">{text("messages.unreadLine")}</h3>
      <span className="h-0.5 flex-1 bg-danger" />
    </div>
  );
}

/** Where more messages will be. What is on its way says so to screen readers. */
function MoreMessages({ isBusy }: { isBusy: boolean }) {
  const shape = (
    <>
      <Skeleton className="size-10 shrink-0 rounded-full" />
      <Skeleton className="h-9 w-64 max-w-full rounded-2xl" />
    </>
  );
  const layout = "flex items-center gap-3 px-5 py-2";
  return isBusy ? <Loading className={layout}>{shape}</Loading> : <div className={layout}>{shape}</div>;
}

function SkeletonMessages() {
  return (
    <Loading className="flex min-h-full flex-col justify-end gap-4 px-5 pb-6 pt-6">
      {["w-72", "w-96", "w-56"].map((width) => (
        <div key={width} className="flex gap-3">
          <Skeleton className="size-10 shrink-0 rounded-full" />
          <div className="min-w-0 flex-1">
            <Skeleton className="mb-2 h-3.5 w-32" />
            <Skeleton className={`h-16 max-w-full rounded-2xl ${width}`} />
          </div>
        </div>
      ))}
      <span className="flex justify-end">
        <Skeleton className="h-12 w-64 max-w-full rounded-2xl" />
      </span>
    </Loading>
  );
}

/** Reads out what others write in the open room, politely and shortly. */
function Announcer({ roomId, me }: { roomId: string; me: string }) {
  const chat = useChat();
  const newest = useChatState((state) => state.messages[roomId]?.runs.at(-1)?.items.at(-1));
  const first = useRef(newest?.seq ?? 0);
  useEffect(() => {
    if (first.current === 0 && newest) first.current = newest.seq;
  }, [newest]);
  const isNew = newest && first.current > 0 && newest.seq > first.current && newest.senderId !== me;
  const name = newest ? (chat.people.known.get()[newest.senderId]?.name ?? "") : "";
  return (
    <p aria-live="polite" className="sr-only">
      {isNew ? text("messages.new", { name, body: plainText(newest.body.slice(0, 200)) }) : ""}
    </p>
  );
}

/** What to draw of the loaded messages so that one is seen, or the newest without one. */
function windowOf(chat: ChatClient, roomId: string, target: number | undefined): Window {
  const { rooms, messages } = chat.state.get();
  const wanted = target ?? rooms[roomId]?.lastSeq ?? 0;
  const found = findRun(messages[roomId], wanted) ?? messages[roomId]?.runs.at(-1);
  return found ? windowAround(found, wanted) : { from: 1, to: Number.MAX_SAFE_INTEGER };
}

/** The part of a run to draw so that a message stands in its middle. */
function windowAround(run: Run, seq: number): Window {
  const middle = Math.min(Math.max(seq, run.from), run.to);
  const end = Math.min(run.to, middle + firstRows / 2);
  return { from: Math.max(run.from, end - firstRows), to: run.to - end < windowStep ? run.to : end };
}

/** The first row that ends below an edge; rows stand in order, so halves are enough. */
function firstBelow(rows: NodeListOf<HTMLElement>, edge: number): HTMLElement | undefined {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return rows[low];
}
