import { statement, type Transaction } from "#core/db/index.ts";
import type { FileClass } from "../contract.ts";

/** A file of a room as it would be given out: the original of what came from LGWAN, else what was made of it. */
export type ReleasedFile = {
  id: string;
  name: string;
  messageSeq: number | null;
  classification: FileClass | null;
  uploadedBy: string;
  uploadedAt: Date;
  origin: string;
  state: string;
  /** Null when nothing of it is released. */
  role: string | null;
  blobName: string | null;
  length: number | null;
  extension: string | null;
};

const listAll = statement<ReleasedFile>(
  "files.list-released-of-room",
  `select f.id, f.name, f.message_seq as "messageSeq", f.classification, v.uploaded_by as "uploadedBy",
          v.uploaded_at as "uploadedAt", v.origin, v.state,
          case when v.state <> 'released' then null when v.origin = 'lgwan' then 'original' else p.role end as role,
          case when v.state <> 'released' then null when v.origin = 'lgwan' then v.blob_name else p.blob_name end as "blobName",
          case when v.state <> 'released' then null when v.origin = 'lgwan' then v.length else p.length end as length,
          case when v.state <> 'released' then null when v.origin = 'lgwan' then '' else p.extension end as extension
     from file f
     join file_version v on v.tenant_id = f.tenant_id and v.file_id = f.id and v.number = f.version
     left join lateral (
          select p.role, p.blob_name, p.length, p.extension from file_product p
           where p.tenant_id = v.tenant_id and p.file_id = v.file_id and p.number = v.number
           order by array_position(array['macro-free', 'image', 'archive', 'text', 'clean-pdf'], p.role), p.place limit 1) p on true
    where f.tenant_id = $1 and f.room_id = $2 and f.shared_at is not null and f.deleted_at is null and f.id > $3
    order by f.id limit $4`,
);

/** Files of a room that are not deleted, in the order of their ids. Whoever calls it has decided that they may be given. */
export function unsafeListReleased(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  page: { after: string; limit: number },
): Promise<ReleasedFile[]> {
  return tx.all(listAll, [tenantId, roomId, page.after, page.limit]);
}
