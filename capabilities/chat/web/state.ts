/**
 * What the chat knows on this side: rooms, windows of messages, members. Plain data, made from snapshots and changed by
 * events (apply.ts) and by further pages (below). No DOM: the server's tests run it too.
 *
 * Promise: `apply(stateFromSnapshot(old), events)` equals `stateFromSnapshot(new)` when both hold the same pages.
 */
import type { PersonSummary } from "#core/identity/contract.ts";
import type {
  ConfirmationItem,
  Member,
  MembersPage,
  Message,
  MessagesPage,
  MyConfirmations,
  RoomChange,
  RoomChangesPage,
  RoomItem,
  RoomList,
  RoomsPage,
} from "../contract.ts";
import { emptyRoomList } from "../defaults/contract.ts";

/** Messages `from`..`to` of a room, all of them, in ascending order. */
export type Run = {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Message[];
};

/** The loaded messages of a room. Between two runs lies a gap that is known as a gap and can be fetched. */
export type RoomMessages = {
  /** Ascending, never touching: touching runs are joined. */
  readonly runs: readonly Run[];
  /** The smallest seq that there is for this reader; null while it is not known. */
  readonly beginsAt: number | null;
};

export type RoomMembers = { readonly [personId: string]: Member };

export type ChatState = {
  /** The person (or section account) whose state this is. */
  readonly me: string;
  readonly rooms: { readonly [roomId: string]: RoomItem };
  /** Only rooms whose messages have been asked for. */
  readonly messages: { readonly [roomId: string]: RoomMessages };
  /** Only rooms whose members have been asked for. */
  readonly members: { readonly [roomId: string]: RoomMembers };
  /** What was done to a room, in its order; only rooms for which it has been asked. */
  readonly changes: { readonly [roomId: string]: readonly RoomChange[] };
  /** How the own list is arranged. */
  readonly list: RoomList;
  /** Only threads that have been asked for, from their first message on, ascending; by room and first message. */
  readonly threads: { readonly [roomId: string]: { readonly [seq: number]: readonly Message[] } };
  /** 自分への対応待ち: what the reader has not confirmed, and what the reader asked; each the oldest first. */
  readonly confirmations: Confirmations;
};

export type Confirmations = {
  readonly waiting: readonly ConfirmationItem[];
  readonly asked: readonly ConfirmationItem[];
};

export type ChatSnapshot = {
  me: { person: { id: string } };
  rooms: Pick<RoomsPage, "items"> & { list?: RoomList };
  messages?: { readonly [roomId: string]: MessagesPage };
  members?: { readonly [roomId: string]: MembersPage };
  changes?: { readonly [roomId: string]: RoomChangesPage };
  threads?: { readonly [roomId: string]: { readonly [seq: number]: readonly Message[] } };
  confirmations?: MyConfirmations;
};

/** State from what the API answers, e.g. `stateFromSnapshot({ me, rooms, messages: { [room.id]: page } })`. */
export function stateFromSnapshot(snapshot: ChatSnapshot): ChatState {
  let state: ChatState = {
    me: snapshot.me.person.id,
    rooms: Object.fromEntries(snapshot.rooms.items.map((room) => [room.id, room])),
    messages: {},
    members: {},
    changes: {},
    list: snapshot.rooms.list ?? emptyRoomList,
    threads: snapshot.threads ?? {},
    confirmations: snapshot.confirmations ?? { waiting: [], asked: [] },
  };
  for (const [roomId, page] of Object.entries(snapshot.messages ?? {}))
    state = withMessagesPage(state, roomId, page);
  for (const [roomId, page] of Object.entries(snapshot.members ?? {}))
    state = withMembersPage(state, roomId, page);
  for (const [roomId, page] of Object.entries(snapshot.changes ?? {}))
    state = withChangesPage(state, roomId, page);
  return state;
}

