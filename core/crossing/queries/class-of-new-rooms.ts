import { statement, type Transaction } from "#core/db/index.ts";
import type { Classification } from "../contract.ts";
import { defaultTable } from "../default-table.ts";
import { readTable } from "./standing-versions.ts";

const tableInForce = statement<{ rules: unknown }>(
  "crossing.table-in-force",
  `select rules from crossing_version
    where tenant_id = $1 and withdrawn_at is null and takes_effect_at <= $2
    order by takes_effect_at desc, number desc limit 1`,
);

/** The class that a room made at this moment has unless somebody gives it a more confidential one. */
export async function classOfNewRooms(tx: Transaction, tenantId: string, now: Date): Promise<Classification> {
  const row = await tx.first(tableInForce, [tenantId, now]);
  return (row ? readTable(row.rules) : defaultTable).newRooms;
}
