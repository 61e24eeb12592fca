import { describe, expect, it } from "vitest";
import type { RoomItem } from "../../contract.ts";
import {
  addSection,
  favour,
  moveFavourite,
  place,
  placeFavourite,
  placeSection,
  removeSection,
  renameSection,
} from "./arrange.ts";
import { listRooms } from "./list-rooms.ts";

function buildRoom(given: Partial<RoomItem> & { id: string }): RoomItem {
  return {
    kind: "group",
    kana: "",
    description: "",
    visibility: "closed",
    posting: "everybody",
    archivedAt: null,
    classification: "2",
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
const nothing = { favourites: [], sections: [], folded: ["archived"] };
const ids = (found: ReturnType<typeof listRooms>) =>
  Object.fromEntries(found.map((group) => [group.id, group.rooms.map(({ id }) => id)]));
const all = { show: "all", words: "" } as const;

describe("the order of rooms", () => {
  it("is unread first, then by the newest message or the room's beginning", () => {
    expect(ids(listRooms(rooms, nothing, all))).toEqual({
      unread: ["old"],
      others: ["new", "direct", "silent"],
    });
  });

  it("leaves the open room where it stood while it is read", () => {
    const stay = { roomId: "new", asUnread: true };
    expect(ids(listRooms(rooms, nothing, all, stay))).toEqual({
      unread: ["new", "old"],
      others: ["direct", "silent"],
    });
  });

  it("finds by kana in either writing, by section, and by kind", () => {
    expect(ids(listRooms(rooms, nothing, { show: "all", words: "ﾀｶﾊｼ" }))).toEqual({ others: ["direct"] });
    expect(ids(listRooms(rooms, nothing, { show: "all", words: "財政" }))).toEqual({ others: ["direct"] });
    expect(ids(listRooms(rooms, nothing, { show: "direct", words: "" }))).toEqual({ others: ["direct"] });
    expect(ids(listRooms(rooms, nothing, { show: "unread", words: "" }))).toEqual({ unread: ["old"] });
  });

  it("has favourites in their own order, sections of one's own, and what is put away at the end", () => {
    const section = { id: "own", name: "担当", roomIds: ["silent", "old"] };
    const list = { favourites: ["direct", "new", "gone"], sections: [section], folded: ["archived", "own"] };
    const archived = {
      ...rooms,
      past: buildRoom({ id: "past", unread: 3, archivedAt: "2026-11-01T00:00:00Z" }),
    };
    const found = listRooms(archived, list, all);
    expect(ids(found)).toEqual({
      favourites: ["direct", "new"],
      unread: ["old"],
      own: ["silent"],
      archived: ["past"],
    });
    expect(found.filter((group) => group.isFolded).map(({ id }) => id)).toEqual(["own", "archived"]);
    expect(listRooms(archived, list, { show: "all", words: "部屋" }).some((group) => group.isFolded)).toBe(
      false,
    );
  });

  it("does not let a muted room stand out", () => {
    const muted = { ...rooms, old: { ...rooms.old!, notify: "none" as const } };
    expect(ids(listRooms(muted, nothing, all)).unread).toBeUndefined();
    expect(ids(listRooms(muted, nothing, { show: "unread", words: "" }))).toEqual({});
  });
});

describe("arranging", () => {
  const empty = { version: 3, favourites: ["a", "b"], sections: [], folded: [] };

  it("moves favourites and sections, and stays inside the list", () => {
    expect(moveFavourite("b", -1)(empty).favourites).toEqual(["b", "a"]);
    expect(moveFavourite("b", 1)(empty).favourites).toEqual(["a", "b"]);
    expect(favour("a", true)(empty).favourites).toEqual(["b", "a"]);
    expect(favour("a", false)(empty).favourites).toEqual(["b"]);
    const first = addSection({ id: "x", name: "甲", roomIds: [] })({ ...empty, folded: ["y"] });
    const two = addSection({ id: "y", name: "乙", roomIds: ["a"] })(first);
    expect(placeSection({ id: "y", before: "x" })(two).sections.map(({ id }) => id)).toEqual(["y", "x"]);
    expect(placeSection({ id: "x", before: null })(two).sections.map(({ id }) => id)).toEqual(["y", "x"]);
    const three = { ...empty, favourites: ["a", "b", "c"] };
    expect(placeFavourite({ id: "c", before: "a" })(three).favourites).toEqual(["c", "a", "b"]);
    expect(placeFavourite({ id: "a", before: "c" })(three).favourites).toEqual(["b", "a", "c"]);
    // Another device was first: what is gone stays gone, and one whose neighbour is gone goes to the end.
    expect(placeFavourite({ id: "x", before: "a" })(three).favourites).toEqual(["a", "b", "c"]);
    expect(placeFavourite({ id: "a", before: "x" })(three).favourites).toEqual(["b", "c", "a"]);
    expect(place("a", "x")(two).sections.map(({ roomIds }) => roomIds)).toEqual([["a"], []]);
    expect(place("a", null)(two).sections.map(({ roomIds }) => roomIds)).toEqual([[], []]);
    expect(renameSection("x", "丙")(two).sections[0]!.name).toBe("丙");
    expect(removeSection("y")(two)).toMatchObject({ sections: [{ id: "x" }], folded: [] });
  });
});
