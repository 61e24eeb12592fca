import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { FolderItem, LibraryPage, LibraryQuery } from "../contract.ts";
import { decideSeeLibrary, decideUpload } from "../policy.ts";
import type { FileServices } from "../services.ts";
import { describeFiles, type FileRow, fileColumns, newestVersion, verdictOf } from "./find-files.ts";
import { findFolderPath } from "./find-folder.ts";

const inRoom = `f.tenant_id = $1 and f.room_id = $2 and f.shared_at is not null and not f.is_withdrawn`;
/** A folder in the bin takes along what is in it and below. */
const lostFolders = `lost as (
  select id from file_folder where tenant_id = $1 and room_id = $2 and deleted_at is not null
   union
  select c.id from file_folder c join lost on c.parent_id = lost.id where c.tenant_id = $1 and c.room_id = $2
)`;
const order = `order by case when $3 = 'name' then f.search_key end, case when $3 = 'size' then v.length end desc,
  f.changed_at desc, f.id limit $5 offset $4`;

const listFolder = statement<FileRow>(
  "files.list-folder",
  `select ${fileColumns} from file f ${newestVersion}
    where ${inRoom} and f.deleted_at is null and f.folder_id is not distinct from $6 ${order}`,
);
const searchFiles = statement<FileRow>(
  "files.search-files",
  `with recursive ${lostFolders}
   select ${fileColumns} from file f ${newestVersion}
    where ${inRoom} and f.deleted_at is null and strpos(f.search_key, $6) > 0
      and (f.folder_id is null or f.folder_id not in (select id from lost)) ${order}`,
);
const listBin = statement<FileRow>(
  "files.list-bin",
  `select ${fileColumns} from file f ${newestVersion}
    where ${inRoom} and f.deleted_at is not null and ($6::uuid is null or f.uploaded_by = $6) ${order}`,
);
type FolderRow = { id: string; name: string; created_at: Date; deleted_at: Date | null; file_count: number };
const folderColumns = `d.id, d.name, d.created_at, d.deleted_at,
  (select count(*) from file f where ${inRoom} and f.folder_id = d.id and f.deleted_at is null)::int as file_count`;
const listFolders = statement<FolderRow>(
  "files.list-folders",
  `select ${folderColumns} from file_folder d
    where d.tenant_id = $1 and d.room_id = $2 and d.parent_id is not distinct from $3 and d.deleted_at is null
    order by d.name limit 500`,
);
const listLostFolders = statement<FolderRow>(
  "files.list-lost-folders",
  `select ${folderColumns} from file_folder d
    where d.tenant_id = $1 and d.room_id = $2 and d.deleted_at is not null order by d.deleted_at desc limit 500`,
);

/** A folder of a room's library, what is found in it by name, or its bin. */
export async function listLibrary(
  services: FileServices,
  actor: Actor,
  roomId: string,
  query: LibraryQuery,
): Promise<LibraryPage> {
  if (!isId(roomId)) throw notFound();
  const { tenantId } = actor;
  const isBin = query.bin === "true";
  const words = searchKey(query.q ?? "");
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const table = await services.tables.tableOf(tenantId, tx);
    const room = (await services.rooms.list(tx, tenantId, actor.personId, [roomId])).get(roomId);
    assertAllowed(actor, decideSeeLibrary(table, actor, room));
    const folderId = isBin || words !== "" ? null : (query.folder ?? null);
    const path = folderId === null ? [] : await findFolderPath(tx, tenantId, roomId, folderId);
    if (folderId !== null && path.length === 0) throw notFound();
    const key = [tenantId, roomId];
    const page = [...key, query.sort, query.offset, query.limit + 1];
    const [folders, rows] = await Promise.all([
      words !== "" ? [] : isBin ? tx.all(listLostFolders, key) : tx.all(listFolders, [...key, folderId]),
      isBin
        ? tx.all(listBin, [...page, room!.role === "owner" ? null : actor.personId])
        : words !== ""
          ? tx.all(searchFiles, [...page, words])
          : tx.all(listFolder, [...page, folderId]),
    ]);
    const shown = rows.slice(0, query.limit);
    return {
      path,
      folders: folders.map(toFolder),
      files: await describeFiles(tx, { rooms: services.rooms, table }, actor, shown),
      next: rows.length > query.limit ? query.offset + query.limit : null,
      mayUpload: verdictOf(decideUpload(table, actor, room, null)),
    };
  });
}

function toFolder(row: FolderRow): FolderItem {
  return {
    id: row.id,
    name: row.name,
    fileCount: row.file_count,
    createdAt: row.created_at.toISOString(),
    deletedAt: row.deleted_at?.toISOString() ?? null,
  };
}
