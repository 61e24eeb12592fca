/** The days on which a city hall is closed: weekends, 国民の祝日, and from 29 December to 3 January. */

export const minutesOfDay = 24 * 60;

/** Holidays with a fixed date, as month × 100 + day. */
const fixed = new Set([101, 211, 223, 429, 503, 504, 505, 811, 1103, 1123]);
/** Holidays on the nth Monday of a month. */
const mondays = new Map([
  [1, 2],
  [7, 3],
  [9, 3],
  [10, 2],
]);

/** @param day number since 1970, in Japan */
export function isWorkingDay(day: number): boolean {
  // Day 0 was a Thursday.
  const weekday = (day + 4) % 7;
  if (weekday === 0 || weekday === 6) return false;
  const { month, date } = partsOf(day);
  if ((month === 12 && date >= 29) || (month === 1 && date <= 3)) return false;
  return !isHoliday(day);
}

/** A holiday by the law of 1948, the day off for one that fell on a Sunday, and a day between two holidays. */
export function isHoliday(day: number): boolean {
  if (isNamed(day)) return true;
  if (isNamed(day - 1) && isNamed(day + 1)) return true;
  for (let before = day - 1; isNamed(before); before--) if ((before + 4) % 7 === 0) return true;
  return false;
}

function isNamed(day: number): boolean {
  const { year, month, date } = partsOf(day);
  if (fixed.has(month * 100 + date)) return true;
  const isMonday = (day + 4) % 7 === 1;
  if (isMonday && mondays.get(month) === Math.ceil(date / 7)) return true;
  // The equinoxes, as astronomers reckon them until 2099.
  const drift = 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4);
  if (month === 3) return date === Math.floor(20.8431 + drift);
  return month === 9 && date === Math.floor(23.2488 + drift);
}

function partsOf(day: number): { year: number; month: number; date: number } {
  const moment = new Date(day * minutesOfDay * 60_000);
  return { year: moment.getUTCFullYear(), month: moment.getUTCMonth() + 1, date: moment.getUTCDate() };
}
