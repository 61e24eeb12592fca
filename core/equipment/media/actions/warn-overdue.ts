import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { callTo } from "#core/identity/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { dateInJapan } from "#shared/time.ts";
import { noteMediaEvent } from "../loans.ts";
import { mediaRules } from "../media-policy.ts";
import { listOfficersOf } from "../officers.ts";

/** Days between two warnings of the same loan. */
const again = 7;

const warn = statement<{
  id: string;
  asker_id: string;
  operator_id: string | null;
  section_id: string | null;
  lent_by: string;
}>(
  "equipment.warn-overdue",
  `update media_loan set warned_on = $2
    where tenant_id = $1 and state = 'lent' and due_on < $2::date and (warned_on is null or warned_on <= $2::date - $3::int)
   returning id, asker_id, operator_id, section_id, lent_by`,
);

/**
 * Once a day for each municipality: tells who borrowed and who lent, and the section's officers, of media that should be back;
 * again after a week. On the same day a second time it changes nothing.
 */
export async function warnOfOverdueMedia(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const events = [];
    const today = dateInJapan(now);
    for (const loan of await tx.all(warn, [tenantId, today, again])) {
      await noteMediaEvent(tx, null, { tenantId, loanId: loan.id, now }, "warned");
      await recordAudit(tx, { tenantId, system: "media" }, now, {
        action: "media.warned",
        subjectId: loan.id,
        rule: mediaRules.byTheClock,
        facts: { holder: loan.asker_id },
      });
      const officers = await listOfficersOf(tx, tenantId, loan.section_id, today, []);
      const people = [loan.asker_id, loan.operator_id, loan.lent_by].filter((id) => id !== null);
      events.push(...callTo([...people, ...officers], "media", loan.id, now));
    }
    await publish(tx, now, events);
  });
}
