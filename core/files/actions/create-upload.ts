import { scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { cleanFileName } from "#shared/file-name.ts";
import { newId } from "#shared/ids.ts";
import type { UploadAnswer } from "../contract.ts";
import { fileLimits } from "../limits/contract.ts";
import type { FileServices } from "../services.ts";
import { checkOffer, checkShare, type Offer } from "./receive-file.ts";

const countOpen = statement<{ open: number }>(
  "files.count-open-uploads",
  "select count(*)::int as open from file_upload where tenant_id = $1 and account_id = $2 and became_id is null",
);
const insertUpload = statement<never>(
  "files.insert-upload",
  `insert into file_upload (tenant_id, id, account_id, operator_id, zone, room_id, folder_id, file_id, is_for_library, name,
                            classification, length, received, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14)`,
);

/** Begins an upload that may be interrupted. Whether its file may stand in that room is asked now, and again at its end. */
export async function createUpload(
  services: FileServices,
  actor: Actor,
  offer: Offer,
): Promise<UploadAnswer> {
  const now = services.clock.now();
  const id = newId(now.getTime());
  const expiresAt = new Date(now.getTime() + fileLimits.uploadDays * 86_400_000);
  const name = cleanFileName(offer.name);
  await services.database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await checkOffer(tx, services, actor, offer);
    await checkShare(tx, actor, offer.length, now);
    const { open } = (await tx.first(countOpen, [actor.tenantId, actor.personId]))!;
    if (open >= fileLimits.uploads) throw new AppError("too-many-uploads", { limit: fileLimits.uploads });
    await tx.run(insertUpload, [
      actor.tenantId,
      id,
      actor.personId,
      actor.operatorId,
      actor.zone,
      offer.roomId,
      offer.folderId,
      offer.fileId,
      offer.isForLibrary,
      name,
      offer.classification,
      offer.length,
      now,
      expiresAt,
    ]);
  });
  return { id, name, length: offer.length, offset: 0, expiresAt: expiresAt.toISOString(), fileId: null };
}
