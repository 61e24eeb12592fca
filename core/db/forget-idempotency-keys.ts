import { type Database, scopeOf } from "./database.ts";
import { statement } from "./statement.ts";

/** A client that comes back later than this has long shown its user that something was not sent. */
export const idempotencyRetentionDays = 14;

const portion = 1000;
const deleteKeys = statement<never>(
  "db.forget-idempotency-keys",
  `delete from idempotency_key where tenant_id = $1 and (account_id, key) in (
     select account_id, key from idempotency_key where tenant_id = $1 and created_at < $2 limit $3)`,
);

/** Removes a municipality's old idempotency keys in small steps; returns how many went. */
export async function forgetIdempotencyKeys(
  database: Database,
  tenantId: string,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - idempotencyRetentionDays * 86_400_000);
  for (let gone = 0; ; ) {
    const some = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(deleteKeys, [tenantId, before, portion]),
    );
    gone += some;
    if (some < portion) return gone;
  }
}
