import { statement, type Transaction } from "#core/db/index.ts";

const countLive = statement<{ zone: string; count: number }>(
  "identity.count-live-sessions",
  `select zone, count(*)::int as count from session
    where tenant_id = $1 and ended_at is null and expires_at > $2 group by zone`,
);

/** How many sessions of a municipality live now, by zone. */
export async function countLiveSessions(
  tx: Transaction,
  tenantId: string,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.all(countLive, [tenantId, now]);
  return new Map(rows.map(({ zone, count }) => [zone, count]));
}
