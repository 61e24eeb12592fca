import { describe, expect, it } from "vitest";
import {
  addDays,
  dateInJapan,
  fiscalYearOf,
  formatDate,
  formatDay,
  formatEraYear,
  formatListTime,
  formatMoment,
  formatMomentEn,
  formatShortMoment,
  startOfDate,
  toJapanTime,
} from "./time.ts";

describe("time on Japan's clock", () => {
  it("writes moments as an office does", () => {
    expect(formatMoment("2026-11-21T05:05:00Z")).toBe("令和8年11月21日（土）14:05");
    expect(formatShortMoment("2026-11-21T05:05:00Z")).toBe("11/21（土）14:05");
    expect(formatMomentEn("2026-11-21T05:05:00Z")).toBe("Sat 21 Nov 2026, 14:05");
  });

  it("changes the day at midnight in Japan, not in London", () => {
    expect(toJapanTime("2026-12-31T14:59:59Z")).toMatchObject({ year: 2026, month: 12, day: 31, hour: 23 });
    expect(toJapanTime("2026-12-31T15:00:00Z")).toMatchObject({ year: 2027, month: 1, day: 1, hour: 0 });
  });

  it("changes the era on its first day, and calls its first year 元年", () => {
    expect(formatEraYear({ year: 2019, month: 4, day: 30 })).toBe("平成31年");
    expect(formatEraYear({ year: 2019, month: 5, day: 1 })).toBe("令和元年");
    expect(formatEraYear({ year: 1989, month: 1, day: 7 })).toBe("昭和64年");
    expect(formatEraYear({ year: 1926, month: 12, day: 25 })).toBe("昭和元年");
    expect(formatEraYear({ year: 1912, month: 7, day: 29 })).toBe("明治45年");
    expect(formatDate("1700-01-01T00:00:00Z")).toContain("西暦1700年");
  });

  it("shortens the time in lists by its distance from now", () => {
    const now = "2026-11-21T05:05:00Z";
    expect(formatListTime("2026-11-20T15:00:00Z", now)).toBe("0:00");
    expect(formatListTime("2026-11-20T14:59:00Z", now)).toBe("昨日");
    expect(formatListTime("2026-11-18T05:05:00Z", now)).toBe("11/18");
    expect(formatListTime("2025-11-18T05:05:00Z", now)).toBe("R7.11.18");
    expect(formatDay("2026-11-21T05:05:00Z", now)).toBe("今日　11月21日（土）");
    expect(formatDay("2026-11-19T05:05:00Z", now)).toBe("11月19日（木）");
    expect(formatDay("2025-11-19T05:05:00Z", now)).toBe("令和7年11月19日（水）");
  });

  it("counts fiscal years from April", () => {
    expect(fiscalYearOf("2027-03-31T14:59:59Z")).toBe(2026);
    expect(fiscalYearOf("2027-03-31T15:00:00Z")).toBe(2027);
  });

  it("counts dates in days on Japan's calendar", () => {
    expect(dateInJapan("2026-12-31T14:59:59Z")).toBe("2026-12-31");
    expect(dateInJapan("2026-12-31T15:00:00Z")).toBe("2027-01-01");
    expect(addDays("2027-03-31", 1)).toBe("2027-04-01");
    expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
    expect(startOfDate("2027-01-01").toISOString()).toBe("2026-12-31T15:00:00.000Z");
  });
});
