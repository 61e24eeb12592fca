import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, memo, Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { filesText } from "#core/files/web/index.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { GroupAvatar } from "#web/kit/components/avatar.tsx";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { ClassMark } from "#web/kit/components/class-mark.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { Dialog } from "#web/kit/components/dialog.tsx";
import {
  ArchiveIcon,
  BackIcon,
  CalendarIcon,
  CheckIcon,
  LockIcon,
  MoreIcon,
  PeopleIcon,
  PrintIcon,
  SettingsIcon,
  SignOutIcon,
  ThreadIcon,
} from "#web/kit/components/icons.tsx";
import { placeOf } from "#web/kit/components/person-name.tsx";
import { PresenceWords, PresentAvatar } from "#web/kit/components/presence.tsx";
import { Empty, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useShortcuts } from "#web/kit/keys/shortcuts.ts";
import { openRoom } from "#web/kit/state/reach.ts";
import { useStore } from "#web/kit/state/store.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Message, RoomItem } from "../../contract.ts";
import { useChat, useChatState, useRoom } from "../client/context.ts";
import { selection, startSelection } from "../client/selection.ts";
import { text } from "../text/index.ts";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import { RefusedRoom } from "./refused-room.tsx";
import { useRoomActions } from "./room-actions.tsx";

const ReadersDialog = lazy(() => import("./readers-dialog.tsx"));
const LeftTexts = lazy(() => import("./left-texts.tsx"));
const DateDialog = lazy(() => import("./date-dialog.tsx"));
const SelectionBar = lazy(() => import("./selection-bar.tsx"));
const ThreadPane = lazy(() => import("./thread-pane.tsx"));
const RoomSettingsDialog = lazy(() => import("./room-settings-dialog.tsx"));
const ThreadsPanel = lazy(() => import("./threads-panel.tsx"));
const FilesAside = lazy(() => import("./files-aside.tsx"));
const MembersPanel = lazy(() => import("./members-panel.tsx"));

export type RoomSearch = {
  at?: number | undefined;
  panel?: "members" | "threads" | "files" | undefined;
  readers?: number | undefined;
  /** The first message of the thread that is open beside the room. */
  thread?: number | undefined;
};

/** One room: its head, messages and composer, and beside it whatever the address says is open. */
export function RoomView({ roomId, search }: { roomId: string; search: RoomSearch }) {
  const chat = useChat();
  const room = useRoom(roomId);
  // The room is drawn in slices when the rooms have come, so that a slow device answers meanwhile.
  const isReady = useDeferredValue(useStore(chat.isReady, (ready) => ready));
  const leftName = useStore(chat.leftRooms, (names) => names[roomId]);
  if (!isReady) return <RoomSkeleton />;
  if (!room)
    return (
      <div className="flex flex-1 flex-col justify-center bg-sunken">
        <Empty
          title={leftName ? text("room.left.now", { name: leftName }) : text("room.gone")}
          icon={<LockIcon size={32} />}
        >
          <p className="mb-4">{text(leftName ? "room.left.why" : "room.gone.next")}</p>
          <Suspense>
            <LeftTexts roomId={roomId} />
          </Suspense>
          <Link to="/rooms" className="font-bold text-link underline underline-offset-4">
            {text("room.back")}
          </Link>
        </Empty>
      </div>
    );
  if (room.refusal) return <RefusedRoom room={room} refusal={room.refusal} />;
  return <OpenRoom key={room.id} room={room} search={search} />;
}

