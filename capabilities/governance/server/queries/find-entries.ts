import { statement, type Transaction } from "#core/db/index.ts";
import { addDays } from "#shared/time.ts";
import type { AuditFilter } from "../../contract.ts";

export type EntryRow = {
  id: number;
  at: Date;
  action: string;
  actor_id: string | null;
  subject_id: string | null;
  payload: string | null;
};

/** Entries that one look goes through at most when nothing narrower leads to them. */
const lookAt = 50_000;

const columns = "e.id, e.at, e.action, e.actor_id, e.subject_id, e.payload";
/** $2 … $8: from entry, before entry, actor, action, zone's mark in the payload, from and before which moment; $9: the limit. */
const conditions = `e.tenant_id = $1 and e.id >= $2 and e.id < $3
      and ($5::text is null or e.action = $5)
      and ($6::text is null or strpos(e.payload, $6) > 0)
      and ($7::timestamptz is null or e.at >= $7) and ($8::timestamptz is null or e.at < $8)`;
const newestFirst = "order by e.id desc limit $9";

const walk = statement<EntryRow>(
  "governance.walk-entries",
  `select ${columns} from audit_entry e where ${conditions} and ($4::uuid is null or e.actor_id = $4) ${newestFirst}`,
);
const ofActor = statement<EntryRow>(
  "governance.entries-of-actor",
  `select ${columns} from audit_entry e
    where ${conditions} and (e.actor_id = $4 or e.id in (
          select t.entry_id from audit_trace t where t.tenant_id = $1 and t.key = $10 and t.entry_id >= $2 and t.entry_id < $3))
    ${newestFirst}`,
);
const ofKey = statement<EntryRow>(
  "governance.entries-of-key",
  `select ${columns} from audit_trace t join audit_entry e on e.tenant_id = t.tenant_id and e.id = t.entry_id
    where t.tenant_id = $1 and t.key = $10 and t.entry_id >= $2 and t.entry_id < $3 and ${conditions}
      and ($4::uuid is null or e.actor_id = $4)
    order by t.entry_id desc limit $9`,
);
const findBounds = statement<{ first: number | null; last: number | null }>(
  "governance.find-bounds-of-days",
  `select min(first_entry) as first, max(last_entry) as last from audit_day
    where tenant_id = $1 and day >= $2 and day <= $3 and ($4::text is null or action = $4)`,
);
const findNewest = statement<{ id: number | null }>(
  "governance.find-newest-entry",
  "select max(id) as id from audit_entry where tenant_id = $1",
);

/**
 * Entries that a filter names, the newest first. `next` is where to go on, null at the end; a page may hold fewer than
 * `limit` and have a next one, where a look through many entries found little.
 */
export async function findEntries(
  tx: Transaction,
  tenantId: string,
  filter: AuditFilter,
  page: { before: number | undefined; limit: number },
): Promise<{ rows: EntryRow[]; next: number | null }> {
  const newest = (await tx.first(findNewest, [tenantId]))?.id ?? 0;
  let first = 1;
  let before = Math.min(page.before ?? newest + 1, newest + 1);
  if (filter.from !== undefined || filter.until !== undefined) {
    const bounds = await tx.first(findBounds, [
      tenantId,
      filter.from ?? "0001-01-01",
      filter.until ?? "9999-12-31",
      filter.action ?? null,
    ]);
    if (bounds?.first == null || bounds.last == null) return { rows: [], next: null };
    first = bounds.first;
    before = Math.min(before, bounds.last + 1);
  }
  const mark = filter.zone === undefined ? null : `"zone":"${filter.zone}"`;
  const byAction = filter.action !== undefined && filter.action !== "message.sent";
  const key =
    filter.about ?? (filter.actor === undefined && byAction ? `action:${filter.action}` : undefined);
  const values = (from: number) => [
    tenantId,
    from,
    before,
    filter.actor ?? null,
    filter.action ?? null,
    mark,
    filter.from === undefined ? null : new Date(`${filter.from}T00:00:00+09:00`),
    filter.until === undefined ? null : new Date(`${addDays(filter.until, 1)}T00:00:00+09:00`),
    page.limit,
  ];
  if (key !== undefined || filter.actor !== undefined) {
    const rows =
      key !== undefined
        ? await tx.all(ofKey, [...values(first), key])
        : await tx.all(ofActor, [...values(first), filter.actor]);
    return { rows, next: rows.length === page.limit ? rows.at(-1)!.id : null };
  }
  const from = Math.max(first, before - lookAt);
  const rows = await tx.all(walk, values(from));
  if (rows.length === page.limit) return { rows, next: rows.at(-1)!.id };
  return { rows, next: from > first ? from : null };
}
