import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { isId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";

type LinkRow = { last_number: number; entry_ids: number[] };
type EntryRow = { id: number; at: Date; action: string; payload: string | null };

const lockHead = statement<{ number: number }>(
  "governance.lock-trace-head",
  `insert into audit_trace_head (tenant_id, number) values ($1, 0)
   on conflict (tenant_id) do update set number = audit_trace_head.number returning number`,
);
const readLinks = statement<LinkRow>(
  "governance.read-links-to-trace",
  `select last_number, entry_ids from audit_link
    where tenant_id = $1 and last_number > $2 order by last_number limit 100`,
);
const readEntries = statement<EntryRow>(
  "governance.read-entries-to-trace",
  "select id, at, action, payload from audit_entry where tenant_id = $1 and id = any($2::bigint[])",
);
const insertTraces = statement<never>(
  "governance.insert-traces",
  `insert into audit_trace (tenant_id, key, entry_id)
   select $1, t.key, t.entry_id from unnest($2::text[], $3::bigint[]) as t (key, entry_id) on conflict do nothing`,
);
const countDays = statement<never>(
  "governance.count-audit-days",
  `insert into audit_day (tenant_id, day, action, first_entry, last_entry, entries)
   select $1, d.* from unnest($2::date[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
                    as d (day, action, first_entry, last_entry, entries)
   on conflict (tenant_id, day, action) do update
      set first_entry = least(audit_day.first_entry, excluded.first_entry),
          last_entry = greatest(audit_day.last_entry, excluded.last_entry),
          entries = audit_day.entries + excluded.entries`,
);
const moveHead = statement<never>(
  "governance.move-trace-head",
  "update audit_trace_head set number = $2 where tenant_id = $1",
);

/** What nearly every entry of an office is: found by walking, not by its name. */
const tooMany = new Set(["message.sent"]);

/**
 * Writes where ids and actions stand in the record, for entries that have been chained since the last time. One
 * transaction for at most a hundred links; returns whether there may be more.
 */
export function writeTraces(database: Database, tenantId: string): Promise<boolean> {
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const head = await tx.first(lockHead, [tenantId]);
    const links = await tx.all(readLinks, [tenantId, head!.number]);
    const last = links.at(-1);
    if (!last) return false;
    const ids = links.flatMap((link) => link.entry_ids);
    const entries = await tx.all(readEntries, [tenantId, ids]);
    await write(tx, tenantId, entries);
    await tx.run(moveHead, [tenantId, last.last_number]);
    return links.length === 100;
  });
}

/** The same until nothing is left. */
export async function writeAllTraces(database: Database, tenantId: string): Promise<void> {
  while (await writeTraces(database, tenantId));
}

async function write(tx: Transaction, tenantId: string, entries: readonly EntryRow[]): Promise<void> {
  const keys: string[] = [];
  const entryIds: number[] = [];
  const days = new Map<string, { day: string; action: string; first: number; last: number; count: number }>();
  for (const { id, at, action, payload } of entries) {
    for (const key of keysOf(action, payload)) {
      keys.push(key);
      entryIds.push(id);
    }
    const day = dateInJapan(at);
    const known = days.get(`${day} ${action}`);
    days.set(`${day} ${action}`, {
      day,
      action,
      first: Math.min(known?.first ?? id, id),
      last: Math.max(known?.last ?? id, id),
      count: (known?.count ?? 0) + 1,
    });
  }
  if (keys.length > 0) await tx.run(insertTraces, [tenantId, keys, entryIds]);
  // In one order, so that two nodes that do this at once do not wait for each other crosswise.
  const rows = [...days.values()].sort((a, b) => (a.day + a.action < b.day + b.action ? -1 : 1));
  await tx.run(countDays, [
    tenantId,
    rows.map((row) => row.day),
    rows.map((row) => row.action),
    rows.map((row) => row.first),
    rows.map((row) => row.last),
    rows.map((row) => row.count),
  ]);
}

/** Everything an entry can be found by besides its actor and its time. */
function keysOf(action: string, payload: string | null): string[] {
  const keys = new Set(tooMany.has(action) ? [] : [`action:${action}`]);
  if (payload === null) return [...keys];
  const { operator, device, subject, facts } = JSON.parse(payload) as {
    operator?: string | null;
    device?: string | null;
    subject: string | null;
    facts: Record<string, unknown>;
  };
  for (const value of [operator, device, subject, ...Object.values(facts)])
    if (typeof value === "string" && isId(value)) keys.add(value);
  return [...keys];
}
