import { createHmac, randomUUID } from "node:crypto";
import { mkdir, open as openFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Keyring } from "#core/kernel/index.ts";
import type { StorageDriver } from "./driver.ts";
import {
  type BlobKey,
  headerLength,
  open,
  readHeader,
  seal,
  sealedLength,
  sealedRange,
} from "./sealed-stream.ts";
import { StorageFault } from "./storage-fault.ts";

/** Contents in the store: their name, which comes from them alone, and how many bytes they are. */
export type Blob = { readonly name: string; readonly length: number };

/** Contents that lie sealed on this machine and have no name in the store yet. */
export type ArrivedBlob = Blob & { readonly path: string };

/**
 * What files consist of, sealed, in a folder or a store of the office. A blob's name is the HMAC of its contents under a key of
 * its municipality: the same contents of one municipality are stored once, and nobody who sees the names can tell whether a
 * document that they hold is among them, or whether two municipalities hold the same one. It knows no tables; who refers
 * to a blob is written down by `keepBlob` and swept by `sweepBlobs`.
 */
export class BlobStore {
  readonly #driver: StorageDriver;
  readonly #keyring: Keyring;
  readonly #arriving: string;

  /** @param arriving a folder of this machine; with a folder as store, one of the same file system */
  constructor(driver: StorageDriver, keyring: Keyring, arriving: string) {
    this.#driver = driver;
    this.#keyring = keyring;
    this.#arriving = arriving;
  }

  get place(): string {
    return this.#driver.place;
  }

  /** Seals contents on this machine and finds their name. `give` or `drop` must follow. */
  async receive(tenantId: string, contents: AsyncIterable<Uint8Array>): Promise<ArrivedBlob> {
    const digest = createHmac("sha256", this.#keyring.derive(`blob-names ${tenantId}`));
    let length = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const bytes of contents) {
        digest.update(bytes);
        length += bytes.length;
        yield bytes;
      }
    }
    await mkdir(this.#arriving, { recursive: true, mode: 0o700 });
    const path = join(this.#arriving, randomUUID());
    const file = await openFile(path, "wx", 0o600);
    try {
      for await (const bytes of seal(this.#keyOf(tenantId), counted())) await file.writeFile(bytes);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    await file.close();
    return { name: digest.digest("hex"), length, path };
  }

  /** Puts what arrived into the store under its name, unless the same contents are there whole. */
  async give(tenantId: string, arrived: ArrivedBlob): Promise<void> {
    const key = keyOfBlob(tenantId, arrived.name);
    if ((await this.#driver.find(key)) === sealedLength(arrived.length)) return this.drop(arrived);
    await this.#driver.adopt(key, arrived.path);
  }

  async drop(arrived: ArrivedBlob): Promise<void> {
    await rm(arrived.path, { force: true });
  }

  /**
   * Contents of a blob, or of a range of it (end exclusive).
   *
   * @throws StorageFault while reading, when a byte of them is not what was stored
   */
  async *read(
    tenantId: string,
    blob: Blob,
    range: { start: number; end: number } = { start: 0, end: blob.length },
  ): AsyncGenerator<Buffer> {
    yield* this.#readAt(tenantId, keyOfBlob(tenantId, blob.name), blob.length, range);
  }

  /** Whether it is there, as long as it should be. */
  async has(tenantId: string, blob: Blob): Promise<boolean> {
    return (await this.#driver.find(keyOfBlob(tenantId, blob.name))) === sealedLength(blob.length);
  }

  async remove(tenantId: string, name: string): Promise<void> {
    await this.#driver.remove(keyOfBlob(tenantId, name));
  }

  /** Names of everything in the store, for finding what nobody refers to. */
  async *list(tenantId: string): AsyncGenerator<{ name: string; storedAt: Date }> {
    for await (const { key, storedAt } of this.#driver.list(`${tenantId}/blobs`))
      yield { name: key.slice(key.lastIndexOf("/") + 1), storedAt };
  }

  /** A piece of an upload, before the whole has a name. */
  async putPiece(tenantId: string, uploadId: string, name: string, bytes: Buffer): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of seal(this.#keyOf(tenantId), once(bytes))) parts.push(part);
    await this.#driver.put(keyOfPiece(tenantId, uploadId, name), Buffer.concat(parts));
  }

  async *readPiece(
    tenantId: string,
    uploadId: string,
    piece: { name: string; length: number },
  ): AsyncGenerator<Buffer> {
    const range = { start: 0, end: piece.length };
    yield* this.#readAt(tenantId, keyOfPiece(tenantId, uploadId, piece.name), piece.length, range);
  }

  async removePiece(tenantId: string, uploadId: string, name: string): Promise<void> {
    await this.#driver.remove(keyOfPiece(tenantId, uploadId, name));
  }

  async *#readAt(
    tenantId: string,
    key: string,
    length: number,
    range: { start: number; end: number },
  ): AsyncGenerator<Buffer> {
    if (range.start < 0 || range.end > length || range.start > range.end)
      throw new Error(`no such range of a blob of ${length} bytes: ${range.start}-${range.end}`);
    if ((await this.#driver.find(key)) !== sealedLength(length))
      throw new StorageFault("the blob is missing or not as long as it was");
    const header: Uint8Array[] = [];
    for await (const bytes of await this.#driver.read(key, 0, headerLength)) header.push(bytes);
    const { keyId, salt } = readHeader(Buffer.concat(header));
    if (!this.#keyring.ids.includes(keyId))
      throw new StorageFault(`the blob was sealed with the key ${keyId}`);
    const blobKey = this.#keyOf(tenantId, keyId);
    if (range.start === range.end && length > 0) return;
    const { start, end } = sealedRange(range, length);
    yield* open(blobKey, { salt, length, range }, await this.#driver.read(key, start, end));
  }

  #keyOf(tenantId: string, id = this.#keyring.id): BlobKey {
    return { id, key: this.#keyring.derive(`blobs ${tenantId}`, id) };
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function keyOfBlob(tenantId: string, name: string): string {
  return `${tenantId}/blobs/${name.slice(0, 2)}/${name}`;
}

function keyOfPiece(tenantId: string, uploadId: string, name: string): string {
  return `${tenantId}/pieces/${uploadId}/${name}`;
}
