/** The room list in its order: unread first, then by the newest message. Pure, for five hundred rooms at every message. */
import { searchKey } from "#shared/text.ts";
import type { RoomItem } from "../../contract.ts";

export type RoomFilter = {
  show: "all" | "unread" | "group" | "direct";
  words: string;
};

export type RoomSections = { unread: readonly RoomItem[]; others: readonly RoomItem[] };

/**
 * `stay` is the room on the screen and where it stood when it was opened: reading it does not move it away from under the
 * reader's eyes.
 */
export function listRooms(
  rooms: { readonly [roomId: string]: RoomItem },
  filter: RoomFilter,
  stay?: { roomId: string; asUnread: boolean },
): RoomSections {
  const key = searchKey(filter.words);
  const unread: RoomItem[] = [];
  const others: RoomItem[] = [];
  for (const room of Object.values(rooms)) {
    const isUnread = stay?.roomId === room.id ? stay.asUnread : room.unread > 0;
    if (filter.show === "unread" && !isUnread) continue;
    if ((filter.show === "group" || filter.show === "direct") && room.kind !== filter.show) continue;
    if (key && !keyOf(room).includes(key)) continue;
    (isUnread ? unread : others).push(room);
  }
  return { unread: unread.sort(byNewest), others: others.sort(byNewest) };
}

const keys = new WeakMap<RoomItem, string>();

function keyOf(room: RoomItem): string {
  let key = keys.get(room);
  if (key === undefined) {
    key = searchKey(`${room.name}\n${room.peer?.kana ?? ""}\n${room.peer?.sectionName ?? ""}`);
    keys.set(room, key);
  }
  return key;
}

function byNewest(a: RoomItem, b: RoomItem): number {
  const one = a.lastMessage?.sentAt ?? a.createdAt;
  const other = b.lastMessage?.sentAt ?? b.createdAt;
  return one < other ? 1 : one > other ? -1 : a.id < b.id ? 1 : -1;
}
