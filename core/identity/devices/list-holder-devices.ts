import { statement, type Transaction } from "#core/db/index.ts";
import type { Zone } from "#core/policy/index.ts";
import { deviceNumber } from "./device-number.ts";

/** A browser with which somebody signs in, as the register of equipment names it. */
export type HolderDevice = { id: string; name: string | null; number: string; zone: Zone; isCutOff: boolean };

const listOf = statement<{ id: string; name: string | null; zone: string; approval: string }>(
  "identity.list-holder-devices",
  `select id, coalesce(label, name) as name, zone, approval from device
    where tenant_id = $1 and account_id = $2
    order by coalesce(last_used_at, created_at) desc, id limit 50`,
);

/** Somebody's browsers, the last used first. */
export async function listHolderDevices(
  tx: Transaction,
  tenantId: string,
  personId: string,
): Promise<HolderDevice[]> {
  const rows = await tx.all(listOf, [tenantId, personId]);
  return rows.map(({ id, name, zone, approval }) => ({
    id,
    name,
    number: deviceNumber(id),
    zone,
    isCutOff: approval === "cut-off",
  }));
}
