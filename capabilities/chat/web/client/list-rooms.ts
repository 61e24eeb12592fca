/**
 * The room list in its order: favourites as their owner has put them, what is unread, sections of one's own, the others
 * by the newest message, and what is put away. Pure, for five hundred rooms at every message.
 */
import { searchKey } from "#shared/text.ts";
import type { RoomItem, RoomList } from "../../contract.ts";

export type RoomFilter = {
  show: "all" | "unread" | "mentions" | "group" | "direct";
  words: string;
};

/** A part of the list. `id` is `favourites`, `unread`, `others`, `archived` or that of a section of one's own. */
export type RoomGroup = {
  id: string;
  /** The name of a section of one's own; null for the parts that everybody has. */
  name: string | null;
  rooms: readonly RoomItem[];
  isFolded: boolean;
};

/** Whether a room stands out: something is unread in it and its reader has not muted it. */
export function isCalling(room: RoomItem): boolean {
  return room.unread > 0 && room.notify !== "none" && room.archivedAt === null;
}

/**
 * `stay` is the room on the screen and where it stood when it was opened: reading it does not move it away from under the
 * reader's eyes. Parts without rooms are left out, but for sections of one's own while nothing is filtered.
 */
export function listRooms(
  rooms: { readonly [roomId: string]: RoomItem },
  list: Pick<RoomList, "favourites" | "sections" | "folded">,
  filter: RoomFilter,
  stay?: { roomId: string; asUnread: boolean },
): RoomGroup[] {
  const key = searchKey(filter.words);
  const isFiltered = key !== "" || filter.show !== "all";
  const favourites: RoomItem[] = [];
  const unread: RoomItem[] = [];
  const others: RoomItem[] = [];
  const archived: RoomItem[] = [];
  const own = new Map(list.sections.map((section) => [section.id, [] as RoomItem[]]));
  const sectionOf = new Map(list.sections.flatMap(({ id, roomIds }) => roomIds.map((room) => [room, id])));
  const placeOf = new Map(list.favourites.map((id, place) => [id, place]));
  for (const room of Object.values(rooms)) {
    if (!isShown(room, filter.show) || (key && !keyOf(room).includes(key))) continue;
    const isUnread = stay?.roomId === room.id ? stay.asUnread : isCalling(room);
    if (room.archivedAt !== null) archived.push(room);
    else if (placeOf.has(room.id)) favourites.push(room);
    else if (isUnread) unread.push(room);
    else (own.get(sectionOf.get(room.id) ?? "") ?? others).push(room);
  }
  favourites.sort((a, b) => placeOf.get(a.id)! - placeOf.get(b.id)!);
  const group = (id: string, members: RoomItem[], name: string | null = null): RoomGroup => ({
    id,
    name,
    rooms: members,
    // What was looked for is shown, wherever it lies.
    isFolded: !isFiltered && id !== "unread" && list.folded.includes(id),
  });
  return [
    group("favourites", favourites),
    group("unread", unread.sort(byNewest)),
    ...list.sections.map(({ id, name }) => group(id, own.get(id)!.sort(byNewest), name)),
    group("others", others.sort(byNewest)),
    group("archived", archived.sort(byNewest)),
  ].filter((each) => each.rooms.length > 0 || (each.name !== null && !isFiltered));
}

function isShown(room: RoomItem, show: RoomFilter["show"]): boolean {
  switch (show) {
    case "all":
      return true;
    case "unread":
      return isCalling(room);
    case "mentions":
      return room.mentions > 0;
    case "direct":
      return room.kind === "direct";
    case "group":
      return room.kind !== "direct";
  }
}

const keys = new WeakMap<RoomItem, string>();

function keyOf(room: RoomItem): string {
  let key = keys.get(room);
  if (key === undefined) {
    key = searchKey([room.name, room.kana, room.peer?.kana ?? "", room.peer?.sectionName ?? ""].join("\n"));
    keys.set(room, key);
  }
  return key;
}

function byNewest(a: RoomItem, b: RoomItem): number {
  const one = a.lastMessage?.sentAt ?? a.createdAt;
  const other = b.lastMessage?.sentAt ?? b.createdAt;
  return one < other ? 1 : one > other ? -1 : a.id < b.id ? 1 : -1;
}
