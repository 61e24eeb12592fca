import { scopeOf } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { UploadAnswer } from "../contract.ts";
import type { FileServices } from "../services.ts";
import { findUpload, toUploadAnswer } from "./find-upload.ts";

/** How far one's own upload has come; not found for somebody else, on the other side, and after its time. */
export async function getUpload(
  { database, clock }: FileServices,
  actor: Actor,
  uploadId: string,
): Promise<UploadAnswer> {
  const upload = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    findUpload(tx, actor, uploadId, clock.now()),
  );
  if (!upload) throw notFound();
  return toUploadAnswer(upload);
}
