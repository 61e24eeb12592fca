/**
 * Time as an office writes it: Japan's clock (UTC+9, no summer time), the era calendar (和暦) and fiscal years.
 * Inside the program time is UTC; these functions are for screens, prints and files.
 */

const hoursAhead = 9;
const weekdays = ["日", "月", "火", "水", "木", "金", "土"] as const;
const weekdaysEn = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const monthsEn = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/** Eras with their first day; the newest first. */
const eras = [
  { name: "令和", letter: "R", from: [2019, 5, 1] },
  { name: "平成", letter: "H", from: [1989, 1, 8] },
  { name: "昭和", letter: "S", from: [1926, 12, 25] },
  { name: "大正", letter: "T", from: [1912, 7, 30] },
  { name: "明治", letter: "M", from: [1868, 1, 25] },
] as const;

/** A moment on Japan's clock. */
export type JapanTime = {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  /** 0 is Sunday. */
  weekday: number;
  hour: number;
  minute: number;
};

export type Moment = Date | string | number;

/** A moment (UTC, RFC 3339 or milliseconds) on Japan's clock. */
export function toJapanTime(moment: Moment): JapanTime {
  const date = new Date(new Date(moment).getTime() + hoursAhead * 3_600_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** Year of the era in which a day lies, e.g. 2026-11-21 → 令和 8. Days before 明治 keep the common era. */
export function toEra(day: { year: number; month: number; day: number }): {
  name: string;
  letter: string;
  year: number;
} {
  const number = day.year * 10_000 + day.month * 100 + day.day;
  const era = eras.find(({ from: [year, month, date] }) => number >= year * 10_000 + month * 100 + date);
  return era
    ? { name: era.name, letter: era.letter, year: day.year - era.from[0] + 1 }
    : { name: "西暦", letter: "", year: day.year };
}

/** 令和8年; the first year is 元年. */
export function formatEraYear(day: { year: number; month: number; day: number }): string {
  const era = toEra(day);
  return `${era.name}${era.year === 1 && era.letter ? "元" : era.year}年`;
}

/** 14:05 */
export function formatClock(moment: Moment): string {
  const { hour, minute } = toJapanTime(moment);
  return `${hour}:${String(minute).padStart(2, "0")}`;
}

/** 令和8年11月21日（土）14:05 */
export function formatMoment(moment: Moment): string {
  return `${formatDate(moment)}${formatClock(moment)}`;
}

/** 令和8年11月21日（土） */
export function formatDate(moment: Moment): string {
  const time = toJapanTime(moment);
  return `${formatEraYear(time)}${time.month}月${time.day}日（${weekdays[time.weekday]}）`;
}

/** 11/21（土）14:05 */
export function formatShortMoment(moment: Moment): string {
  const time = toJapanTime(moment);
  return `${time.month}/${time.day}（${weekdays[time.weekday]}）${formatClock(moment)}`;
}

/** For lists: 14:05 today, 昨日, 11/21 this year, R7.11.21 before. */
export function formatListTime(moment: Moment, now: Moment): string {
  const time = toJapanTime(moment);
  const days = daysBetween(moment, now);
  if (days === 0) return formatClock(moment);
  if (days === 1) return "昨日";
  if (time.year === toJapanTime(now).year) return `${time.month}/${time.day}`;
  const era = toEra(time);
  return `${era.letter}${era.year}.${time.month}.${time.day}`;
}

/** For day separators: 今日　11月21日（土）, 昨日　…, 11月21日（土）, 令和7年11月21日（金）. */
export function formatDay(moment: Moment, now: Moment): string {
  const time = toJapanTime(moment);
  if (time.year !== toJapanTime(now).year) return formatDate(moment);
  const day = `${time.month}月${time.day}日（${weekdays[time.weekday]}）`;
  const days = daysBetween(moment, now);
  return days === 0 ? `今日　${day}` : days === 1 ? `昨日　${day}` : day;
}

/** Sat 21 Nov 2026, 14:05 (JST) */
export function formatMomentEn(moment: Moment): string {
  return `${formatDateEn(moment)}, ${formatClock(moment)}`;
}

/** Sat 21 Nov 2026 */
export function formatDateEn(moment: Moment): string {
  const time = toJapanTime(moment);
  return `${weekdaysEn[time.weekday]} ${time.day} ${monthsEn[time.month - 1]} ${time.year}`;
}

/** The day that a moment falls on in Japan, as dates are stored: 2026-11-21. */
export function dateInJapan(moment: Moment): string {
  return new Date(new Date(moment).getTime() + hoursAhead * 3_600_000).toISOString().slice(0, 10);
}

/** A date so many days later, or earlier: addDays("2027-03-31", 1) is 2027-04-01. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Midnight in Japan at the beginning of a date. */
export function startOfDate(date: string): Date {
  return new Date(`${date}T00:00:00+09:00`);
}

/** The number of the day on Japan's calendar: equal for two moments of one day. */
export function japanDayNumber(moment: Moment): number {
  return Math.floor((new Date(moment).getTime() + hoursAhead * 3_600_000) / 86_400_000);
}

/** The fiscal year (4月–3月) in which a moment lies: 2027-03-31 belongs to 2026. */
export function fiscalYearOf(moment: Moment): number {
  const { year, month } = toJapanTime(moment);
  return month >= 4 ? year : year - 1;
}

function daysBetween(earlier: Moment, later: Moment): number {
  return japanDayNumber(later) - japanDayNumber(earlier);
}
