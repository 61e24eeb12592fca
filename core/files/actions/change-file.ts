import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, deny } from "#core/policy/index.ts";
import { isStricter } from "#shared/classification.ts";
import { cleanFileName } from "#shared/file-name.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { ChangeFileRequest, KnownFile } from "../contract.ts";
import { decideChangeFile, fileRules } from "../policy.ts";
import { describeFiles, factsOf, findFile, lockFile } from "../queries/find-files.ts";
import { findFolder } from "../queries/find-folder.ts";
import type { FileServices } from "../services.ts";
import { tellFile } from "./tell-file.ts";

const writeFile = statement<{ revision: number }>(
  "files.write-file",
  `update file set name = $3, search_key = $4, folder_id = $5, classification = $6, deleted_at = $7, deleted_by = $8,
          revision = revision + 1, changed_at = $9
    where tenant_id = $1 and id = $2 returning revision`,
);

/** Renames a file, moves it, raises its class, puts it into the bin or takes it out. */
export async function changeFile(
  services: FileServices,
  actor: Actor,
  fileId: string,
  input: ChangeFileRequest,
): Promise<KnownFile> {
  if (!isId(fileId)) throw notFound();
  const { tenantId } = actor;
  const now = services.clock.now();
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await lockFile(tx, tenantId, fileId);
    if (!file) throw notFound();
    const table = await services.tables.tableOf(tenantId, tx);
    const room = (await services.rooms.list(tx, tenantId, actor.personId, [file.room_id])).get(file.room_id);
    const rule = assertAllowed(actor, decideChangeFile(table, actor, factsOf(file, room)));
    const name = input.name === undefined ? file.name : cleanFileName(input.name);
    const folderId = input.folderId === undefined ? file.folder_id : input.folderId;
    if (input.folderId && !(await findFolder(tx, tenantId, file.room_id, input.folderId)))
      throw new AppError("invalid-request", { where: "body.folderId" });
    const classification = input.classification === undefined ? file.classification : input.classification;
    if (classification !== null && room!.classification !== "unknown")
      if (isStricter(room!.classification, classification))
        assertAllowed(
          actor,
          deny(fileRules.onlyStricter, { ja: "ルームの管理者", en: "an owner of the room" }),
        );
    const isDeleted = input.isDeleted ?? file.deleted_at !== null;
    const deletedAt = isDeleted ? (file.deleted_at ?? now) : null;
    const { revision } = (await tx.first(writeFile, [
      tenantId,
      fileId,
      name,
      searchKey(name),
      folderId,
      classification,
      deletedAt,
      isDeleted ? actor.personId : null,
      now,
    ]))!;
    const changed = [
      ...(name !== file.name ? ["name"] : []),
      ...(folderId !== file.folder_id ? ["folder"] : []),
      ...(classification !== file.classification ? ["classification"] : []),
      ...(isDeleted !== (file.deleted_at !== null) ? [isDeleted ? "deleted" : "restored"] : []),
    ];
    await recordAudit(tx, actor, now, {
      action: "file.changed",
      subjectId: fileId,
      rule,
      facts: { room: file.room_id, changed: changed.join(" "), classification },
    });
    await tellFile(tx, now, {
      id: fileId,
      roomId: file.room_id,
      revision,
      uploadedBy: file.uploaded_by,
      isShared: file.shared_at !== null,
    });
    const row = (await findFile(tx, tenantId, fileId))!;
    const [known] = await describeFiles(tx, { rooms: services.rooms, table }, actor, [row]);
    if (!known) throw notFound();
    return known;
  });
}
