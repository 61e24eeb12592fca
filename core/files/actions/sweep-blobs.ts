import { scopeOf, statement } from "#core/db/index.ts";
import type { FileServices } from "../services.ts";

const day = 86_400_000;
const atOnce = 200;

const unreferred = `not exists (select from file_version v where v.tenant_id = b.tenant_id and v.blob_name = b.name)
  and not exists (select from file_product p where p.tenant_id = b.tenant_id and p.blob_name = b.name)`;
const takeUnreferred = statement<{ name: string }>(
  "files.take-unreferred-blobs",
  `delete from blob d using (select b.name from blob b
      where b.tenant_id = $1 and b.touched_at < $2 and ${unreferred} limit $3 for update skip locked) n
    where d.tenant_id = $1 and d.name = n.name returning d.name`,
);
const findKnown = statement<{ name: string }>(
  "files.find-known-blobs",
  "select name from blob where tenant_id = $1 and name = any($2::text[])",
);

/**
 * Removes contents to which nothing has referred for a day, and what lies in the store without a row (a process died between
 * the two). Rows are deleted while their contents go: whoever brings the same contents meanwhile waits, and puts them anew.
 *
 * @returns how many blobs went
 */
export async function sweepBlobs(
  { database, clock, store }: Pick<FileServices, "database" | "clock" | "store">,
  tenantId: string,
): Promise<number> {
  const before = new Date(clock.now().getTime() - day);
  let removed = 0;
  for (;;) {
    const names = await database.transaction(scopeOf(tenantId), async (tx) => {
      const rows = await tx.all(takeUnreferred, [tenantId, before, atOnce]);
      for (const { name } of rows) await store.remove(tenantId, name);
      return rows;
    });
    removed += names.length;
    if (names.length < atOnce) break;
  }
  let batch: string[] = [];
  const look = async () => {
    const known = await database.transaction(scopeOf(tenantId), (tx) => tx.all(findKnown, [tenantId, batch]));
    const names = new Set(known.map((row) => row.name));
    for (const name of batch)
      if (!names.has(name)) {
        await store.remove(tenantId, name);
        removed++;
      }
    batch = [];
  };
  for await (const { name, storedAt } of store.list(tenantId)) {
    if (storedAt >= before) continue;
    batch.push(name);
    if (batch.length === atOnce) await look();
  }
  if (batch.length > 0) await look();
  return removed;
}
