import { inflateRawSync } from "node:zlib";

/** Why a container could not be opened; the words are the caller's. */
export class ZipFault extends Error {
  readonly reason: "not-zip" | "encrypted" | "too-large" | "damaged";

  constructor(reason: ZipFault["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

type Entry = {
  name: string;
  method: number;
  flags: number;
  compressed: number;
  size: number;
  offset: number;
};

const entryLimit = 2000;

/**
 * Reads single files out of a ZIP container that stands in memory (APPNOTE 6.3, without ZIP64). Nothing is written to
 * disk, and no more than `limit` bytes are ever unpacked, whatever the container claims of itself.
 */
export class ZipReader {
  readonly #bytes: Buffer;
  readonly #entries = new Map<string, Entry>();
  #left: number;

  constructor(bytes: Uint8Array, limit: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#left = limit;
    this.#readDirectory();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The text of a file, or undefined when there is none of that name. Throws `ZipFault`. */
  text(name: string): string | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (entry.flags & 1) throw new ZipFault("encrypted");
    if (entry.size > this.#left) throw new ZipFault("too-large");
    const at = entry.offset;
    if (this.#bytes.length < at + 30 || this.#bytes.readUInt32LE(at) !== 0x04034b50)
      throw new ZipFault("damaged");
    const start = at + 30 + this.#bytes.readUInt16LE(at + 26) + this.#bytes.readUInt16LE(at + 28);
    const packed = this.#bytes.subarray(start, start + entry.compressed);
    const unpacked = this.#unpack(entry.method, packed);
    this.#left -= unpacked.length;
    return new TextDecoder("utf-8").decode(unpacked);
  }

  #unpack(method: number, packed: Buffer): Buffer {
    if (method === 0) {
      if (packed.length > this.#left) throw new ZipFault("too-large");
      return packed;
    }
    if (method !== 8) throw new ZipFault("damaged");
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, this.#left) });
    } catch (error) {
      throw new ZipFault(
        (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too-large" : "damaged",
      );
    }
  }

  #readDirectory(): void {
    const bytes = this.#bytes;
    let end = -1;
    for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--)
      if (bytes.readUInt32LE(at) === 0x06054b50) {
        end = at;
        break;
      }
    if (end === -1) throw new ZipFault("not-zip");
    const count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    if (count > entryLimit) throw new ZipFault("too-large");
    for (let i = 0; i < count; i++) {
      if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new ZipFault("damaged");
      const nameLength = bytes.readUInt16LE(at + 28);
      const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
      this.#entries.set(name, {
        name,
        flags: bytes.readUInt16LE(at + 8),
        method: bytes.readUInt16LE(at + 10),
        compressed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24),
        offset: bytes.readUInt32LE(at + 42),
      });
      at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  }
}
