import { recordAudit } from "#core/audit/index.ts";
import type { Transaction } from "#core/db/index.ts";
import { onceByKey, scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { cleanFileName } from "#shared/file-name.ts";
import { isId, newId } from "#shared/ids.ts";
import {
  type ChangeFolderRequest,
  type CreateFolderRequest,
  type FolderItem,
  fileEvents,
} from "../contract.ts";
import { fileLimits } from "../limits/contract.ts";
import { decideChangeFolders } from "../policy.ts";
import { findFolderPath } from "../queries/find-folder.ts";
import type { FileServices } from "../services.ts";

const insertFolder = statement<{ id: string }>(
  "files.insert-folder",
  `insert into file_folder (tenant_id, id, room_id, parent_id, name, created_by, created_at)
   values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
);
const lockFolder = statement<{
  id: string;
  parent_id: string | null;
  name: string;
  created_at: Date;
  deleted_at: Date | null;
}>(
  "files.lock-folder",
  `select id, parent_id, name, created_at, deleted_at from file_folder
    where tenant_id = $1 and room_id = $2 and id = $3 for no key update`,
);
const nameTaken = statement<{ id: string }>(
  "files.find-folder-by-name",
  `select id from file_folder where tenant_id = $1 and room_id = $2 and parent_id is not distinct from $3 and name = $4
      and deleted_at is null and id <> $5`,
);
const writeFolder = statement<never>(
  "files.write-folder",
  "update file_folder set name = $3, deleted_at = $4, deleted_by = $5 where tenant_id = $1 and id = $2",
);

async function mayChange(
  tx: Transaction,
  services: FileServices,
  actor: Actor,
  roomId: string,
): Promise<Rule> {
  const table = await services.tables.tableOf(actor.tenantId, tx);
  const rooms = await services.rooms.list(tx, actor.tenantId, actor.personId, [roomId]);
  return assertAllowed(actor, decideChangeFolders(table, actor, rooms.get(roomId)));
}

/** Makes a folder in a room's library; a name is there once. */
export async function createFolder(
  services: FileServices,
  actor: Actor,
  roomId: string,
  input: CreateFolderRequest,
  key: string,
): Promise<{ status: number; body: FolderItem }> {
  if (!isId(roomId)) throw notFound();
  const now = services.clock.now();
  const { tenantId } = actor;
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const rule = await mayChange(tx, services, actor, roomId);
    const call = {
      tenantId,
      accountId: actor.personId,
      key,
      route: "files.create-folder",
      request: { roomId, input },
      at: now,
    };
    return onceByKey(tx, call, async () => {
      if (input.parentId !== null) {
        const path = await findFolderPath(tx, tenantId, roomId, input.parentId);
        if (path.length === 0) throw new AppError("invalid-request", { where: "body.parentId" });
        if (path.length >= fileLimits.folderDepth)
          throw new AppError("folders-too-deep", { limit: fileLimits.folderDepth });
      }
      const id = newId(now.getTime());
      const name = cleanFileName(input.name);
      if (!(await tx.first(insertFolder, [tenantId, id, roomId, input.parentId, name, actor.personId, now])))
        throw new AppError("folder-name-taken", { name });
      await note(tx, actor, now, rule, roomId, id, "folder.created");
      const item = { id, name, fileCount: 0, createdAt: now.toISOString(), deletedAt: null };
      return { status: 201, body: item };
    });
  });
}

/** Renames a folder, puts it with all that is in it into the bin, or takes it out. */
export async function changeFolder(
  services: FileServices,
  actor: Actor,
  roomId: string,
  folderId: string,
  input: ChangeFolderRequest,
): Promise<void> {
  if (!isId(roomId) || !isId(folderId)) throw notFound();
  const now = services.clock.now();
  const { tenantId } = actor;
  await services.database.transaction(scopeOf(tenantId), async (tx) => {
    const rule = await mayChange(tx, services, actor, roomId);
    const folder = await tx.first(lockFolder, [tenantId, roomId, folderId]);
    if (!folder) throw notFound();
    const name = input.name === undefined ? folder.name : cleanFileName(input.name);
    const isDeleted = input.isDeleted ?? folder.deleted_at !== null;
    if (!isDeleted && (await tx.first(nameTaken, [tenantId, roomId, folder.parent_id, name, folderId])))
      throw new AppError("folder-name-taken", { name });
    const deletedAt = isDeleted ? (folder.deleted_at ?? now) : null;
    await tx.run(writeFolder, [tenantId, folderId, name, deletedAt, isDeleted ? actor.personId : null]);
    await note(tx, actor, now, rule, roomId, folderId, "folder.changed");
  });
}

async function note(
  tx: Transaction,
  actor: Actor,
  now: Date,
  rule: Rule,
  roomId: string,
  folderId: string,
  action: string,
): Promise<void> {
  await recordAudit(tx, actor, now, { action, subjectId: folderId, rule, facts: { room: roomId } });
  await publish(tx, now, [
    event(
      fileEvents,
      "library.changed",
      { kind: "topic", topicId: roomId },
      { roomId, changeId: newId(now.getTime()) },
    ),
  ]);
}
