import { statement, type Transaction } from "#core/db/index.ts";
import { addDays, startOfDate } from "#shared/time.ts";
import type { UseReviewRuleName } from "../../contract.ts";
import type { EntryRow as AuditRow } from "../queries/find-entries.ts";
import { downloadActions, readingActions, refusedActions } from "./pick-use.ts";
import type { EntryRow } from "./rows.ts";

/** Sentences that are shown; the whole is in the audit record. */
const shown = 100;

const actionsOf: Readonly<Record<UseReviewRuleName, readonly string[]>> = {
  "mass-reading": readingActions,
  "mass-downloads": downloadActions,
  "odd-hours": ["session.started", ...readingActions, ...downloadActions],
  leavers: [...readingActions, ...downloadActions],
  "new-devices": ["session.started"],
  refused: refusedActions,
};

const findRows = statement<AuditRow>(
  "governance.find-use-evidence",
  `select e.id, e.at, e.action, e.actor_id, e.subject_id, e.payload
     from audit_day d
     join audit_trace t on t.tenant_id = d.tenant_id and t.key = 'action:' || d.action
      and t.entry_id between d.first_entry and d.last_entry
     join audit_entry e on e.tenant_id = t.tenant_id and e.id = t.entry_id
    where d.tenant_id = $1 and d.day = any($2::date[]) and d.action = any($3::text[]) and e.at >= $4 and e.at < $5
      and (e.at at time zone 'Asia/Tokyo')::date = d.day
      and coalesce(e.payload::jsonb ->> 'operator', e.actor_id::text, e.subject_id::text) = $6
    order by e.id desc limit $7`,
);

/** The entries of the record that an entry of the review is about, the newest first. */
export async function findEvidence(
  tx: Transaction,
  tenantId: string,
  entry: EntryRow,
): Promise<{ rows: AuditRow[]; hasMore: boolean }> {
  const days = entry.days.map(({ day }) => day);
  const rows = await tx.all(findRows, [
    tenantId,
    days,
    actionsOf[entry.rule],
    startOfDate(days[0]!),
    startOfDate(addDays(days.at(-1)!, 1)),
    entry.person_id,
    shown + 1,
  ]);
  return { rows: rows.slice(0, shown), hasMore: rows.length > shown };
}
