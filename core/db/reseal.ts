import type { Keyring } from "#core/kernel/index.ts";
import { type Database, scopeOf } from "./database.ts";
import { statement } from "./statement.ts";

/** A column of a municipality's table that holds secrets sealed by the keyring. */
export type SealedColumn = {
  /** Names of ours, never of a request. */
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly purpose: string;
  /** What the secret is bound to. */
  readonly contextOf: (tenantId: string, key: string) => string;
};

const batch = 500;

/**
 * Seals everything in a column under the newest key; what is already is passed over, so it may be done again at any
 * time, and beside changes: a value that changed meanwhile stays as it became.
 *
 * @returns how many values were sealed anew
 */
export async function resealColumn(
  database: Database,
  keyring: Keyring,
  tenantId: string,
  { table, key, column, purpose, contextOf }: SealedColumn,
): Promise<number> {
  const listOld = statement<{ key: string; sealed: Buffer }>(
    `db.list-old-seals-${table}-${column}`,
    `select ${key} as key, ${column} as sealed from ${table}
      where tenant_id = $1 and ${column} is not null and substring(${column} from 1 for 6) <> $2 and ${key} > $3
      order by ${key} limit ${batch}`,
  );
  const replace = statement<never>(
    `db.replace-seal-${table}-${column}`,
    `update ${table} set ${column} = $4 where tenant_id = $1 and ${key} = $2 and ${column} = $3`,
  );
  let resealed = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await database.transaction(scopeOf(tenantId), async (tx) => {
      const found = await tx.all(listOld, [tenantId, Buffer.from(keyring.id, "hex"), after]);
      const written = found.map((row) => {
        const context = contextOf(tenantId, row.key);
        const anew = keyring.seal(purpose, context, keyring.open(purpose, context, row.sealed));
        return tx.run(replace, [tenantId, row.key, row.sealed, anew]);
      });
      for (const count of await Promise.all(written)) resealed += count;
      return found;
    });
    if (rows.length < batch) return resealed;
    after = rows.at(-1)!.key;
  }
}
