import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, Batcher, batcherByKey } from "#core/kernel/index.ts";

const whoIsNoGuest = statement<{ id: string }>(
  "identity.who-is-no-guest",
  "select id from person where tenant_id = $1 and id = any($2::uuid[]) and kind <> 'guest'",
);

/**
 * The topic of the directory, which bears the municipality's id: everybody who sees the whole directory is subscribed to
 * it, guests are not. Many people are read at once.
 */
export function makeListDirectoryTopics(
  database: Database,
): (tenantId: string, personId: string) => Promise<readonly string[]> {
  const batcherOf = batcherByKey(
    (tenantId: string) =>
      new Batcher<string, readonly string[]>({
        maxBatch: 500,
        maxWaiting: 20_000,
        onFull: () => new AppError("service-unavailable"),
        run: async (personIds) => {
          const [rows] = await database.pipeline<[{ id: string }[]]>(scopeOf(tenantId), (tx) => [
            tx.all(whoIsNoGuest, [tenantId, [...new Set(personIds)]]),
          ]);
          const known = new Set(rows.map((row) => row.id));
          return personIds.map((id) => (known.has(id) ? [tenantId] : []));
        },
      }),
  );
  return (tenantId, personId) => batcherOf(tenantId).add(personId);
}
