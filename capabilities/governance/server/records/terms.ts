/** For how long what is written in a room is kept. Pure; days are Japan's, years are fiscal years (4月–3月). */
import type { RecordRoom } from "#capabilities/chat/index.ts";
import { dateInJapan, fiscalYearOf, startOfDate } from "#shared/time.ts";
import type { RetentionRule } from "../../contract.ts";

type Room = Pick<RecordRoom, "kind" | "classification" | "archivedAt">;

/** The first rule that fits a room; undefined where nothing was decided, and everything is kept. */
export function ruleOf(rules: readonly RetentionRule[], room: Room): RetentionRule | undefined {
  return rules.find(
    ({ kind, classification }) =>
      (kind === null || kind === room.kind) &&
      (classification === null || classification === room.classification),
  );
}

/** What was written in a room before this moment is due; undefined: nothing of it. */
export function dueBefore(rule: RetentionRule, room: Room, now: Date): Date | undefined {
  const { years, counting } = rule;
  if (years === null) return undefined;
  const firstKept = fiscalYearOf(now) - years;
  if (counting === "written-year") return startOfDate(`${firstKept}-04-01`);
  if (counting === "written-day") return startOfDate(firstDayKept(dateInJapan(now), years));
  return room.archivedAt !== null && fiscalYearOf(room.archivedAt) < firstKept ? now : undefined;
}

/** The last day on which what is written now is kept; undefined for good, or while the room is in use and that counts. */
export function keptUntil(rule: RetentionRule, room: Room, now: Date): string | undefined {
  const { years, counting } = rule;
  if (years === null) return undefined;
  if (counting === "written-day") return yearsLater(dateInJapan(now), years);
  const from = counting === "written-year" ? now : room.archivedAt;
  return from === null ? undefined : `${fiscalYearOf(from) + 1 + years}-03-31`;
}

/** The same day so many years later; 29 February becomes 28 February in a common year. */
function yearsLater(day: string, years: number): string {
  const [year, rest] = [Number(day.slice(0, 4)) + years, day.slice(4)];
  return rest === "-02-29" && isCommon(year) ? `${year}-02-28` : `${year}${rest}`;
}

/** The first day that is kept still: what was written before it has had its years. */
function firstDayKept(today: string, years: number): string {
  const [year, rest] = [Number(today.slice(0, 4)) - years, today.slice(4)];
  return rest === "-02-29" && isCommon(year) ? `${year}-03-01` : `${year}${rest}`;
}

function isCommon(year: number): boolean {
  return year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0);
}
