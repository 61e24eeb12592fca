import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { identityEvents } from "../contract.ts";
import { importPeople } from "./import-people.ts";

/** Whoever booked an import has left, or may no longer edit the directory. */
export class AdministratorGone extends Error {}

// The rule of decideEditDirectory for an account that is not asking itself: it could sign in on LGWAN and would be allowed.
const editors = `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and p.kind = 'staff' and 'accounts' = any(a.offices) and 'lgwan' = any(a.zones)
      and a.disabled_at is null and p.left_at is null and (a.starts_at is null or a.starts_at <= $2)
      and (a.expires_at is null or a.expires_at > $2)
      and (p.leaves_on is null or p.leaves_on > ($2::timestamptz at time zone 'Asia/Tokyo')::date)`;
const listEditors = statement<{ id: string }>("identity.list-directory-editors", editors);
const findEditor = statement<{ id: string }>("identity.find-directory-editor", `${editors} and a.id = $3`);

/** Whether this administrator may edit the directory at this moment. */
export async function isEditor(
  tx: Transaction,
  tenantId: string,
  personId: string,
  now: Date,
): Promise<boolean> {
  return (await tx.first(findEditor, [tenantId, now, personId])) !== undefined;
}

const findFiles = statement<{
  sections_bytes: Buffer | null;
  people_bytes: Buffer | null;
  end_missing: boolean;
  is_entry: boolean | null;
}>(
  "identity.find-files-of-booked-import",
  `select sections_bytes, people_bytes, end_missing, (report ->> 'isEntry')::boolean as is_entry from directory_import
    where tenant_id = $1 and id = $2 and state = 'scheduled'`,
);
const stop = statement<{ id: string }>(
  "identity.stop-booked-import",
  `update directory_import set state = 'checked', stopped_at = $3, report = $4
    where tenant_id = $1 and id = $2 and state = 'scheduled' returning id`,
);

const whoBookedIsGone: Rule = {
  id: "directory.booking-needs-its-administrator",
  ja: "予約した管理者が退職したか、権限がなくなったため",
  en: "whoever booked it has left or may no longer do it",
};

/**
 * Takes a booked import back to one that is checked, with what it would do today, and tells every administrator who may
 * confirm or drop it. Nothing of the directory changes.
 */
export async function stopImport(
  { database, keyring, clock }: { database: Database; keyring: Keyring; clock: Clock },
  tenantId: string,
  id: string,
  bookedBy: string,
): Promise<void> {
  const now = clock.now();
  const files = await database.transaction(scopeOf(tenantId), (tx) => tx.first(findFiles, [tenantId, id]));
  if (!files) return;
  const report = await importPeople(
    database,
    keyring,
    clock,
    tenantId,
    {
      ...(files.sections_bytes && { sections: files.sections_bytes }),
      ...(files.people_bytes && { people: files.people_bytes }),
    },
    { dryRun: true, endMissing: files.end_missing, ...(files.is_entry && { isEntry: true }) },
  );
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await tx.first(stop, [tenantId, id, now, JSON.stringify(report)]))) return;
    const told = await tx.all(listEditors, [tenantId, now]);
    await recordAudit(tx, { tenantId, system: "calendar" }, now, {
      action: "directory-import.stopped",
      subjectId: id,
      rule: whoBookedIsGone,
      facts: { bookedBy, told: told.length },
    });
    await publish(
      tx,
      now,
      told.map((person) =>
        event(
          identityEvents,
          "directory-import.stopped",
          { kind: "person", personId: person.id },
          { importId: id },
        ),
      ),
    );
  });
}
