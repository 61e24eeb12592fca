import { describe, expect, test } from "vitest";
import { isHoliday, isWorkingDay } from "./holidays.ts";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe("days of the office", () => {
  test("holidays of 2026 are those of the calendar", () => {
    const found: string[] = [];
    for (let at = day("2026-01-01"); at <= day("2026-12-31"); at++)
      if (isHoliday(at)) found.push(new Date(at * 86_400_000).toISOString().slice(5, 10));
    expect(found).toEqual(
      [
        "01-01",
        "01-12",
        "02-11",
        "02-23",
        "03-20",
        "04-29",
        "05-03",
        "05-04",
        "05-05",
        "05-06",
        "07-20",
      ].concat(["08-11", "09-21", "09-22", "09-23", "10-12", "11-03", "11-23"]),
    );
  });

  test.each([
    ["2026-11-20", true],
    ["2026-11-21", false],
    ["2026-11-23", false],
    ["2026-12-28", true],
    ["2026-12-29", false],
    ["2027-01-04", true],
    // 23 February 2025 was a Sunday.
    ["2025-02-24", false],
  ])("%s is a working day: %s", (date, isOne) => expect(isWorkingDay(day(date))).toBe(isOne));
});
