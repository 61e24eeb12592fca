import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";

type Written = { name: Buffer; crc: number; compressed: number; size: number; offset: number };

/** 1 January 1980, the earliest day that a ZIP can write: when a file was made is nobody's business. */
const date = 0x0021;
const utf8 = 0x0800;
const limit = 0xfffffffe;

/** Writes a plain ZIP to a file: UTF-8 names, deflate, no times, no extra fields; below 4 GiB. */
export class ZipWriter {
  readonly #file: FileHandle;
  readonly #entries: Written[] = [];
  #at = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes a ZIP of what `fill` adds; the file must not exist. */
  static async write(path: string, fill: (zip: ZipWriter) => Promise<void>): Promise<void> {
    const file = await open(path, "wx", 0o600);
    try {
      const zip = new ZipWriter(file);
      await fill(zip);
      await zip.#end();
    } finally {
      await file.close();
    }
  }

  async addBytes(name: string, bytes: Uint8Array): Promise<void> {
    const packed = deflateRawSync(bytes);
    const entry = {
      name: Buffer.from(name),
      crc: crc32(bytes),
      compressed: packed.length,
      size: bytes.length,
      offset: this.#at,
    };
    await this.#write(localHeader(entry));
    await this.#write(packed);
    this.#entries.push(entry);
  }

  /** A file of any size, without holding it in memory: its header is completed when its sizes are known. */
  async addFile(name: string, path: string): Promise<void> {
    const entry = { name: Buffer.from(name), crc: 0, compressed: 0, size: 0, offset: this.#at };
    await this.#write(localHeader(entry));
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        entry.crc = crc32(chunk, entry.crc);
        entry.size += chunk.length;
        done(undefined, chunk);
      },
    });
    const packed = createReadStream(path).pipe(count).pipe(createDeflateRaw());
    await pipeline(packed, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        entry.compressed += chunk.length;
        await this.#write(chunk);
      }
    });
    this.#entries.push(entry);
  }

  async #end(): Promise<void> {
    const start = this.#at;
    for (const entry of this.#entries) await this.#write(centralHeader(entry));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#at - start, 12);
    end.writeUInt32LE(start, 16);
    await this.#write(end);
    for (const entry of this.#entries)
      await this.#file.write(localHeader(entry).subarray(0, 30), 0, 30, entry.offset);
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#at += bytes.length;
    if (this.#at > limit) throw new RangeError("a ZIP of more than 4 GiB");
    await this.#file.appendFile(bytes);
  }
}

function localHeader(entry: Written): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(utf8, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(date, 12);
  header.writeUInt32LE(entry.crc, 14);
  header.writeUInt32LE(entry.compressed, 18);
  header.writeUInt32LE(entry.size, 22);
  header.writeUInt16LE(entry.name.length, 26);
  return Buffer.concat([header, entry.name]);
}

function centralHeader(entry: Written): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(utf8, 8);
  header.writeUInt16LE(8, 10);
  header.writeUInt16LE(date, 14);
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(entry.compressed, 20);
  header.writeUInt32LE(entry.size, 24);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([header, entry.name]);
}
