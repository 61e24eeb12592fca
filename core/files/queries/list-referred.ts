import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Blob } from "../storage/index.ts";

const page = 1000;
const findReferred = statement<Blob>(
  "files.find-referred-blobs",
  `select b.name, b.length from blob b
   where b.tenant_id = $1 and b.name > $2
     and (exists (select from file_version v where v.tenant_id = b.tenant_id and v.blob_name = b.name)
       or exists (select from file_product p where p.tenant_id = b.tenant_id and p.blob_name = b.name))
   order by b.name limit $3`,
);

/** Everything in the store to which files of a municipality refer: what a copy of the installation must hold. */
export async function* listReferredBlobs(database: Database, tenantId: string): AsyncGenerator<Blob> {
  for (let after = ""; ; ) {
    const rows = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(findReferred, [tenantId, after, page]),
    );
    yield* rows;
    if (rows.length < page) return;
    after = rows.at(-1)!.name;
  }
}
