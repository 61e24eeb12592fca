import { createHash, randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { UploadAnswer } from "../contract.ts";
import { findUpload, toUploadAnswer, type UploadRow } from "../queries/find-upload.ts";
import type { FileServices } from "../services.ts";
import { finishUpload } from "./finish-upload.ts";

/** Bytes that are kept in memory before they go to the disk and are acknowledged. */
const pieceLength = 4 * 1024 * 1024;
/** With a checksum all of a request is kept or nothing, so it must fit into memory. */
const checkedLength = 16 * 1024 * 1024;

const insertPiece = statement<never>(
  "files.insert-upload-piece",
  "insert into file_upload_piece (tenant_id, upload_id, start, length, name) values ($1, $2, $3, $4, $5)",
);
const moveOffset = statement<never>(
  "files.move-upload-offset",
  "update file_upload set received = $3, expires_at = $4 where tenant_id = $1 and id = $2",
);

/**
 * Adds to an upload from where it stands. What has arrived when the line breaks is kept, in pieces that are on disk before
 * they count; with a checksum all of the request counts or nothing. The last byte makes the file.
 *
 * @param given.checksum SHA-256 of this request's bytes
 * @throws AppError `upload-offset` (409) when the upload stands elsewhere, `upload-checksum` (460)
 */
export async function appendUpload(
  services: FileServices,
  actor: Actor,
  uploadId: string,
  given: { offset: number; checksum: Buffer | undefined; bytes: Readable },
): Promise<UploadAnswer> {
  const upload = await read(services, actor, uploadId);
  if (upload.received !== given.offset && upload.became_id === null)
    throw new AppError("upload-offset", { offset: upload.received });
  if (upload.became_id !== null) return toUploadAnswer(upload);
  let offset = given.offset;
  const keep = async (bytes: Buffer) => {
    await keepPiece(services, actor, uploadId, offset, bytes);
    offset += bytes.length;
  };
  const left = upload.length - given.offset;
  if (given.checksum) {
    const bytes = await collect(given.bytes, Math.min(left, checkedLength));
    if (!createHash("sha256").update(bytes).digest().equals(given.checksum))
      throw new AppError("upload-checksum");
    for (let at = 0; at < bytes.length; at += pieceLength) await keep(bytes.subarray(at, at + pieceLength));
  } else await keepAsItComes(given.bytes, left, keep);
  return offset === upload.length
    ? finishUpload(services, actor, uploadId)
    : toUploadAnswer(await read(services, actor, uploadId));
}

async function read(services: FileServices, actor: Actor, uploadId: string): Promise<UploadRow> {
  const now = services.clock.now();
  const upload = await services.database.transaction(scopeOf(actor.tenantId), (tx) =>
    findUpload(tx, actor, uploadId, now),
  );
  if (!upload) throw notFound();
  return upload;
}

async function collect(stream: Readable, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > limit) throw new AppError("body-too-large", { limit: `${limit} bytes` });
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

async function keepAsItComes(
  stream: Readable,
  limit: number,
  keep: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  let waiting: Buffer[] = [];
  let held = 0;
  let total = 0;
  const flush = async () => {
    if (held === 0) return;
    const bytes = Buffer.concat(waiting, held);
    waiting = [];
    held = 0;
    await keep(bytes);
  };
  try {
    for await (const part of stream) {
      total += part.length;
      if (total > limit) throw new AppError("body-too-large", { limit: `${limit} bytes` });
      waiting.push(part);
      held += part.length;
      if (held >= pieceLength) await flush();
    }
  } catch (error) {
    // The line is gone: what has arrived need not come again.
    if (!(error instanceof AppError)) await flush();
    throw error instanceof AppError ? error : new AppError("request-timeout", {}, { cause: error });
  }
  await flush();
}

async function keepPiece(
  services: FileServices,
  actor: Actor,
  uploadId: string,
  start: number,
  bytes: Buffer,
): Promise<void> {
  const name = randomUUID();
  const { tenantId } = actor;
  await services.store.putPiece(tenantId, uploadId, name, bytes);
  const now = services.clock.now();
  try {
    await services.database.transaction(scopeOf(tenantId), async (tx) => {
      // Two that add at the same place: the second finds that it stands elsewhere by now.
      const upload = await findUpload(tx, actor, uploadId, now, true);
      if (!upload) throw notFound();
      if (upload.received !== start) throw new AppError("upload-offset", { offset: upload.received });
      await tx.run(insertPiece, [tenantId, uploadId, start, bytes.length, name]);
      const lasting = new Date(Math.max(upload.expires_at.getTime(), now.getTime() + 86_400_000));
      await tx.run(moveOffset, [tenantId, uploadId, start + bytes.length, lasting]);
    });
  } catch (error) {
    await services.store.removePiece(tenantId, uploadId, name);
    throw error;
  }
}
