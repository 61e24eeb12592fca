import { scopeOf, statement } from "#core/db/index.ts";
import type { FileServices } from "../services.ts";
import type { ArrivedBlob, Blob } from "../storage/index.ts";

const touchBlob = statement<never>(
  "files.touch-blob",
  `insert into blob (tenant_id, name, length, stored_at, touched_at) values ($1, $2, $3, $4, $4)
   on conflict (tenant_id, name) do update set touched_at = excluded.touched_at`,
);

/**
 * Puts what arrived into the store, with its row first: from then on nothing sweeps it for a day, in which something must
 * refer to it. Apart from the transaction that refers, since a large one takes its time to reach a store.
 */
export async function keepBlob(
  { database, clock, store }: Pick<FileServices, "database" | "clock" | "store">,
  tenantId: string,
  arrived: ArrivedBlob,
): Promise<Blob> {
  const { name, length } = arrived;
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(touchBlob, [tenantId, name, length, clock.now()]),
  );
  await store.give(tenantId, arrived);
  return { name, length };
}
