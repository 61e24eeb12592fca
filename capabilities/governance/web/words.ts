import { formatDate, formatEraYear, startOfDate } from "#shared/time.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { dayTitle } from "#web/kit/text/dates.ts";

/** 2026-11 as people say it: 令和8年11月. */
export function monthWords(month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return currentLanguage() === "en" ? month : `${formatEraYear({ year, month: number, day: 1 })}${number}月`;
}

/** 2026-11-21 as the office writes it. */
export function dateWords(day: string): string {
  return currentLanguage() === "en" ? dayTitle(startOfDate(day)) : formatDate(startOfDate(day));
}