/** Adds a page of messages to a room's windows. Pages may overlap, repeat and come in any order. */
export function withMessagesPage(state: ChatState, roomId: string, page: MessagesPage): ChatState {
  const known = state.messages[roomId] ?? { runs: [], beginsAt: null };
  const first = page.items[0];
  const last = page.items.at(-1);
  const runs =
    first && last ? addRun(known.runs, { from: first.seq, to: last.seq, items: page.items }) : known.runs;
  // With nothing before an empty page, the room begins with what is loaded, or is empty and begins at 1.
  const begin = page.hasBefore ? null : (first?.seq ?? known.runs[0]?.from ?? 1);
  const beginsAt = begin ?? known.beginsAt;
  return withRoomMessages(state, roomId, { runs, beginsAt });
}

/** Replaces the members of a room by a fetched page. */
export function withMembersPage(state: ChatState, roomId: string, page: MembersPage): ChatState {
  const members = Object.fromEntries(page.items.map((member) => [member.person.id, member]));
  return { ...state, members: { ...state.members, [roomId]: members } };
}

/** Replaces the changes of a room by a fetched page. */
export function withChangesPage(state: ChatState, roomId: string, page: RoomChangesPage): ChatState {
  return { ...state, changes: { ...state.changes, [roomId]: page.items } };
}

/** Direct rooms bear the name of the other person as it is now. */
export function withPeers(state: ChatState, people: readonly PersonSummary[]): ChatState {
  const known = new Map(people.map((person) => [person.id, person]));
  const renamed = Object.values(state.rooms).flatMap((room): [string, RoomItem][] => {
    const peer = known.get(room.peer?.id ?? "");
    return peer ? [[room.id, { ...room, peer, name: peer.name }]] : [];
  });
  return renamed.length > 0 ? { ...state, rooms: { ...state.rooms, ...Object.fromEntries(renamed) } } : state;
}

/** The directory has changed in many places: members are fetched again where they are looked at. */
export function withoutAnyMembers(state: ChatState): ChatState {
  return Object.keys(state.members).length > 0 ? { ...state, members: {} } : state;
}

/** Forgets the members of a room: they are to be fetched again. */
export function withoutMembers(state: ChatState, roomId: string): ChatState {
  return state.members[roomId] ? { ...state, members: without(state.members, roomId) } : state;
}

/** Puts one message into the windows of a room that has been asked for; of other rooms nothing is kept. */
export function withMessage(state: ChatState, roomId: string, message: Message): ChatState {
  const known = state.messages[roomId];
  if (!known || known.runs.some((run) => run.from <= message.seq && message.seq <= run.to)) return state;
  const runs = addRun(known.runs, { from: message.seq, to: message.seq, items: [message] });
  return withRoomMessages(state, roomId, { ...known, runs });
}

/** Changes one message wherever it is loaded; what is not loaded comes changed when it is fetched. */
export function changeMessage(
  state: ChatState,
  roomId: string,
  seq: number,
  change: (message: Message) => Message,
): ChatState {
  const next = changeInThreads(state, roomId, seq, change);
  const known = next.messages[roomId];
  const run = findRun(known, seq);
  if (!known || !run) return next;
  const items = run.items.map((message) => (message.seq === seq ? change(message) : message));
  const runs = known.runs.map((each) => (each === run ? { ...run, items } : each));
  return withRoomMessages(next, roomId, { ...known, runs });
}

function changeInThreads(
  state: ChatState,
  roomId: string,
  seq: number,
  change: (message: Message) => Message,
): ChatState {
  const threads = state.threads[roomId];
  const found = Object.entries(threads ?? {}).find(([, items]) => items.some((item) => item.seq === seq));
  if (!found) return state;
  const [root, items] = found;
  return withThread(
    state,
    roomId,
    Number(root),
    items.map((item) => (item.seq === seq ? change(item) : item)),
  );
}