function OpenRoom({ room, search }: { room: RoomItem; search: RoomSearch }) {
  const chat = useChat();
  const navigate = useNavigate();
  const [isLeaving, setLeaving] = useState(false);
  const [isSetting, setSetting] = useState(false);
  const [isChoosingDate, setChoosingDate] = useState(false);
  const roomId = room.id;
  const isSelecting = useStore(selection, (now) => now?.roomId === roomId);
  const hasMembers = useChatState((state) => state.members[roomId] !== undefined);
  const hasChanges = useChatState((state) => state.changes[roomId] !== undefined);

  useEffect(() => {
    chat.opened(roomId);
    openRoom.set(roomId);
    return () => openRoom.set(null);
  }, [chat, roomId]);
  // Again when a snapshot has put the state of before away: a room may be open before it, from what the device kept.
  useEffect(() => {
    if (!hasChanges) chat.loadChanges(roomId).catch(() => {});
  }, [chat, roomId, hasChanges]);
  // Again when the stream says that the list is another; a little later for each client, since all learn it at once.
  const wasKnown = useRef(false);
  useEffect(() => {
    if (hasMembers) {
      wasKnown.current = true;
      return;
    }
    const wait = wasKnown.current ? Math.random() * 3000 : 0;
    const timer = setTimeout(() => void chat.loadMembers(roomId).catch(() => {}), wait);
    return () => clearTimeout(timer);
  }, [chat, roomId, hasMembers]);

  const show = useCallback(
    (change: RoomSearch) =>
      void navigate({
        to: "/rooms/$roomId",
        params: { roomId },
        search: (now: RoomSearch) => ({ ...now, ...change }),
        replace: true,
      }),
    [navigate, roomId],
  );
  const reply = useCallback(
    (message: Message) => {
      chat.drafts.change(roomId, { replyTo: message.seq });
      document.querySelector<HTMLElement>("[data-composer]")?.focus();
    },
    [chat, roomId],
  );
  const openThread = useCallback((seq: number) => show({ thread: seq, panel: undefined }), [show]);
  const showReaders = useCallback((seq: number) => show({ readers: seq }), [show]);
  const { panel, thread } = search;
  const toggleMembers = useCallback(
    () => show({ panel: panel === "members" ? undefined : "members" }),
    [show, panel],
  );
  // Over a thread that was opened from it the list comes back; it is not closed.
  const toggleThreads = useCallback(
    () => show({ panel: panel === "threads" && !thread ? undefined : "threads", thread: undefined }),
    [show, panel, thread],
  );
  const toggleFiles = useCallback(
    () => show({ panel: panel === "files" && !thread ? undefined : "files", thread: undefined }),
    [show, panel, thread],
  );
  const goToDate = useCallback(() => setChoosingDate(true), []);
  const askToLeave = useCallback(() => setLeaving(true), []);
  const openSettings = useCallback(() => setSetting(true), []);
  useShortcuts({ "alt+i": toggleMembers, "alt+t": toggleThreads, "alt+g": goToDate });

  return (
    <>
      <section
        className="@container/room flex min-w-0 flex-1 flex-col"
        aria-label={room.name}
        data-print="grow"
      >
        <RoomHead
          room={room}
          isMembersOpen={search.panel === "members"}
          onToggleMembers={toggleMembers}
          isThreadsOpen={search.panel === "threads" && search.thread === undefined}
          onToggleThreads={toggleThreads}
          isFilesOpen={search.panel === "files" && search.thread === undefined}
          onToggleFiles={toggleFiles}
          onGoToDate={goToDate}
          onLeave={askToLeave}
          onSettings={openSettings}
        />
        <MessageList
          key={`${roomId} ${search.at ?? ""}`}
          room={room}
          at={search.at}
          onReply={reply}
          onShowReaders={showReaders}
          onOpenThread={openThread}
        />
        {isSelecting ? (
          <Suspense>
            <SelectionBar room={room} />
          </Suspense>
        ) : room.archivedAt !== null ? (
          <ClosedNote words={text("room.archived.note")} />
        ) : room.posting === "owners" && room.role !== "owner" ? (
          <ClosedNote words={text("room.posting.note")} />
        ) : (
          <Composer room={room} />
        )}
      </section>
      <Suspense>
        {search.panel === "members" && (
          <MembersPanel room={room} onClose={() => show({ panel: undefined })} />
        )}
        {search.panel === "files" && search.thread === undefined && (
          <FilesAside room={room} onClose={() => show({ panel: undefined })} />
        )}
        {search.panel === "threads" && search.thread === undefined && (
          <ThreadsPanel
            room={room}
            onOpen={(seq) => show({ thread: seq })}
            onClose={() => show({ panel: undefined })}
          />
        )}
        {search.thread !== undefined && search.panel !== "members" && (
          <ThreadPane
            key={search.thread}
            room={room}
            seq={search.thread}
            onShowReaders={showReaders}
            onClose={() => show({ thread: undefined })}
          />
        )}
        {search.readers !== undefined && (
          <ReadersDialog roomId={roomId} seq={search.readers} onClose={() => show({ readers: undefined })} />
        )}
      </Suspense>
      <Suspense>
        {isChoosingDate && (
          <DateDialog
            room={room}
            onClose={() => setChoosingDate(false)}
            onGo={(seq) => {
              setChoosingDate(false);
              show({ at: seq });
            }}
          />
        )}
      </Suspense>
      <Suspense>{isSetting && <RoomSettingsDialog room={room} onClose={() => setSetting(false)} />}</Suspense>
      {isLeaving && (
        <LeaveDialog
          room={room}
          onClose={() => setLeaving(false)}
          onShowMembers={() => {
            setLeaving(false);
            show({ panel: "members" });
          }}
        />
      )}
    </>
  );
}

