import { describe, expect, it } from "vitest";
import type { Jump } from "#web/kit/module.ts";
import { order } from "./order.ts";

function jump(given: Partial<Jump> & { id: string }): Jump {
  return {
    kind: "room",
    title: given.id,
    picture: null,
    nearness: 0,
    match: 1,
    open: () => undefined,
    ...given,
  };
}
const ids = (jumps: readonly Jump[]) => order(jumps).map((group) => group.jumps.map(({ id }) => id));

describe("the order of jumps", () => {
  it("is unread first with mentions before, then the nearest", () => {
    expect(
      ids([
        jump({ id: "old", nearness: 1 }),
        jump({ id: "recent", nearness: 9 }),
        jump({ id: "unread", unread: 3 }),
        jump({ id: "mentioned", unread: 1, isMentioned: true }),
      ]),
    ).toEqual([["mentioned", "unread", "recent", "old"]]);
  });

  it("puts the better answer before what is unread, and its kind first", () => {
    expect(
      ids([
        jump({ id: "unread", unread: 3 }),
        jump({ id: "begins", match: 2 }),
        jump({ id: "exact", kind: "section", match: 3 }),
      ]),
    ).toEqual([["exact"], ["begins", "unread"]]);
  });

  it("shows a thing that two found once, and a room before the section of its name", () => {
    expect(
      ids([
        jump({ id: "section", kind: "section", match: 3 }),
        jump({ id: "room", match: 3 }),
        jump({ id: "room", match: 3 }),
      ]),
    ).toEqual([["room"], ["section"]]);
  });
});
