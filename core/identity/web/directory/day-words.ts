import { addDays, formatDate, formatDateEn } from "#shared/time.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";

/** A day (YYYY-MM-DD) in the reader's language: 令和9年4月1日（木）. */
export function dayWords(day: string): string {
  const noon = `${day}T12:00:00+09:00`;
  return currentLanguage() === "en" ? formatDateEn(noon) : formatDate(noon);
}

/** The last day of a period of which `until` is the first day after it, as offices say it. */
export function lastDayWords(until: string): string {
  return dayWords(addDays(until, -1));
}