/** Drawn again when it has changed itself, not with each message: its buttons are dear. */
const RoomHead = memo(function RoomHead({
  room,
  isMembersOpen,
  onToggleMembers,
  isThreadsOpen,
  onToggleThreads,
  isFilesOpen,
  onToggleFiles,
  onGoToDate,
  onLeave,
  onSettings,
}: {
  room: RoomItem;
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  isThreadsOpen: boolean;
  onToggleThreads: () => void;
  isFilesOpen: boolean;
  onToggleFiles: () => void;
  onGoToDate: () => void;
  onLeave: () => void;
  onSettings: () => void;
}) {
  const isGuest = useChat().session.me.person.kind === "guest";
  // While a room has no owner, any member on the staff may do what owners do; the server says no where that is not so.
  const hasOwner = useChatState((state) =>
    Object.values(state.members[room.id] ?? {}).some((member) => member.role === "owner"),
  );
  const maySet = room.kind !== "direct" && (room.role === "owner" || (!hasOwner && !isGuest));
  const { actions, dialog } = useRoomActions(room);
  return (
    <header className="flex min-h-14 items-center gap-2 border-b border-line bg-ground px-2 md:gap-3 md:pl-5 md:pr-3">
      <Link
        to="/rooms"
        aria-label={text("room.back")}
        data-print="hide"
        className="inline-flex size-11 items-center justify-center rounded-lg text-ink-2 hover:bg-hover md:hidden"
      >
        <BackIcon />
      </Link>
      <span className="max-md:hidden">
        {room.peer ? <PresentAvatar person={room.peer} size={36} /> : <GroupAvatar size={36} />}
      </span>
      <div className="min-w-0 flex-1 py-1.5 leading-tight">
        {/* A long name gives way to what must be seen: the class. */}
        <h2 className="flex min-w-0 items-center text-base font-bold leading-6 [&>:not(bdi)]:shrink-0">
          <bdi className="min-w-0 truncate">{room.name}</bdi>
          <ClassMark classification={room.classification} />
          {room.visibility === "public" && <Tag>{text("room.public")}</Tag>}
          {room.archivedAt !== null && <Tag>{text("room.archived")}</Tag>}
          {room.peer?.kind === "guest" && <Tag tone="warn">{kitText("person.guest")}</Tag>}
        </h2>
        <p className="truncate text-xs text-ink-3">
          {room.peer ? (
            <>
              <PresenceWords personId={room.peer.id} className="mr-2 font-bold text-ink-2" />
              {placeOf(room.peer)}
            </>
          ) : (
            <>
              {text("room.members", { count: room.memberCount })}
              {room.guestCount > 0 && (
                <span className="font-bold text-warn">
                  （{text("room.guests", { count: room.guestCount })}）
                </span>
              )}
              {room.description && <bdi className="ml-2">{room.description}</bdi>}
            </>
          )}
        </p>
      </div>
      <span data-print="hide" className="flex items-center gap-1">
        {room.kind !== "direct" && (
          <Button
            kind={isMembersOpen ? "secondary" : "quiet"}
            size="small"
            icon={<PeopleIcon />}
            aria-expanded={isMembersOpen}
            aria-label={text("room.members.show")}
            onPress={onToggleMembers}
          >
            <span className="hidden @min-[28rem]/room:inline">{text("room.members.show")}</span>
          </Button>
        )}
        <Button
          kind={isThreadsOpen ? "secondary" : "quiet"}
          size="small"
          icon={<ThreadIcon />}
          className="max-md:hidden"
          aria-expanded={isThreadsOpen}
          aria-label={text("threads.title")}
          onPress={onToggleThreads}
        >
          <span className="hidden @min-[36rem]/room:inline">{text("threads.short")}</span>
        </Button>
        <Button
          kind={isFilesOpen ? "secondary" : "quiet"}
          size="small"
          icon={<ArchiveIcon />}
          className="max-md:hidden"
          aria-expanded={isFilesOpen}
          aria-label={filesText("panel.title")}
          onPress={onToggleFiles}
        >
          <span className="hidden @min-[42rem]/room:inline">{filesText("panel.title")}</span>
        </Button>
        <MenuTrigger>
          <IconButton label={text("room.actions")} icon={<MoreIcon />} />
          <Popover
            placement="bottom end"
            className="min-w-64 rounded-xl border border-line bg-raised py-1 shadow-2"
          >
            <Menu className="outline-none" aria-label={text("room.actions")}>
              {/* On a phone the class and the guests of the room need the place. */}
              <MenuItem className={classes(menuItem, "md:hidden")} onAction={onToggleThreads}>
                <ThreadIcon />
                {text("threads.title")}
              </MenuItem>
              <MenuItem className={classes(menuItem, "md:hidden")} onAction={onToggleFiles}>
                <ArchiveIcon />
                {filesText("panel.title")}
              </MenuItem>
              <MenuItem className={menuItem} onAction={onGoToDate}>
                <CalendarIcon />
                {text("date.title")}
              </MenuItem>
              <MenuItem className={menuItem} onAction={() => startSelection(room.id)}>
                <CheckIcon />
                {text("room.select")}
              </MenuItem>
              <MenuItem className={menuItem} onAction={() => print()}>
                <PrintIcon />
                {text("room.print")}
              </MenuItem>
              {actions.map(({ id, icon, words, onAction }) => (
                <MenuItem key={id} className={menuItem} onAction={onAction}>
                  {icon}
                  {words}
                </MenuItem>
              ))}
              {maySet && (
                <MenuItem className={menuItem} onAction={onSettings}>
                  <SettingsIcon />
                  {text("room.settings")}
                </MenuItem>
              )}
              {room.kind !== "direct" && !room.isAutomatic && (
                <MenuItem className={menuItem} onAction={onLeave}>
                  <SignOutIcon />
                  {text("room.leave")}
                </MenuItem>
              )}
            </Menu>
          </Popover>
        </MenuTrigger>
        {dialog}
      </span>
    </header>
  );
});

