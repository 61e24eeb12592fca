import { describe, expect, it } from "vitest";
import type { RoomItem } from "../../contract.ts";
import { listRooms } from "./list-rooms.ts";

function buildRoom(given: Partial<RoomItem> & { id: string }): RoomItem {
  return {
    kind: "group",
    kana: "",
    description: "",
    visibility: "closed",
    posting: "everybody",
    archivedAt: null,
    version: 1,
    isAutomatic: false,
    notify: "all",
    name: given.id,
    peer: null,
    role: "member",
    memberCount: 2,
    guestCount: 0,
    lastSeq: 1,
    readSeq: 1,
    unread: 0,
    mentions: 0,
    mentionSeqs: [],
    lastMessage: null,
    createdAt: "2026-11-01T00:00:00Z",
    ...given,
  };
}

const sentAt = (time: string) => ({ senderId: "x", excerpt: "", sentAt: time });
const list = [
  buildRoom({ id: "old", unread: 2, lastMessage: sentAt("2026-11-02T00:00:00Z") }),
  buildRoom({ id: "new", lastMessage: sentAt("2026-11-20T00:00:00Z") }),
  buildRoom({ id: "silent", createdAt: "2026-11-10T00:00:00Z" }),
  buildRoom({
    id: "direct",
    kind: "direct",
    name: "髙橋 美咲",
    peer: {
      id: "p",
      kind: "staff",
      name: "髙橋 美咲",
      kana: "たかはし みさき",
      sectionId: null,
      sectionName: "財政課",
      postName: null,
      affiliation: null,
    },
    lastMessage: sentAt("2026-11-15T00:00:00Z"),
  }),
];
const rooms = Object.fromEntries(list.map((room) => [room.id, room]));
const ids = (found: ReturnType<typeof listRooms>) => [
  found.unread.map(({ id }) => id),
  found.others.map(({ id }) => id),
];

describe("the order of rooms", () => {
  it("is unread first, then by the newest message or the room's beginning", () => {
    expect(ids(listRooms(rooms, { show: "all", words: "" }))).toEqual([["old"], ["new", "direct", "silent"]]);
  });

  it("leaves the open room where it stood while it is read", () => {
    const stay = { roomId: "new", asUnread: true };
    expect(ids(listRooms(rooms, { show: "all", words: "" }, stay))).toEqual([
      ["new", "old"],
      ["direct", "silent"],
    ]);
  });

  it("finds by kana in either writing, by section, and by kind", () => {
    expect(ids(listRooms(rooms, { show: "all", words: "ﾀｶﾊｼ" }))).toEqual([[], ["direct"]]);
    expect(ids(listRooms(rooms, { show: "all", words: "財政" }))).toEqual([[], ["direct"]]);
    expect(ids(listRooms(rooms, { show: "direct", words: "" }))).toEqual([[], ["direct"]]);
    expect(ids(listRooms(rooms, { show: "unread", words: "" }))).toEqual([["old"], []]);
  });
});
