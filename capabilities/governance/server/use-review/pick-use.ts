/** Which people's use a person should look at. Pure: what was counted comes in, what is picked goes out. */
import type { UseReviewRuleName, UseReviewRules } from "../../contract.ts";

/** Entries of one person, action, day and hour (both Japan's). `newDevices`: sign-ins among them from devices never seen. */
export type UseCount = {
  personId: string;
  action: string;
  day: string;
  hour: number;
  count: number;
  newDevices: number;
};
/** Who left or was stopped in the month, and on which day. */
export type Leaver = { personId: string; day: string };
export type PickedUse = {
  rule: UseReviewRuleName;
  personId: string;
  count: number;
  days: { day: string; count: number }[];
};

export const readingActions = ["file.page-read", "file.text-read"] as const;
export const downloadActions = ["file.downloaded", "file.carried-out"] as const;
export const refusedActions = ["session.refused", "deed.refused"] as const;
export const leavingActions = ["person.left", "account.disabled", "account.stopped"] as const;
/** Everything that is counted for a month. */
export const countedActions = [
  ...readingActions,
  ...downloadActions,
  ...refusedActions,
  "session.started",
] as const;

const isOf = (actions: readonly string[]) => (count: UseCount) => actions.includes(count.action);

/**
 * What the rules pick of a month, one entry for each rule and person.
 *
 * @param month the counts of the month
 * @param before counts of leavers in the days before it
 */
export function pickUse(
  rules: UseReviewRules,
  month: readonly UseCount[],
  leavers: readonly Leaver[],
  before: readonly UseCount[],
): PickedUse[] {
  const picked: PickedUse[] = [];
  const pick = (rule: UseReviewRuleName, days: Map<string, Map<string, number>>, enough: Enough) => {
    for (const [personId, byDay] of days) {
      const chosen = enough(byDay);
      if (chosen.length === 0) continue;
      const sorted = chosen.map(([day, count]) => ({ day, count })).sort((a, b) => (a.day < b.day ? -1 : 1));
      picked.push({ rule, personId, count: sorted.reduce((sum, { count }) => sum + count, 0), days: sorted });
    }
  };
  const { massReading, massDownloads, oddHours, leavers: leaving, newDevices, refused } = rules;
  if (massReading)
    pick("mass-reading", byDay(month.filter(isOf(readingActions))), eachDay(massReading.readingsADay));
  if (massDownloads)
    pick("mass-downloads", byDay(month.filter(isOf(downloadActions))), eachDay(massDownloads.downloadsADay));
  if (oddHours) {
    const isUse = isOf(["session.started", ...readingActions, ...downloadActions]);
    const odd = month.filter((each) => isUse(each) && isWithin(each.hour, oddHours.from, oddHours.until));
    pick("odd-hours", byDay(odd), (days) => (days.size >= oddHours.days ? [...days] : []));
  }
  if (leaving) {
    const isReading = isOf([...readingActions, ...downloadActions]);
    const lastDays = new Map(leavers.map(({ personId, day }) => [personId, day]));
    const last = [...before, ...month].filter((each) => {
      const left = lastDays.get(each.personId);
      return (
        left !== undefined && isReading(each) && each.day <= left && daysApart(each.day, left) < leaving.days
      );
    });
    pick("leavers", byDay(last), inAll(leaving.readings));
  }
  if (newDevices) {
    const signIns = month
      .filter(isOf(["session.started"]))
      .map((each) => ({ ...each, count: each.newDevices }))
      .filter(({ count }) => count > 0);
    pick("new-devices", byDay(signIns), inAll(newDevices.devices));
  }
  if (refused) pick("refused", byDay(month.filter(isOf(refusedActions))), inAll(refused.attempts));
  return picked;
}

/** Which of somebody's days an entry is about; none when there is nothing to look at. */
type Enough = (days: ReadonlyMap<string, number>) => [string, number][];
const eachDay =
  (threshold: number): Enough =>
  (days) =>
    [...days].filter(([, count]) => count >= threshold);
const inAll =
  (threshold: number): Enough =>
  (days) =>
    [...days.values()].reduce((sum, count) => sum + count, 0) >= threshold ? [...days] : [];

function byDay(counts: readonly UseCount[]): Map<string, Map<string, number>> {
  const people = new Map<string, Map<string, number>>();
  for (const { personId, day, count } of counts) {
    const days = people.get(personId) ?? new Map<string, number>();
    people.set(personId, days.set(day, (days.get(day) ?? 0) + count));
  }
  return people;
}

/** Whether an hour lies in a span that may go over midnight: 22 to 5 holds 22, 23, 0 … 4. */
function isWithin(hour: number, from: number, until: number): boolean {
  return from < until ? hour >= from && hour < until : hour >= from || hour < until;
}

function daysApart(earlier: string, later: string): number {
  return (Date.parse(later) - Date.parse(earlier)) / 86_400_000;
}
