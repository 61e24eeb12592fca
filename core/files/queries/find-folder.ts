import { statement, type Transaction } from "#core/db/index.ts";

export type FolderRow = {
  id: string;
  parent_id: string | null;
  name: string;
  created_by: string;
  deleted_at: Date | null;
};

const findOne = statement<FolderRow>(
  "files.find-folder",
  `select id, parent_id, name, created_by, deleted_at from file_folder
    where tenant_id = $1 and room_id = $2 and id = $3 and deleted_at is null`,
);

/** A folder of a room's library that is not in the bin. */
export function findFolder(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  folderId: string,
): Promise<FolderRow | undefined> {
  return tx.first(findOne, [tenantId, roomId, folderId]);
}

const findPath = statement<{ id: string; name: string; deleted_at: Date | null }>(
  "files.find-folder-path",
  `with recursive up as (
     select id, parent_id, name, deleted_at, 1 as level from file_folder
      where tenant_id = $1 and room_id = $2 and id = $3
      union all
     select p.id, p.parent_id, p.name, p.deleted_at, up.level + 1 from file_folder p
       join up on p.id = up.parent_id where p.tenant_id = $1 and up.level < 20
   )
   select id, name, deleted_at from up order by level desc`,
);

/** From the top to this folder; empty when it, or one above it, is not there or in the bin. */
export async function findFolderPath(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  folderId: string,
): Promise<{ id: string; name: string }[]> {
  const rows = await tx.all(findPath, [tenantId, roomId, folderId]);
  return rows.some((row) => row.deleted_at !== null) ? [] : rows.map(({ id, name }) => ({ id, name }));
}
