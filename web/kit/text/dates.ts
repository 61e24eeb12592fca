/** Dates in the reader's language; Japanese as the office writes them. */
import {
  formatClock,
  formatDateEn,
  formatDay,
  formatListTime,
  formatMoment,
  formatMomentEn,
  formatShortMoment,
  japanDayNumber,
  type Moment,
  toJapanTime,
} from "#shared/time.ts";
import { serverNow } from "../state/clock.ts";
import { currentLanguage } from "./catalogue.ts";

export { formatClock as clock } from "#shared/time.ts";

export function longMoment(moment: Moment): string {
  return currentLanguage() === "en" ? formatMomentEn(moment) : formatMoment(moment);
}

export function shortMoment(moment: Moment): string {
  return currentLanguage() === "en" ? formatMomentEn(moment) : formatShortMoment(moment);
}

export function dayTitle(moment: Moment, now: Moment = serverNow()): string {
  return currentLanguage() === "en" ? formatDateEn(moment) : formatDay(moment, now);
}

export function listTime(moment: Moment, now: Moment = serverNow()): string {
  if (currentLanguage() === "ja") return formatListTime(moment, now);
  const days = japanDayNumber(now) - japanDayNumber(moment);
  if (days === 0) return formatClock(moment);
  if (days === 1) return "Yesterday";
  const { year, month, day } = toJapanTime(moment);
  return year === toJapanTime(now).year ? `${day}/${month}` : `${year}-${month}-${day}`;
}
