import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { addDays, dateInJapan, startOfDate } from "#shared/time.ts";
import {
  countedActions,
  downloadActions,
  type Leaver,
  leavingActions,
  readingActions,
  type UseCount,
} from "./pick-use.ts";

// Entries of the days' actions, found by where they stand; ids of neighbouring days may overlap, so the moment decides.
const ofDays = `from audit_day d
     join audit_trace t on t.tenant_id = d.tenant_id and t.key = 'action:' || d.action
      and t.entry_id between d.first_entry and d.last_entry
     join audit_entry e on e.tenant_id = t.tenant_id and e.id = t.entry_id
    where d.tenant_id = $1 and d.day = $2 and d.action = any($3::text[]) and e.at >= $4 and e.at < $5
      and e.payload is not null`;

const countDay = statement<{
  person_id: string | null;
  action: string;
  hour: number;
  count: number;
  new_devices: number;
}>(
  "governance.count-use-of-day",
  `select p.person_id, p.action, p.hour, sum(p.times)::int as count,
          count(*) filter (where p.known_device = 'false')::int as new_devices
     from (select coalesce(e.payload::jsonb ->> 'operator', e.actor_id::text, e.subject_id::text) as person_id, e.action,
                  extract(hour from e.at at time zone 'Asia/Tokyo')::int as hour,
                  case when e.action in ('session.refused', 'deed.refused')
                       then coalesce((e.payload::jsonb #>> '{facts,count}')::int, 1) else 1 end as times,
                  e.payload::jsonb #>> '{facts,knownDevice}' as known_device
             ${ofDays}) p
    group by 1, 2, 3`,
);
const listLeavers = statement<{ person_id: string | null }>(
  "governance.list-leavers-of-day",
  `select distinct e.subject_id as person_id ${ofDays}`,
);

/** What somebody did, by person, action and hour of one day in Japan. Who sat at a section account stands for it. */
async function countUseOfDay(
  database: Database,
  tenantId: string,
  day: string,
  actions: readonly string[],
): Promise<UseCount[]> {
  const rows = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(countDay, [tenantId, day, actions, startOfDate(day), startOfDate(addDays(day, 1))]),
  );
  return rows.flatMap(({ person_id, action, hour, count, new_devices }) =>
    person_id === null ? [] : { personId: person_id, action, day, hour, count, newDevices: new_devices },
  );
}

/**
 * The use of a month from the audit record, day by day so that no statement runs long. `before` holds what leavers read in
 * the days before the month, as far as `leaverDays` reach.
 *
 * @param month its first day
 */
export async function countUse(
  database: Database,
  tenantId: string,
  month: string,
  leaverDays: number,
): Promise<{ counts: UseCount[]; leavers: Leaver[]; before: UseCount[] }> {
  const counts: UseCount[] = [];
  const leavers = new Map<string, string>();
  for (const day of daysOf(month)) {
    counts.push(...(await countUseOfDay(database, tenantId, day, countedActions)));
    const left = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(listLeavers, [tenantId, day, leavingActions, startOfDate(day), startOfDate(addDays(day, 1))]),
    );
    for (const { person_id } of left) if (person_id !== null) leavers.set(person_id, day);
  }
  const before: UseCount[] = [];
  if (leavers.size > 0)
    for (let back = 1; back < leaverDays; back++) {
      const day = addDays(month, -back);
      const all = await countUseOfDay(database, tenantId, day, [...readingActions, ...downloadActions]);
      before.push(...all.filter(({ personId }) => leavers.has(personId)));
    }
  return { counts, leavers: [...leavers].map(([personId, day]) => ({ personId, day })), before };
}

function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = month; day.slice(0, 7) === month.slice(0, 7); day = addDays(day, 1)) days.push(day);
  return days;
}

/** The first day of the month in which a moment lies in Japan. */
export function monthOf(moment: Date): string {
  return `${dateInJapan(moment).slice(0, 7)}-01`;
}

/** The first day of the month so many months later: addMonths("2026-11-01", 2) is 2027-01-01. */
export function addMonths(month: string, months: number): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 10);
}