/** Replaces what is loaded of a thread, its first message among it. */
export function withThread(
  state: ChatState,
  roomId: string,
  root: number,
  items: readonly Message[],
): ChatState {
  const threads = { ...state.threads[roomId], [root]: items };
  return { ...state, threads: { ...state.threads, [roomId]: threads } };
}

/** Puts a new reply at the end of its thread, if that is loaded. */
export function withReply(state: ChatState, roomId: string, reply: Message): ChatState {
  const items = reply.threadSeq === undefined ? undefined : state.threads[roomId]?.[reply.threadSeq];
  if (!items || items.some((item) => item.seq === reply.seq)) return state;
  return withThread(
    state,
    roomId,
    reply.threadSeq!,
    [...items, reply].sort((a, b) => a.seq - b.seq),
  );
}

/** What waits, without rooms that have been put away: nothing is confirmed there any more. */
export function openQuestions(state: ChatState, list: keyof Confirmations): readonly ConfirmationItem[] {
  return state.confirmations[list].filter((item) => !state.rooms[item.roomId]?.archivedAt);
}

/** Puts an item into one of the lists of 自分への対応待ち, once. */
export function withItem(
  items: readonly ConfirmationItem[],
  item: ConfirmationItem,
): readonly ConfirmationItem[] {
  if (items.some((each) => each.messageId === item.messageId)) return items;
  return [...items, item].sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
}

/** Changes the item of one message in both lists; undefined takes it out. */
export function changeItems(
  state: ChatState,
  roomId: string,
  seq: number,
  change: (item: ConfirmationItem, list: keyof Confirmations) => ConfirmationItem | undefined,
): ChatState {
  const isMeant = (item: ConfirmationItem) => item.roomId === roomId && item.seq === seq;
  const { waiting, asked } = state.confirmations;
  if (!waiting.some(isMeant) && !asked.some(isMeant)) return state;
  const changed = (items: readonly ConfirmationItem[], list: keyof Confirmations) =>
    items.flatMap((item) => (isMeant(item) ? (change(item, list) ?? []) : item));
  return {
    ...state,
    confirmations: { waiting: changed(waiting, "waiting"), asked: changed(asked, "asked") },
  };
}

/** Forgets all but the newest messages of a room, so that a day of reading does not fill the memory. */
export function withNewestMessagesOnly(state: ChatState, roomId: string, keep: number): ChatState {
  const known = state.messages[roomId];
  const newest = known?.runs.at(-1);
  if (!known || !newest || (known.runs.length === 1 && newest.items.length <= keep)) return state;
  const items = newest.items.slice(-keep);
  return withRoomMessages(state, roomId, {
    ...known,
    runs: [{ from: items[0]!.seq, to: newest.to, items }],
  });
}

/**
 * Lets go of a room's messages that are far from `from`..`to`, the part on the screen, so that reading through a room of any
 * length takes the same memory. The newest stay, since events go on from them.
 */
export function withMessagesNear(
  state: ChatState,
  roomId: string,
  shown: { from: number; to: number },
  keep: { near: number; newest: number },
): ChatState {
  const known = state.messages[roomId];
  const last = known?.runs.at(-1);
  if (!known || !last) return state;
  const kept: { from: number; to: number }[] = [
    { from: shown.from - keep.near, to: shown.to + keep.near },
    { from: last.to - keep.newest + 1, to: last.to },
  ].sort((a, b) => a.from - b.from);
  const [first, second] = kept as [(typeof kept)[0], (typeof kept)[0]];
  const ranges =
    second.from <= first.to + 1 ? [{ from: first.from, to: Math.max(first.to, second.to) }] : [first, second];
  const runs = known.runs.flatMap((run) =>
    ranges.flatMap((range) => {
      const items = run.items.filter(({ seq }) => range.from <= seq && seq <= range.to);
      if (items.length === run.items.length) return [run];
      return items.length === 0 ? [] : [{ from: items[0]!.seq, to: items.at(-1)!.seq, items }];
    }),
  );
  return withRoomMessages(state, roomId, { ...known, runs });
}

