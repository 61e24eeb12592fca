import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { fileLimits } from "../limits/contract.ts";
import { findUpload } from "../queries/find-upload.ts";
import type { FileServices } from "../services.ts";

const listPieces = statement<{ name: string }>(
  "files.list-piece-names",
  "select name from file_upload_piece where tenant_id = $1 and upload_id = $2",
);
const deleteUpload = statement<never>(
  "files.delete-upload",
  "delete from file_upload where tenant_id = $1 and id = $2",
);
const listExpired = statement<{ id: string }>(
  "files.list-expired-uploads",
  "select id from file_upload where tenant_id = $1 and expires_at <= $2 limit 500",
);
// Not under legal hold: neither the room nor anybody who brought a version.
const isFree = `not (room_id = any($3::uuid[])) and not (uploaded_by = any($4::uuid[]))
      and not exists (select from file_version v where v.tenant_id = file.tenant_id and v.file_id = file.id
                         and v.uploaded_by = any($4::uuid[]))`;
const deleteUnsent = statement<never>(
  "files.delete-unsent-files",
  `delete from file where tenant_id = $1 and shared_at is null and created_at < $2 and ${isFree}`,
);
const deleteFromBin = statement<never>(
  "files.delete-from-bin",
  `delete from file where tenant_id = $1 and deleted_at < $2 and not is_withdrawn and ${isFree}`,
);

/** Gives an upload up: what has arrived goes. */
export async function endUpload(services: FileServices, actor: Actor, uploadId: string): Promise<void> {
  const { database, clock } = services;
  const upload = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    findUpload(tx, actor, uploadId, clock.now()),
  );
  if (!upload) throw notFound();
  await forget(services, actor.tenantId, uploadId);
}

async function forget(services: FileServices, tenantId: string, uploadId: string): Promise<void> {
  const { database, store } = services;
  const pieces = await database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listPieces, [tenantId, uploadId]);
    await tx.run(deleteUpload, [tenantId, uploadId]);
    return rows;
  });
  for (const { name } of pieces) await store.removePiece(tenantId, uploadId, name);
}

/** What may not go, as the transaction sees it that takes something: rooms, and whatever these people brought. */
export type HeldRecords = (
  tx: Transaction,
  tenantId: string,
) => Promise<{ roomIds: readonly string[]; personIds: readonly string[] }>;

/** At night: uploads that stood still for a week, files that were never sent, what lay in the bin for a month. */
export async function forgetOldFiles(
  services: FileServices,
  tenantId: string,
  heldRecords: HeldRecords,
): Promise<void> {
  const { database, clock } = services;
  const now = clock.now();
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const expired = await database.transaction(scopeOf(tenantId), (tx) => tx.all(listExpired, [tenantId, now]));
  for (const { id } of expired) await forget(services, tenantId, id);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const { roomIds, personIds } = await heldRecords(tx, tenantId);
    await tx.run(deleteUnsent, [tenantId, daysAgo(fileLimits.uploadDays), roomIds, personIds]);
    await tx.run(deleteFromBin, [tenantId, daysAgo(fileLimits.binDays), roomIds, personIds]);
  });
}
