import { statement, type Transaction } from "#core/db/index.ts";
import { CrossingTable } from "../contract.ts";

/** A version that was not taken back. */
export type StandingVersion = { number: number; takesEffectAt: Date; table: CrossingTable };

const listNumbers = statement<{ number: number; takes_effect_at: Date }>(
  "crossing.standing-numbers",
  "select number, takes_effect_at from crossing_version where tenant_id = $1 and withdrawn_at is null",
);
const listTables = statement<{ number: number; rules: unknown }>(
  "crossing.standing-tables",
  "select number, rules from crossing_version where tenant_id = $1 and number = any($2::int[])",
);

/**
 * The versions that stand. Tables are read once, since a saved version never changes; one that this program cannot read
 * permits nothing.
 *
 * @param known what was read before
 */
export async function listStanding(
  tx: Transaction,
  tenantId: string,
  known: readonly StandingVersion[],
): Promise<StandingVersion[]> {
  const rows = await tx.all(listNumbers, [tenantId]);
  const tables = new Map(known.map((version) => [version.number, version.table]));
  const missing = rows.map((row) => row.number).filter((number) => !tables.has(number));
  if (missing.length > 0)
    for (const { number, rules } of await tx.all(listTables, [tenantId, missing]))
      tables.set(number, readTable(rules));
  return rows.map((row) => ({
    number: row.number,
    takesEffectAt: row.takes_effect_at,
    table: tables.get(row.number)!,
  }));
}

/** A table as it is stored. */
export function readTable(rules: unknown): CrossingTable {
  const read = CrossingTable.safeParse(rules);
  return read.success ? read.data : { rules: [], ask: "情報システム担当課", newRooms: "3B" };
}
