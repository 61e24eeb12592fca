import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { StorageFault } from "./storage-fault.ts";

/**
 * How a blob lies in the store: `CHB1` ‖ id of the installation's key (6) ‖ salt (16) ‖ chunks. Each chunk is AES-256-GCM over 64 KiB of the contents (the last one
 * what is left) with its tag behind it. The key is drawn from the municipality's key and the salt, for this blob alone; the nonce
 * is the chunk's number and a mark on the last one (the STREAM construction). So a chunk that was changed, moved, repeated or
 * left out does not open, and neither does the end of a blob that was cut. Any chunk opens by itself, for ranges.
 */
const magic = Buffer.from("CHB1");
const keyIdLength = 6;
const saltLength = 16;
const tagLength = 16;
export const headerLength = magic.length + keyIdLength + saltLength;
/** Bytes of contents in a chunk. */
export const chunkLength = 64 * 1024;
const sealedChunkLength = chunkLength + tagLength;

/** How long a blob of this many bytes lies in the store. An empty one has one empty chunk: its end must be marked too. */
export function sealedLength(length: number): number {
  return headerLength + length + tagLength * Math.max(1, Math.ceil(length / chunkLength));
}

/** How many bytes of contents a blob in the store holds; undefined when no blob is that long. */
export function openedLength(sealed: number): number | undefined {
  const body = sealed - headerLength;
  if (body < tagLength) return undefined;
  const chunks = Math.ceil(body / sealedChunkLength);
  const length = body - chunks * tagLength;
  return sealedLength(length) === sealed ? length : undefined;
}

/** Where in the store the chunks of a range of contents lie; `end` is exclusive in both. */
export function sealedRange(
  range: { start: number; end: number },
  length: number,
): { firstChunk: number; start: number; end: number } {
  const firstChunk = Math.floor(range.start / chunkLength);
  const lastChunk = Math.max(firstChunk, Math.ceil(range.end / chunkLength) - 1);
  return {
    firstChunk,
    start: headerLength + firstChunk * sealedChunkLength,
    end: Math.min(headerLength + (lastChunk + 1) * sealedChunkLength, sealedLength(length)),
  };
}

function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function keyOf(tenantKey: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", tenantKey, salt, "chonai blob", 32));
}

/** A municipality's key for its blobs, and the id of the installation's key from which it comes (12 hex digits). */
export type BlobKey = { readonly id: string; readonly key: Buffer };

/** Seals contents as they come; memory holds two chunks. */
export async function* seal(blobKey: BlobKey, contents: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltLength);
  const key = keyOf(blobKey.key, salt);
  yield Buffer.concat([magic, Buffer.from(blobKey.id, "hex"), salt]);
  let chunk = 0;
  const close = (bytes: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(chunk++, isLast));
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
  // A chunk is sealed when more has come, since only then is it known not to be the last one.
  for await (const bytes of inChunks(contents)) yield close(bytes.bytes, bytes.isLast);
}

/** Contents in pieces of one chunk; the last one is marked, and is empty only when all is. */
async function* inChunks(
  contents: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of contents) {
    waiting.push(bytes);
    length += bytes.length;
    if (length <= chunkLength) continue;
    const all = Buffer.concat(waiting, length);
    let at = 0;
    for (; length - at > chunkLength; at += chunkLength)
      yield { bytes: all.subarray(at, at + chunkLength), isLast: false };
    waiting = [all.subarray(at)];
    length -= at;
  }
  yield { bytes: Buffer.concat(waiting, length), isLast: true };
}

/** Reads a blob's first bytes: the id of the key under which it was sealed, and its salt. */
export function readHeader(header: Buffer): { keyId: string; salt: Buffer } {
  if (header.length < headerLength || !header.subarray(0, magic.length).equals(magic))
    throw new StorageFault("the blob does not begin as one of ours");
  const saltAt = magic.length + keyIdLength;
  return {
    keyId: header.subarray(magic.length, saltAt).toString("hex"),
    salt: header.subarray(saltAt, headerLength),
  };
}

/**
 * Opens the chunks of a range.
 *
 * @param given.length bytes of contents of the whole blob
 * @param given.range end exclusive
 * @throws StorageFault when a chunk is not what was sealed at its place, or the store ends too early
 */
export async function* open(
  blobKey: BlobKey,
  given: { salt: Buffer; length: number; range: { start: number; end: number } },
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const key = keyOf(blobKey.key, given.salt);
  const { range, length } = given;
  const lastChunk = Math.max(0, Math.ceil(length / chunkLength) - 1);
  let chunk = Math.floor(range.start / chunkLength);
  const untilChunk = Math.max(chunk, Math.ceil(range.end / chunkLength) - 1);
  let waiting: Uint8Array[] = [];
  let held = 0;
  const openOne = (bytes: Buffer): Buffer => {
    const at = chunk * chunkLength;
    const opened = openChunk(key, chunk, chunk === lastChunk, bytes);
    chunk++;
    return opened.subarray(Math.max(0, range.start - at), Math.max(0, range.end - at));
  };
  const lengthOf = (index: number) =>
    tagLength + (index === lastChunk ? length - lastChunk * chunkLength : chunkLength);
  for await (const bytes of sealed) {
    waiting.push(bytes);
    held += bytes.length;
    if (held < lengthOf(chunk)) continue;
    const all = Buffer.concat(waiting, held);
    let at = 0;
    while (chunk <= untilChunk && held - at >= lengthOf(chunk)) {
      const wanted = lengthOf(chunk);
      yield openOne(all.subarray(at, at + wanted));
      at += wanted;
    }
    waiting = [all.subarray(at)];
    held -= at;
  }
  if (held > 0 || chunk <= untilChunk) throw new StorageFault("the blob is not as long as it was");
}

function openChunk(key: Buffer, chunk: number, isLast: boolean, bytes: Buffer): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(chunk, isLast));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
    return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - tagLength)), decipher.final()]);
  } catch (cause) {
    throw new StorageFault(`chunk ${chunk} is not what was stored`, { cause });
  }
}
