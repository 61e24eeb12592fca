import { statement, type Transaction } from "#core/db/index.ts";
import type { Office } from "#core/policy/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { governanceEvents } from "../../contract.ts";

const listHolders = statement<{ id: string }>(
  "governance.list-office-holders",
  `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.offices && $2::text[] and a.disabled_at is null and p.left_at is null
    order by a.id`,
);

/** Tells whoever holds one of these offices that something waits for them, or no longer does. */
export async function tellOffice(
  tx: Transaction,
  tenantId: string,
  now: Date,
  ...offices: readonly Office[]
): Promise<OutgoingEvent[]> {
  const holders = await tx.all(listHolders, [tenantId, offices]);
  const changeId = newId(now.getTime());
  return holders.map(({ id }) =>
    event(governanceEvents, "governance.changed", { kind: "person", personId: id }, { changeId }),
  );
}
