/** What the chat's first screen asks for; the page asks it before the program of the chat is here. */
import { askEarly } from "#web/kit/api/early.ts";
import { query } from "#web/kit/api/query.ts";
import type { RoomItem, RoomsPage } from "../contract.ts";

/** Where in a room to read; nothing means the newest messages. */
export type PagePlace = { before?: number; after?: number; around?: number; limit?: number };

/** An unread message that is further from the newest one than this is not on the newest page for certain. */
const near = 40;

export const confirmationsPath = "/me/confirmations";

export function roomsPath(cursor: string | null): string {
  return `/rooms${query({ limit: 1000, cursor })}`;
}

export function messagesPath(roomId: string, { limit = 50, before, after, around }: PagePlace = {}): string {
  return `/rooms/${roomId}/messages${query({ limit, before, after, around })}`;
}

/** Whether `seq` must be asked for by itself, since the newest page may not hold it. */
export function isFar(seq: number | undefined, lastSeq: number): seq is number {
  return seq !== undefined && lastSeq - seq > near;
}

/** The page that shows a room at a message, or at its newest without one. */
export function pageAt(seq: number | undefined, lastSeq: number): PagePlace {
  return isFar(seq, lastSeq) ? { around: seq, limit: 80 } : {};
}

/** The first message that one has not read. */
export function firstUnread(room: Pick<RoomItem, "unread" | "readSeq">): number | undefined {
  return room.unread > 0 ? room.readSeq + 1 : undefined;
}

/** The room that an address opens, and the message that it names. */
export function roomOfAddress({ pathname, search }: { pathname: string; search: string }): {
  roomId: string | undefined;
  at: number | undefined;
} {
  const at = Number(new URLSearchParams(search).get("at"));
  return { roomId: /^\/rooms\/([\w-]+)$/.exec(pathname)?.[1], at: at > 0 ? at : undefined };
}

/** Asks for the room list, and for what the room of the address opens with. */
export async function askForChat(address: { pathname: string; search: string }): Promise<void> {
  const rooms = askEarly(roomsPath(null));
  void askEarly(confirmationsPath);
  const { roomId, at } = roomOfAddress(address);
  if (!roomId) return;
  try {
    const { items } = (await (await rooms).clone().json()) as RoomsPage;
    const room = items.find(({ id }) => id === roomId);
    if (room) void askEarly(messagesPath(roomId, pageAt(at ?? firstUnread(room), room.lastSeq)));
  } catch {
    // Asked again, and told, by whoever needs it.
  }
}
