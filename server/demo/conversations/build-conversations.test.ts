import { describe, expect, test } from "vitest";
import { demoPeople } from "../people.ts";
import { pickedNumbers } from "../picked.ts";
import { buildDemoConversations } from "./build-conversations.ts";
import { Calendar } from "./calendar.ts";
import { isWorkingDay } from "./holidays.ts";

const people = demoPeople();
const byNumber = new Map(people.map((person) => [person.number, person]));
const moments = [
  ["a Friday evening", "2026-11-20T09:00:00Z"],
  ["a Sunday", "2026-11-22T03:00:00Z"],
  ["a Monday before work", "2026-11-15T22:00:00Z"],
  ["New Year's midnight", "2026-12-31T15:00:00Z"],
  ["after the golden week", "2027-05-07T05:00:00Z"],
  ["a leap day", "2028-02-29T05:00:00Z"],
] as const;

describe("the demo's conversations", () => {
  test.each(moments)("started on %s are whole, in order and not ahead of time", (_, start) => {
    const now = new Date(start);
    const { rooms } = buildDemoConversations(people, now);
    expect(rooms.length).toBeGreaterThanOrEqual(60);
    expect(rooms.reduce((count, room) => count + room.messages.length, 0)).toBeGreaterThan(1600);
    expect(new Set(rooms.map(({ name }) => name).filter((name) => name !== null)).size).toBe(
      rooms.filter(({ kind }) => kind !== "direct").length,
    );
    for (const room of rooms) {
      const numbers = room.members.map(({ number }) => number);
      expect(new Set(numbers).size).toBe(numbers.length);
      // Whoever has no account cannot be in a room.
      expect(numbers.filter((number) => byNumber.get(number)?.loginId === "")).toEqual([]);
      if (room.kind === "direct") expect(numbers).toHaveLength(2);
      if (room.kind === "municipality")
        expect(numbers.filter((number) => byNumber.get(number)?.kind === "ゲスト")).toEqual([]);
      let last = 0;
      for (const [index, message] of room.messages.entries()) {
        expect(message.at.getTime()).toBeGreaterThan(last);
        last = message.at.getTime();
        expect(numbers).toContain(message.senderNumber);
        for (const number of message.mentionNumbers) {
          expect(numbers).toContain(number);
          expect(message.body).toContain(`@${byNumber.get(number)!.name}さん`);
        }
        for (const earlier of [message.replyTo, message.threadOf])
          if (earlier !== undefined) {
            expect(earlier).toBeGreaterThanOrEqual(1);
            expect(earlier).toBeLessThanOrEqual(index);
          }
        expect(message.body).not.toMatch(/[{}⏎]|undefined|さんさん/);
      }
      expect(last).toBeLessThanOrEqual(now.getTime());
    }
  });

  test.each(moments)(
    "started on %s: who reacts or confirms is a member, has read it, and did it before now",
    (_, start) => {
      const now = new Date(start);
      for (const { members, messages } of buildDemoConversations(people, now).rooms) {
        const readSeqs = new Map(members.map(({ number, readSeq }) => [number, readSeq]));
        for (const [index, message] of messages.entries())
          for (const { number, at } of [...message.reactions, ...(message.confirmation?.confirmed ?? [])]) {
            expect(readSeqs.get(number)).toBeGreaterThan(index);
            expect(number).not.toBe(message.senderNumber);
            expect(at.getTime()).toBeGreaterThan(message.at.getTime());
            expect(at.getTime()).toBeLessThanOrEqual(now.getTime());
          }
      }
    },
  );

  test("are said on working days between seven and ten, but for the storm's night", () => {
    const now = new Date("2026-11-27T05:00:00Z");
    const calendar = new Calendar(now);
    for (const { name, messages } of buildDemoConversations(people, now).rooms)
      for (const { at, body } of messages) {
        const inJapan = at.getTime() + 9 * 3_600_000;
        const hour = Math.floor(inJapan / 3_600_000) % 24;
        const isOfficeTime = isWorkingDay(Math.floor(inJapan / 86_400_000)) && hour >= 7 && hour < 22;
        const fits = isOfficeTime || calendar.isStormNight(at.getTime());
        expect(fits, `${name}: ${at.toISOString()} ${body}`).toBe(true);
      }
  });

  test.each(moments)("started on %s leave something unread to everybody of the sign-in page", (_, start) => {
    const { rooms } = buildDemoConversations(people, new Date(start));
    for (const number of pickedNumbers()) {
      const own = rooms.flatMap(({ members, messages }) => {
        const member = members.find((each) => each.number === number);
        return member ? [{ readSeq: member.readSeq, messages }] : [];
      });
      const { name, post } = byNumber.get(number)!;
      const unread = own.filter(({ readSeq, messages }) => readSeq < messages.length);
      expect(unread.length, `${post} ${name}`).toBeGreaterThanOrEqual(2);
      const waiting = own.flatMap(({ messages }) =>
        messages.filter(
          ({ confirmation, senderNumber }) =>
            confirmation &&
            senderNumber !== number &&
            !confirmation.confirmed.some((confirmed) => confirmed.number === number),
        ),
      );
      expect(waiting.length, `${post} ${name}`).toBeGreaterThanOrEqual(1);
    }
  });

  test("are the same for the same moment", () => {
    const now = new Date("2026-11-20T09:00:00Z");
    expect(buildDemoConversations(people, now)).toEqual(buildDemoConversations(demoPeople(), now));
  });
});
