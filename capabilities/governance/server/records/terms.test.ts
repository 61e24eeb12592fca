import fc from "fast-check";
import { expect, test } from "vitest";
import type { RetentionRule } from "../../contract.ts";
import { dueBefore, keptUntil, ruleOf } from "./terms.ts";

const room = { kind: "group", classification: "2", archivedAt: null } as const;
const rule = (counting: RetentionRule["counting"], years: number | null): RetentionRule => ({
  kind: null,
  classification: null,
  years,
  counting,
});

test("years run from 1 April behind the year in which something was written", () => {
  const oneYear = rule("written-year", 1);
  const written = new Date("2026-11-21T03:00:00Z");
  expect(keptUntil(oneYear, room, written)).toBe("2028-03-31");
  const due = (now: string) => dueBefore(oneYear, room, new Date(now))! > written;
  expect([due("2028-03-31T14:59:59Z"), due("2028-03-31T15:00:00Z")]).toEqual([false, true]);
});

test("a room's own years run from when it was put away; while it is in use nothing is due", () => {
  const threeYears = rule("archived-year", 3);
  const archived = { ...room, archivedAt: new Date("2026-03-31T14:00:00Z") };
  expect(dueBefore(threeYears, room, new Date("2099-01-01T00:00:00Z"))).toBeUndefined();
  expect(keptUntil(threeYears, room, new Date())).toBeUndefined();
  expect(keptUntil(threeYears, archived, new Date())).toBe("2029-03-31");
  expect(dueBefore(threeYears, archived, new Date("2029-03-31T14:59:59Z"))).toBeUndefined();
  const now = new Date("2029-03-31T15:00:00Z");
  expect(dueBefore(threeYears, archived, now)).toEqual(now);
});

test("the first rule that fits holds, and where none fits nothing is due", () => {
  const rules: RetentionRule[] = [
    { kind: "section", classification: "3A", years: null, counting: "written-year" },
    { kind: "section", classification: null, years: 5, counting: "written-year" },
  ];
  expect(ruleOf(rules, { ...room, kind: "section", classification: "3A" })?.years).toBeNull();
  expect(ruleOf(rules, { ...room, kind: "section", classification: "2" })?.years).toBe(5);
  expect(ruleOf(rules, room)).toBeUndefined();
  expect(dueBefore(rule("written-day", null), room, new Date())).toBeUndefined();
});

test("nothing is due on the last day on which it is kept, and everything is on the day behind it", () => {
  const moment = fc.date({ min: new Date("2020-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(
      moment,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("written-year" as const, "written-day" as const),
      (written, years, counting) => {
        const one = rule(counting, years);
        const last = keptUntil(one, room, written)!;
        const isDue = (now: number) => dueBefore(one, room, new Date(now))! > written;
        const end = Date.parse(`${last}T23:59:59.999+09:00`);
        expect(isDue(end)).toBe(false);
        expect(isDue(end + 86_400_001)).toBe(true);
      },
    ),
    { seed: 20261121 },
  );
});
