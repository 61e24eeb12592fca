import { expect, test } from "vitest";
import type { UseReviewRules } from "../../contract.ts";
import { pickUse, type UseCount } from "./pick-use.ts";

const nothing: UseReviewRules = {
  massReading: null,
  massDownloads: null,
  oddHours: null,
  leavers: null,
  newDevices: null,
  refused: null,
};
const use = (action: string, day: string, count: number, more: Partial<UseCount> = {}): UseCount => ({
  personId: "a",
  action,
  day,
  hour: 10,
  count,
  newDevices: 0,
  ...more,
});

test("a day of mass reading is picked at the threshold, not below it, and with that day alone", () => {
  const rules = { ...nothing, massReading: { readingsADay: 10 } };
  const counts = [
    use("file.page-read", "2026-11-02", 6, { hour: 9 }),
    use("file.text-read", "2026-11-02", 4),
    use("file.page-read", "2026-11-03", 9),
    use("file.downloaded", "2026-11-03", 50),
  ];
  expect(pickUse(rules, counts, [], [])).toEqual([
    { rule: "mass-reading", personId: "a", count: 10, days: [{ day: "2026-11-02", count: 10 }] },
  ]);
});

test("odd hours go over midnight, and need several days", () => {
  const rules = { ...nothing, oddHours: { from: 22, until: 5, days: 3 } };
  const at = (day: string, hour: number) => use("session.started", day, 1, { hour });
  const three = [at("2026-11-02", 22), at("2026-11-03", 4), at("2026-11-05", 0)];
  expect(pickUse(rules, three, [], []).map(({ days }) => days.length)).toEqual([3]);
  expect(pickUse(rules, [at("2026-11-02", 21), at("2026-11-03", 5), ...three.slice(1)], [], [])).toEqual([]);
});

test("the last weeks of a leaver reach into the month before, and end with the day of leaving", () => {
  const rules = { ...nothing, leavers: { days: 30, readings: 5 } };
  const leavers = [{ personId: "a", day: "2026-11-10" }];
  const before = [use("file.downloaded", "2026-10-20", 3), use("file.downloaded", "2026-10-01", 100)];
  const month = [use("file.page-read", "2026-11-05", 2), use("file.page-read", "2026-11-11", 100)];
  expect(pickUse(rules, month, leavers, before)).toEqual([
    {
      rule: "leavers",
      personId: "a",
      count: 5,
      days: [
        { day: "2026-10-20", count: 3 },
        { day: "2026-11-05", count: 2 },
      ],
    },
  ]);
  expect(pickUse(rules, month, [], before)).toEqual([]);
});

test("new devices and refusals are counted over the month; a rule that is off picks nothing", () => {
  const counts = [
    use("session.started", "2026-11-02", 5, { newDevices: 1 }),
    use("session.started", "2026-11-09", 1, { newDevices: 1 }),
    use("deed.refused", "2026-11-02", 3),
    use("session.refused", "2026-11-04", 4),
  ];
  const rules = { ...nothing, newDevices: { devices: 2 }, refused: { attempts: 7 } };
  expect(pickUse(rules, counts, [], []).map(({ rule, count }) => [rule, count])).toEqual([
    ["new-devices", 2],
    ["refused", 7],
  ]);
  expect(pickUse(nothing, counts, [{ personId: "a", day: "2026-11-30" }], [])).toEqual([]);
});
