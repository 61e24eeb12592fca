/** Telling people that something outside the rooms waits for them: their pages hear of it, their devices are woken. */
import { statement, type Transaction } from "#core/db/index.ts";
import type { Office } from "#core/policy/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { type DutyKind, identityEvents } from "../contract.ts";

/** The event for each of these people, once. It says of what kind and about what, and no word of it. */
export function callTo(
  personIds: readonly string[],
  duty: DutyKind,
  subjectId: string,
  now: Date,
): OutgoingEvent[] {
  return [...new Set(personIds)].map((personId) =>
    event(
      identityEvents,
      "duty.called",
      { kind: "person", personId },
      { changeId: newId(now.getTime()), duty, subjectId },
    ),
  );
}

const listAll = statement<{ id: string }>(
  "identity.list-holders-of-office",
  `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and p.kind = 'staff' and $2 = any(a.offices) and 'lgwan' = any(a.zones)
      and a.disabled_at is null and p.left_at is null and (a.starts_at is null or a.starts_at <= $3)
      and (a.expires_at is null or a.expires_at > $3)`,
);

/** Who holds an office and can act by it now, but not `except`. */
export async function listHolders(
  tx: Transaction,
  tenantId: string,
  office: Office,
  now: Date,
  except: readonly (string | null)[] = [],
): Promise<string[]> {
  const rows = await tx.all(listAll, [tenantId, office, now]);
  return rows.map((row) => row.id).filter((id) => !except.includes(id));
}
