import { Link, useNavigate } from "@tanstack/react-router";
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { plainText } from "#shared/markup/plain-text.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { GroupAvatar } from "#web/kit/components/avatar.tsx";
import { Badge } from "#web/kit/components/badge.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import {
  AtIcon,
  ChatIcon,
  CheckIcon,
  ChevronIcon,
  CloseIcon,
  EditIcon,
  LockIcon,
  MoreIcon,
  MuteIcon,
  PlusIcon,
  SearchIcon,
  WarningIcon,
} from "#web/kit/components/icons.tsx";
import { PresentAvatar } from "#web/kit/components/presence.tsx";
import { Empty, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useRows } from "#web/kit/components/use-rows.ts";
import { useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { useStore } from "#web/kit/state/store.ts";
import { listTime } from "#web/kit/text/dates.ts";
import type { RoomItem } from "../../contract.ts";
import { fold as foldPart } from "../client/arrange.ts";
import { useChat, useChatState, usePerson } from "../client/context.ts";
import { isCalling, listRooms, type RoomFilter } from "../client/list-rooms.ts";
import { text } from "../text/index.ts";
import { OwnSectionsDialog } from "./own-sections-dialog.tsx";
import { useRoomActions } from "./room-actions.tsx";

type Row =
  | { kind: "title"; id: string; words: string; count: number; isFolded: boolean; isFoldable: boolean }
  | { kind: "room"; id: string; room: RoomItem };

/** A row at which somebody rests so long, in milliseconds, is likely to be opened. */
const restBeforeExpecting = 60;
const titleHeight = 2.25;
const roomHeight = 4.25;

/** All rooms of the reader. Only those on the screen are in the page, whatever their number. */
export function RoomList({
  openRoomId,
  onCreate,
  onFind,
}: {
  openRoomId: string | undefined;
  onCreate: () => void;
  onFind: () => void;
}) {
  const chat = useChat();
  const navigate = useNavigate();
  const isReady = useDeferredValue(useStore(chat.isReady, (ready) => ready));
  const rooms = useChatState((state) => state.rooms);
  const list = useChatState((state) => state.list);
  const [isArranging, setArranging] = useState(false);
  const [filter, setFilter] = useState<RoomFilter>({ show: "all", words: "" });
  const deferred = useDeferredValue(filter);
  const filterField = useRef<HTMLInputElement>(null);

  // Where the open room stood when it was opened: it stays there while it is read.
  const stay = useRef<{ roomId: string; asUnread: boolean }>(undefined);
  if (openRoomId && stay.current?.roomId !== openRoomId && rooms[openRoomId])
    stay.current = { roomId: openRoomId, asUnread: isCalling(rooms[openRoomId]) };
  if (!openRoomId) stay.current = undefined;
  const stayed = stay.current;

  const rows = useMemo(() => {
    const groups = listRooms(rooms, list, deferred, stayed);
    return groups.flatMap(({ id, name, rooms, isFolded }): Row[] => [
      // The only part needs no title.
      ...(groups.length > 1 || id !== "others"
        ? [
            {
              kind: "title" as const,
              id,
              words: name ?? titleOf(id),
              count: rooms.length,
              isFolded,
              isFoldable: id !== "unread",
            },
          ]
        : []),
      ...(isFolded ? [] : rooms.map((room) => ({ kind: "room" as const, id: room.id, room }))),
    ]);
  }, [rooms, list, deferred, stayed]);

  const mentioned = useMemo(
    () => Object.values(rooms).reduce((sum, room) => sum + (room.archivedAt ? 0 : room.mentions), 0),
    [rooms],
  );
  const readAll = () =>
    void chat
      .markAllRead(Object.values(rooms))
      .then(() => tell(text("rooms.readAll.done")))
      .catch((error) => tell(wordsOf(error), "danger"));

  const roomRows = useMemo(() => rows.flatMap((row) => (row.kind === "room" ? [row.room] : [])), [rows]);
  const heights = useMemo(() => rows.map((row) => (row.kind === "title" ? titleHeight : roomHeight)), [rows]);
  const { scroller, visible, total, offsetOf, reveal } = useRows(heights);

  const open = (room: RoomItem | undefined) => {
    if (!room) return;
    void navigate({ to: "/rooms/$roomId", params: { roomId: room.id } });
    reveal(rows.findIndex((row) => row.id === room.id));
  };
  const step = (by: number) => {
    const at = roomRows.findIndex((room) => room.id === openRoomId);
    open(
      roomRows[
        at < 0 ? (by > 0 ? 0 : roomRows.length - 1) : Math.min(roomRows.length - 1, Math.max(0, at + by))
      ],
    );
  };
  useShortcuts({
    "alt+ArrowDown": () => step(1),
    "alt+ArrowUp": () => step(-1),
    "alt+shift+ArrowDown": () => open(roomRows.find((room) => isCalling(room) && room.id !== openRoomId)),
    "alt+k": () => filterField.current?.focus(),
    "alt+n": onCreate,
  });

  // Only when another room is opened: a list that follows every message would run away from the reader.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const at = rows.findIndex((row) => row.id === openRoomId);
    if (at >= 0) reveal(at);
  }, [openRoomId, isReady]);

  /** The arrow keys walk through the rows; Enter opens, as on any link. */
  const walk = (event: React.KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!by || event.altKey) return;
    event.preventDefault();
    const focused = document.activeElement?.closest<HTMLElement>("[data-room]")?.dataset.room;
    const at = rows.findIndex((row) => row.id === focused);
    let to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
    while (rows[to]?.kind === "title") to += by;
    const row = rows[to];
    if (!row) {
      if (to < 0) filterField.current?.focus();
      return;
    }
    reveal(to);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-room="${row.id}"]`)?.focus(),
    );
  };

  return (
    <section aria-label={text("rooms.title")} className="flex h-full min-h-0 flex-col" data-print="hide">
      <div className="flex items-center gap-2 pb-1 pl-4 pr-3 pt-3">
        <span className="flex-1 text-lg font-bold" aria-hidden="true">
          {text("chat")}
        </span>
        <Button kind="primary" size="small" icon={<PlusIcon size={18} />} onPress={onCreate}>
          {text("rooms.new")}
        </Button>
        <MenuTrigger>
          <IconButton label={text("rooms.actions")} icon={<MoreIcon />} />
          <Popover placement="bottom end" className={menuClass}>
            <Menu className="outline-none" aria-label={text("rooms.actions")}>
              <MenuItem className={menuItemClass} onAction={onFind}>
                <SearchIcon />
                {text("rooms.find")}
              </MenuItem>
              <MenuItem className={menuItemClass} onAction={readAll}>
                <CheckIcon />
                {text("rooms.readAll")}
              </MenuItem>
              <MenuItem className={menuItemClass} onAction={() => setArranging(true)}>
                <EditIcon />
                {text("rooms.own")}
              </MenuItem>
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
      <div className="flex flex-col gap-2 px-4 pb-2 pt-1">
        <div className="relative">
          <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-3">
            <SearchIcon size={18} />
          </span>
          <input
            ref={filterField}
            type="search"
            value={filter.words}
            onChange={(event) => setFilter({ ...filter, words: event.target.value })}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || event.keyCode === 229) return;
              if (event.key === "Escape") setFilter({ ...filter, words: "" });
              else if (event.key === "Enter") open(roomRows[0]);
              else walk(event);
            }}
            placeholder={text("rooms.filter")}
            aria-label={text("rooms.filter")}
            className="min-h-10 w-full rounded-lg border border-line bg-sunken pl-9.5 pr-9 text-sm placeholder:text-ink-3 hover:border-line-strong focus:bg-ground max-md:min-h-11 max-md:text-base"
          />
          {filter.words && (
            <span className="absolute inset-y-0 right-0.5 flex items-center">
              <IconButton
                label={text("rooms.filter.clear")}
                icon={<CloseIcon size={16} />}
                onPress={() => {
                  setFilter({ ...filter, words: "" });
                  filterField.current?.focus();
                }}
              />
            </span>
          )}
        </div>
        <fieldset aria-label={text("rooms.show.label")} className="flex flex-wrap gap-1">
          {(["all", "unread", "mentions", "group", "direct"] as const).map((show) => (
            <button
              key={show}
              type="button"
              aria-pressed={filter.show === show}
              onClick={() => setFilter({ ...filter, show })}
              className={classes(
                "min-h-8 whitespace-nowrap rounded-full border px-2 text-xs max-md:min-h-11 max-md:text-sm",
                filter.show === show
                  ? "border-accent bg-accent-soft font-bold text-accent"
                  : "border-line text-ink-2 hover:bg-hover",
              )}
            >
              {text(`rooms.show.${show}`)}
              {show === "mentions" && mentioned > 0 && (
                <span className="ml-1 font-bold text-danger tabular-nums">{mentioned}</span>
              )}
            </button>
          ))}
        </fieldset>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to Tab and Enter */}
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto" onKeyDown={walk}>
        {!isReady ? (
          <Loading className="px-4 py-1">
            {[9, 6, 11, 7, 8, 10].map((width) => (
              <div key={width} className="flex h-17 items-center gap-3">
                <Skeleton className="size-10 shrink-0 rounded-lg" />
                <div className="flex-1">
                  <span className="block" style={{ width: `${width}rem`, maxWidth: "100%" }}>
                    <Skeleton className="h-3.5 w-full" />
                  </span>
                  <Skeleton className="mt-2.5 h-3 w-4/5" />
                </div>
              </div>
            ))}
          </Loading>
        ) : roomRows.length === 0 ? (
          <NoRooms filter={deferred} hasRooms={Object.keys(rooms).length > 0} onCreate={onCreate} />
        ) : (
          <ul className="relative" style={{ height: `${total}rem` }}>
            {rows.slice(visible.from, visible.to).map((row, index) => (
              <li
                key={row.id}
                className="absolute inset-x-0"
                style={{
                  top: `${offsetOf(visible.from + index)}rem`,
                  height: `${row.kind === "title" ? titleHeight : roomHeight}rem`,
                }}
              >
                {row.kind === "title" ? (
                  <PartTitle
                    row={row}
                    onFold={() =>
                      void chat
                        .arrange(foldPart(row.id, !row.isFolded))
                        .catch((error) => tell(wordsOf(error), "danger"))
                    }
                  />
                ) : (
                  <RoomRow room={row.room} isOpen={row.id === openRoomId} />
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      {isArranging && <OwnSectionsDialog onClose={() => setArranging(false)} />}
    </section>
  );
}

function titleOf(id: string): string {
  return text(
    id === "favourites"
      ? "rooms.favourites"
      : id === "unread"
        ? "rooms.unread"
        : id === "archived"
          ? "rooms.archived"
          : "rooms.others",
  );
}

/** The title of a part of the list; a press folds it, but for what is unread. */
function PartTitle({ row, onFold }: { row: Extract<Row, { kind: "title" }>; onFold: () => void }) {
  const words = (
    <>
      <bdi className="truncate">{row.words}</bdi>
      <span className="font-normal tabular-nums">{row.count}</span>
    </>
  );
  if (!row.isFoldable)
    return <h2 className="flex h-full items-end gap-2 px-4 pb-1 text-xs font-bold text-ink-3">{words}</h2>;
  return (
    <h2 className="h-full">
      <button
        type="button"
        aria-expanded={!row.isFolded}
        onClick={onFold}
        className="focus-inside flex h-full w-full items-end gap-2 px-4 pb-1 text-xs font-bold text-ink-3 hover:text-ink"
      >
        <span className={classes("transition-transform", row.isFolded && "-rotate-90")}>
          <ChevronIcon size={14} />
        </span>
        {words}
      </button>
    </h2>
  );
}

const RoomRow = memo(function RoomRow({ room, isOpen }: { room: RoomItem; isOpen: boolean }) {
  const chat = useChat();
  const draft = useStore(chat.drafts.drafts, (drafts) => drafts[room.id]?.body.trim() || "");
  const unsent = useStore(chat.outbox.messages, (messages) => {
    const here = messages.filter((message) => message.roomId === room.id);
    return here.some((message) => message.state === "failed")
      ? "failed"
      : here.some((message) => message.state === "waiting")
        ? "waiting"
        : null;
  });
  const last = room.lastMessage;
  const isUnread = isCalling(room);
  const isMuted = room.notify === "none";
  // Its menu is made when somebody comes to the row: hundreds of rows have one that nobody opens.
  const [isReached, setReached] = useState(false);
  const expect = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reach = (rest: number) => {
    clearTimeout(expect.current);
    if (!isOpen && !room.refusal) expect.current = setTimeout(() => chat.expectOpening(room), rest);
  };
  useEffect(() => () => clearTimeout(expect.current), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is on its way to be pressed is made ready; the link is what is pressed
    <div
      className="group relative h-full"
      onPointerEnter={({ pointerType }) => {
        if (pointerType !== "mouse") return;
        setReached(true);
        reach(restBeforeExpecting);
      }}
      onPointerLeave={() => clearTimeout(expect.current)}
      onPointerDown={() => reach(0)}
      onFocus={() => {
        setReached(true);
        reach(restBeforeExpecting);
      }}
      onBlur={() => clearTimeout(expect.current)}
    >
      <Link
        to="/rooms/$roomId"
        params={{ roomId: room.id }}
        data-room={room.id}
        aria-current={isOpen ? "page" : undefined}
        draggable={false}
        className={classes(
          "focus-inside flex h-full items-center gap-3 border-l-4 pl-3 pr-4",
          isOpen ? "border-accent bg-accent-soft" : "border-transparent hover:bg-hover",
        )}
      >
        {room.peer ? <PresentAvatar person={room.peer} /> : <GroupAvatar />}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span
              className={classes(
                "min-w-0 flex-1 truncate text-base leading-6",
                isUnread ? "font-bold" : "text-ink",
              )}
            >
              <bdi>{room.name}</bdi>
            </span>
            {last && (
              <time
                dateTime={last.sentAt}
                className={classes(
                  "shrink-0 text-xs tabular-nums",
                  isUnread ? "font-bold text-accent" : "text-ink-3",
                )}
              >
                {listTime(last.sentAt)}
              </time>
            )}
          </span>
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate text-sm text-ink-2">
              {room.refusal ? (
                <span className="flex items-center gap-1 text-ink-3">
                  <LockIcon size={14} />
                  {text("rooms.refused")}
                </span>
              ) : unsent ? (
                <span className={unsent === "failed" ? "font-bold text-danger" : "text-ink-2"}>
                  {text(unsent === "failed" ? "rooms.failed" : "rooms.unsent")}
                </span>
              ) : draft && !isOpen ? (
                <>
                  <span className="font-bold text-warn">{text("rooms.draft")}</span>{" "}
                  <bdi>{fold(plainText(draft.slice(0, 200)))}</bdi>
                </>
              ) : last ? (
                <LastMessage room={room} />
              ) : (
                <span className="text-ink-3">{text("rooms.noMessage")}</span>
              )}
            </span>
            {unsent === "failed" && (
              <span className="text-danger">
                <WarningIcon size={16} />
              </span>
            )}
            {room.mentions > 0 && (
              <span className="inline-flex items-center text-danger">
                <AtIcon size={18} />
                <span className="sr-only">{text("mention.count", { count: room.mentions })}</span>
              </span>
            )}
            {isMuted && (
              <span className="text-ink-3">
                <MuteIcon size={16} />
                <span className="sr-only">{text("rooms.muted")}</span>
              </span>
            )}
            {isMuted || room.archivedAt !== null ? (
              room.unread > 0 && (
                <span className="text-xs text-ink-3 tabular-nums">
                  <span aria-hidden="true">{room.unread > 99 ? "99+" : room.unread}</span>
                  <span className="sr-only">{text("unread.count", { count: room.unread })}</span>
                </span>
              )
            ) : (
              <Badge
                count={room.unread}
                label={text("unread.count", { count: room.unread })}
                tone={room.mentions > 0 ? "danger" : "accent"}
              />
            )}
          </span>
        </span>
      </Link>
      {isReached && <RowMenu room={room} />}
    </div>
  );
});

/** What can be done with a room of the list, shown while the row has the pointer or the focus. */
function RowMenu({ room }: { room: RoomItem }) {
  const { actions, dialog } = useRoomActions(room);
  return (
    <span className="absolute right-2 top-1 rounded-lg bg-raised opacity-0 shadow-1 focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100 max-md:hidden">
      <MenuTrigger>
        <IconButton label={text("rooms.row.actions", { name: room.name })} icon={<MoreIcon size={18} />} />
        <Popover placement="bottom end" className={menuClass}>
          <Menu className="outline-none" aria-label={text("rooms.row.actions", { name: room.name })}>
            {actions.map(({ id, icon, words, onAction }) => (
              <MenuItem key={id} className={menuItemClass} onAction={onAction}>
                {icon}
                {words}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {dialog}
    </span>
  );
}

const menuClass = "min-w-64 rounded-xl border border-line bg-raised py-1 shadow-2";
const menuItemClass =
  "flex min-h-11 cursor-pointer items-center gap-3 px-4 text-base outline-none focus:bg-hover";

function LastMessage({ room }: { room: RoomItem }) {
  const me = useChatState((state) => state.me);
  const last = room.lastMessage;
  const isMine = last?.senderId === me;
  const sender = usePerson(room.kind !== "direct" && last && !isMine ? last.senderId : null);
  if (!last) return null;
  const family = sender?.kind === "section" ? sender.name : sender?.name.split(/[\s\u3000]/)[0];
  const name = isMine ? text("rooms.me") : family;
  return (
    <>
      {name && <bdi>{name}: </bdi>}
      {last.excerpt === "" ? text("message.deleted") : <bdi>{fold(plainText(last.excerpt))}</bdi>}
    </>
  );
}

function NoRooms({
  filter,
  hasRooms,
  onCreate,
}: {
  filter: RoomFilter;
  hasRooms: boolean;
  onCreate: () => void;
}) {
  if (!hasRooms)
    return (
      <Empty title={text("rooms.empty")} icon={<ChatIcon size={32} />}>
        <p className="mb-4">{text("rooms.empty.next")}</p>
        <Button size="small" onPress={onCreate}>
          {text("rooms.new")}
        </Button>
      </Empty>
    );
  if (filter.words)
    return (
      <Empty title={text("rooms.none.found", { words: filter.words })}>{text("rooms.none.found.next")}</Empty>
    );
  if (filter.show === "unread")
    return <Empty title={text("rooms.none.unread")}>{text("rooms.none.unread.next")}</Empty>;
  return <Empty title={text("rooms.none.kind")} />;
}

function fold(words: string): string {
  return words.replace(/\s+/g, " ");
}
