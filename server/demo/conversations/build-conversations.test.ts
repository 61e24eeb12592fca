import { describe, expect, test } from "vitest";
import { demoPeople } from "../people.ts";
import { buildDemoConversations } from "./build-conversations.ts";

const people = demoPeople();
const byNumber = new Map(people.map((person) => [person.number, person]));

describe("the demo's conversations", () => {
  test.each([
    ["a Friday evening", "2026-11-20T09:00:00Z"],
    ["a Sunday", "2026-11-22T03:00:00Z"],
    ["a Monday before work", "2026-11-15T22:00:00Z"],
    ["New Year's midnight", "2026-12-31T15:00:00Z"],
    ["a leap day", "2028-02-29T05:00:00Z"],
  ])("started on %s are whole, in order and not ahead of time", (_, start) => {
    const now = new Date(start);
    const { rooms } = buildDemoConversations(people, now);
    expect(rooms.length).toBeGreaterThanOrEqual(40);
    expect(rooms.reduce((count, room) => count + room.messages.length, 0)).toBeGreaterThan(1300);
    for (const room of rooms) {
      expect(new Set(room.memberNumbers).size).toBe(room.memberNumbers.length);
      // Whoever has no account cannot be in a room.
      expect(room.memberNumbers.filter((number) => byNumber.get(number)?.loginId === "")).toEqual([]);
      if (room.kind === "direct") expect(room.memberNumbers).toHaveLength(2);
      let last = 0;
      for (const [index, message] of room.messages.entries()) {
        expect(message.at.getTime()).toBeGreaterThan(last);
        last = message.at.getTime();
        expect(room.memberNumbers).toContain(message.senderNumber);
        for (const number of message.mentionNumbers) expect(room.memberNumbers).toContain(number);
        if (message.replyTo !== undefined) {
          expect(message.replyTo).toBeGreaterThanOrEqual(1);
          expect(message.replyTo).toBeLessThanOrEqual(index);
        }
        expect(message.body).not.toMatch(/[{}⏎]|undefined/);
      }
      expect(last).toBeLessThanOrEqual(now.getTime());
    }
  });

  test("are the same for the same moment", () => {
    const now = new Date("2026-11-20T09:00:00Z");
    expect(buildDemoConversations(people, now)).toEqual(buildDemoConversations(demoPeople(), now));
  });
});
