import { recordAudit } from "#core/audit/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import { enqueue } from "#core/jobs/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { cleanFileName } from "#shared/file-name.ts";
import { newId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import { dateInJapan, startOfDate } from "#shared/time.ts";
import type { FileClass } from "../contract.ts";
import { fileLimits } from "../limits/contract.ts";
import { decideChangeFile, decideUpload } from "../policy.ts";
import { factsOf, lockFile } from "../queries/find-files.ts";
import { findFolder } from "../queries/find-folder.ts";
import type { FileServices } from "../services.ts";
import type { Blob } from "../storage/index.ts";
import { inspectFile } from "./inspect-task.ts";
import { tellFile } from "./tell-file.ts";

/** What somebody brings, before its bytes. */
export type Offer = {
  readonly roomId: string;
  readonly folderId: string | null;
  /** A new version of this file; null for a new one. */
  readonly fileId: string | null;
  readonly isForLibrary: boolean;
  readonly name: string;
  readonly classification: FileClass | null;
  readonly length: number;
};

const sumToday = statement<{ bytes: number; files: number }>(
  "files.sum-today",
  `select (coalesce((select sum(length) from file_version
                      where tenant_id = $1 and uploaded_by = $2 and uploaded_at >= $3), 0)
         + coalesce((select sum(length) from file_upload
                      where tenant_id = $1 and account_id = $2 and became_id is null), 0))::bigint as bytes,
          (select count(*) from file_version where tenant_id = $1 and uploaded_by = $2 and uploaded_at >= $3)::int as files`,
);

/** Whether somebody may bring this, before a byte of it is taken. Throws what they may be told. */
export async function checkOffer(
  tx: Transaction,
  services: FileServices,
  actor: Actor,
  offer: Offer,
): Promise<Rule> {
  const table = await services.tables.tableOf(actor.tenantId, tx);
  const rooms = await services.rooms.list(tx, actor.tenantId, actor.personId, [offer.roomId]);
  const room = rooms.get(offer.roomId);
  const rule = assertAllowed(actor, decideUpload(table, actor, room, offer.classification));
  if (offer.fileId !== null) {
    const file = await lockFile(tx, actor.tenantId, offer.fileId);
    if (!file || file.room_id !== offer.roomId) throw notFound();
    assertAllowed(actor, decideChangeFile(table, actor, factsOf(file, room)));
    if (file.deleted_at) throw notFound();
  }
  if (offer.folderId !== null && !(await findFolder(tx, actor.tenantId, offer.roomId, offer.folderId)))
    throw new AppError("invalid-request", { where: "folderId" });
  if (offer.length > fileLimits.fileBytes)
    throw new AppError("file-too-large", { limit: `${fileLimits.fileBytes / 1024 ** 3} GB` });
  return rule;
}

/** Refuses what is over the day's share. `length`: of an offer that is not counted yet. */
export async function checkShare(tx: Transaction, actor: Actor, length: number, now: Date): Promise<void> {
  const used = await tx.first(sumToday, [actor.tenantId, actor.personId, startOfDate(dateInJapan(now))]);
  const limit = actor.kind === "guest" ? fileLimits.guestDayBytes : fileLimits.dayBytes;
  if ((used?.bytes ?? 0) + length > limit || (used?.files ?? 0) >= fileLimits.dayFiles)
    throw new AppError("files-of-day-used-up", {
      limit: `${limit / 1024 ** 3} GB`,
      files: fileLimits.dayFiles,
    });
}

const insertFile = statement<never>(
  "files.insert-file",
  `insert into file (tenant_id, id, room_id, folder_id, name, search_key, uploaded_by, created_at, shared_at, classification,
                     version, revision, changed_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, $8)`,
);
const addVersion = statement<{
  version: number;
  revision: number;
  shared_at: Date | null;
  uploaded_by: string;
}>(
  "files.add-version",
  `update file set version = version + 1, revision = revision + 1, changed_at = $3
    where tenant_id = $1 and id = $2 returning version, revision, shared_at, uploaded_by`,
);
const insertVersion = statement<never>(
  "files.insert-version",
  `insert into file_version (tenant_id, file_id, number, blob_name, length, origin, uploaded_by, operator_id, uploaded_at,
                             state, worked_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'received', $9)`,
);

/**
 * Makes a file, or a version of one, of contents that are in the store. It begins as 受付 (received): nobody gets a byte of it
 * before it was inspected. The caller has locked nothing; the transaction is the caller's.
 *
 * @returns the file's id
 */
export async function receiveFile(
  tx: Transaction,
  services: FileServices,
  actor: Actor,
  offer: Offer,
  blob: Blob,
): Promise<string> {
  const now = services.clock.now();
  const rule = await checkOffer(tx, services, actor, offer);
  const name = cleanFileName(offer.name);
  const isNew = offer.fileId === null;
  const id = offer.fileId ?? newId(now.getTime());
  let told = { revision: 1, isShared: offer.isForLibrary, uploadedBy: actor.personId };
  let version = 1;
  if (isNew)
    await tx.run(insertFile, [
      actor.tenantId,
      id,
      offer.roomId,
      offer.folderId,
      name,
      searchKey(name),
      actor.personId,
      now,
      offer.isForLibrary ? now : null,
      offer.classification,
    ]);
  else {
    const row = (await tx.first(addVersion, [actor.tenantId, id, now]))!;
    version = row.version;
    told = { revision: row.revision, isShared: row.shared_at !== null, uploadedBy: row.uploaded_by };
  }
  await tx.run(insertVersion, [
    actor.tenantId,
    id,
    version,
    blob.name,
    blob.length,
    actor.zone,
    actor.personId,
    actor.operatorId,
    now,
  ]);
  await recordAudit(tx, actor, now, {
    action: isNew ? "file.uploaded" : "file.version-added",
    subjectId: id,
    rule,
    facts: { room: offer.roomId, version, bytes: blob.length, isForLibrary: offer.isForLibrary },
  });
  await enqueue(tx, actor.tenantId, inspectFile, { fileId: id, version }, { key: `${id} ${version}` });
  await tellFile(tx, now, { id, roomId: offer.roomId, ...told });
  return id;
}
