import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { FolderTree } from "../contract.ts";
import { decideSeeLibrary } from "../policy.ts";
import type { FileServices } from "../services.ts";

const listAll = statement<{ id: string; parent_id: string | null; name: string }>(
  "files.list-folder-tree",
  `select id, parent_id, name from file_folder
    where tenant_id = $1 and room_id = $2 and deleted_at is null order by name limit 2000`,
);

/** Every folder of a room's library with its way from the top; what lies in the bin, and what is below, is left out. */
export async function listFolders(services: FileServices, actor: Actor, roomId: string): Promise<FolderTree> {
  if (!isId(roomId)) throw notFound();
  const { tenantId } = actor;
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const table = await services.tables.tableOf(tenantId, tx);
    const room = (await services.rooms.list(tx, tenantId, actor.personId, [roomId])).get(roomId);
    assertAllowed(actor, decideSeeLibrary(table, actor, room));
    const rows = await tx.all(listAll, [tenantId, roomId]);
    const below = Map.groupBy(rows, (row) => row.parent_id);
    const items: FolderTree["items"] = [];
    const walk = (parentId: string | null, way: readonly string[]) => {
      for (const { id, name } of below.get(parentId) ?? []) {
        const path = [...way, name];
        items.push({ id, path });
        walk(id, path);
      }
    };
    walk(null, []);
    return { items };
  });
}