/** Forgets the messages of a room that is not open. */
export function withoutMessages(state: ChatState, roomId: string): ChatState {
  return state.messages[roomId] ? { ...state, messages: without(state.messages, roomId) } : state;
}

/** Everything about one room goes. */
export function withoutRoom(state: ChatState, roomId: string): ChatState {
  const { rooms, messages, members, changes, threads } = state;
  const elsewhere = (items: readonly ConfirmationItem[]) => items.filter((item) => item.roomId !== roomId);
  if (!rooms[roomId] && !messages[roomId] && !members[roomId] && !changes[roomId]) return state;
  return {
    ...state,
    rooms: without(rooms, roomId),
    messages: without(messages, roomId),
    members: without(members, roomId),
    changes: without(changes, roomId),
    threads: without(threads, roomId),
    confirmations: {
      waiting: elsewhere(state.confirmations.waiting),
      asked: elsewhere(state.confirmations.asked),
    },
  };
}

/** A room read up to `readSeq`: unread messages and mentions are those after it. Never goes back. */
export function readUpTo(room: RoomItem, readSeq: number): RoomItem {
  const seq = Math.max(room.readSeq, readSeq);
  const mentionSeqs = room.mentionSeqs.filter((mention) => mention > seq);
  return {
    ...room,
    readSeq: seq,
    unread: Math.max(0, room.lastSeq - seq),
    mentions: mentionSeqs.length,
    mentionSeqs,
  };
}

/** Whether a message mentions somebody: by name, by section or post, or as everybody but its sender. */
export function mentions(
  message: Pick<Message, "senderId" | "mentions" | "mentionTargets">,
  personId: string,
): boolean {
  return (
    message.mentions.includes(personId) ||
    (message.mentionTargets?.some((target) =>
      target.kind === "everybody" ? message.senderId !== personId : target.personIds.includes(personId),
    ) ??
      false)
  );
}

/** The run that holds a seq, if it is loaded. */
export function findRun(messages: RoomMessages | undefined, seq: number): Run | undefined {
  return messages?.runs.find((run) => run.from <= seq && seq <= run.to);
}

export function findMessage(messages: RoomMessages | undefined, seq: number): Message | undefined {
  const run = findRun(messages, seq);
  // A run holds every seq between its ends, so the place follows from the number.
  const message = run?.items[seq - run.from];
  return message?.seq === seq ? message : run?.items.find((item) => item.seq === seq);
}

/** Adds a run, joining what overlaps or touches. What is already there wins: events keep it true. */
function addRun(runs: readonly Run[], added: Run): readonly Run[] {
  const apart: Run[] = [];
  let joined = added;
  for (const run of runs) {
    if (run.to < joined.from - 1 || run.from > joined.to + 1) apart.push(run);
    else joined = joinRuns(run, joined);
  }
  const next = [...apart, joined].sort((a, b) => a.from - b.from);
  return next;
}

function joinRuns(known: Run, added: Run): Run {
  if (added.from === known.to + 1)
    return { from: known.from, to: added.to, items: [...known.items, ...added.items] };
  const before = added.items.filter((message) => message.seq < known.from);
  const after = added.items.filter((message) => message.seq > known.to);
  if (before.length === 0 && after.length === 0) return known;
  return {
    from: Math.min(known.from, added.from),
    to: Math.max(known.to, added.to),
    items: [...before, ...known.items, ...after],
  };
}

function withRoomMessages(state: ChatState, roomId: string, messages: RoomMessages): ChatState {
  return { ...state, messages: { ...state.messages, [roomId]: messages } };
}

function without<T>(record: { readonly [key: string]: T }, key: string): { readonly [key: string]: T } {
  const { [key]: _, ...rest } = record;
  return rest;
}
