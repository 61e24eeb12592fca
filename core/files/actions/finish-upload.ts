import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { UploadAnswer } from "../contract.ts";
import { findUpload, toUploadAnswer } from "../queries/find-upload.ts";
import type { FileServices } from "../services.ts";
import { keepBlob } from "./keep-blob.ts";
import { receiveFile } from "./receive-file.ts";

type Piece = { start: number; length: number; name: string };

const listPieces = statement<Piece>(
  "files.list-upload-pieces",
  "select start, length, name from file_upload_piece where tenant_id = $1 and upload_id = $2 order by start",
);
const setBecame = statement<never>(
  "files.set-upload-became",
  "update file_upload set became_id = $3 where tenant_id = $1 and id = $2",
);
const forgetPieces = statement<never>(
  "files.forget-upload-pieces",
  "delete from file_upload_piece where tenant_id = $1 and upload_id = $2",
);

/**
 * Makes the file of an upload all of whose bytes are there. Asked twice, or after a process died on the way, it makes one file:
 * who comes second finds what it became.
 */
export async function finishUpload(
  services: FileServices,
  actor: Actor,
  uploadId: string,
): Promise<UploadAnswer> {
  const { database, store, clock } = services;
  const { tenantId } = actor;
  const pieces = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(listPieces, [tenantId, uploadId]),
  );
  async function* contents() {
    for (const piece of pieces) yield* store.readPiece(tenantId, uploadId, piece);
  }
  const blob = await keepBlob(services, tenantId, await store.receive(tenantId, contents()));
  const answer = await database.transaction(scopeOf(tenantId), async (tx) => {
    const upload = await findUpload(tx, actor, uploadId, clock.now(), true);
    if (!upload) throw notFound();
    if (upload.became_id !== null) return toUploadAnswer(upload);
    if (blob.length !== upload.length) throw new Error(`upload ${uploadId} has ${blob.length} bytes`);
    const fileId = await receiveFile(
      tx,
      services,
      actor,
      {
        roomId: upload.room_id,
        folderId: upload.folder_id,
        fileId: upload.file_id,
        isForLibrary: upload.is_for_library,
        name: upload.name,
        classification: upload.classification,
        length: upload.length,
      },
      blob,
    );
    await tx.run(setBecame, [tenantId, uploadId, fileId]);
    await tx.run(forgetPieces, [tenantId, uploadId]);
    return toUploadAnswer({ ...upload, became_id: fileId });
  });
  for (const piece of pieces) await store.removePiece(tenantId, uploadId, piece.name);
  return answer;
}
