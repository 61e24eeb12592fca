import { addDays, dateInJapan, formatClock, formatDate, formatDateEn, startOfDate } from "#shared/time.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { longMoment } from "#web/kit/text/dates.ts";

/** The moment at which a day that was chosen is over in Japan: `until` of everything that is typed as a day. */
export function endOfDay(day: string): string {
  return startOfDate(addDays(day, 1)).toISOString();
}

/** The last day of an end, as it stands in a field: the minute before counts. */
export function lastDay(until: string): string {
  return dateInJapan(new Date(Date.parse(until) - 60_000));
}

export function dayAfter(days: number, now = Date.now()): string {
  return dateInJapan(new Date(now + days * 86_400_000));
}

/** An end as people say it: a day that is over at midnight is named itself, not the midnight after it. */
export function endWords(until: string): string {
  if (formatClock(until) !== "0:00") return longMoment(until);
  const last = new Date(Date.parse(until) - 60_000);
  return currentLanguage() === "en" ? formatDateEn(last) : formatDate(last);
}