const menuItem = "flex min-h-11 cursor-pointer items-center gap-3 px-4 text-base outline-none focus:bg-hover";

/** Where the composer would be: why nothing can be written here. What was begun stays as a draft. */
function ClosedNote({ words }: { words: string }) {
  return (
    <p className="border-t border-line bg-ground px-5 py-4 text-center text-sm text-ink-2" data-print="hide">
      {words}
    </p>
  );
}

function LeaveDialog({
  room,
  onClose,
  onShowMembers,
}: {
  room: RoomItem;
  onClose: () => void;
  onShowMembers: () => void;
}) {
  const chat = useChat();
  const navigate = useNavigate();
  const me = useChatState((state) => state.me);
  const [isLeaving, setLeaving] = useState(false);
  const members = useChatState((state) => state.members[room.id]);
  const owners = Object.values(members ?? {}).filter((member) => member.role === "owner");
  const isLast =
    room.archivedAt === null && room.memberCount > 1 && room.role === "owner" && owners.length === 1;
  const leave = async () => {
    setLeaving(true);
    try {
      await chat.removeMember(room.id, me);
      tell(text("room.left", { name: room.name }));
      void navigate({ to: "/rooms" });
    } catch (error) {
      tell(wordsOf(error), "danger");
      onClose();
    }
  };
  return (
    <Dialog
      title={text("room.leave.title", { name: room.name })}
      role="alertdialog"
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          {isLast ? (
            <Button kind="primary" onPress={onShowMembers}>
              {text("room.leave.members")}
            </Button>
          ) : (
            <Button kind="danger" isPending={isLeaving} onPress={() => void leave()}>
              {text("room.leave.do")}
            </Button>
          )}
        </>
      }
    >
      <p>{text(isLast ? "room.leave.last" : "room.leave.effect")}</p>
    </Dialog>
  );
}

function RoomSkeleton() {
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="flex min-h-14 items-center gap-3 border-b border-line px-5">
        <Skeleton className="size-9 rounded-lg" />
        <Skeleton className="h-4 w-48" />
      </div>
      <div className="flex-1 bg-sunken" />
    </div>
  );
}
