import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** Plain files one after another in the `ustar` form: a block of 512 bytes about each, its bytes, zeros to the next block. */
const block = 512;

export async function writeTarEntry(
  out: FileHandle,
  name: string,
  size: number,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
) {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100, "utf8");
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  await out.appendFile(header);
  for await (const chunk of content) await out.appendFile(chunk);
  await out.appendFile(Buffer.alloc((block - (size % block)) % block));
}

export async function endTar(out: FileHandle): Promise<void> {
  await out.appendFile(Buffer.alloc(block * 2));
}

export type TarEntry = { name: string; size: number; content: AsyncIterable<Buffer> };

/** The plain files of a tar in their order; each must be read to its end before the next. Anything else in it is an error. */
export async function* readTar(path: string): AsyncGenerator<TarEntry> {
  const reader = new Reader(createReadStream(path));
  while (true) {
    const header = await reader.exactly(block);
    if (header.every((byte) => byte === 0)) return;
    const sum = Number.parseInt(header.toString("latin1", 148, 156), 8);
    const cleared = Buffer.from(header).fill(0x20, 148, 156);
    if (sum !== cleared.reduce((total, byte) => total + byte, 0)) throw new Error("tar: check sum");
    const kind = String.fromCharCode(header[156]!);
    if (kind !== "0" && kind !== "\0") throw new Error("tar: not a plain file");
    const name = header.toString("utf8", 0, 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
    if (!Number.isSafeInteger(size)) throw new Error("tar: size");
    let left = size;
    const content = async function* () {
      while (left > 0) {
        const chunk = await reader.upTo(left);
        left -= chunk.length;
        yield chunk;
      }
    };
    yield { name, size, content: content() };
    if (left > 0) throw new Error("tar: an entry was not read");
    await reader.exactly((block - (size % block)) % block);
  }
}

class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const part = await this.upTo(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async upTo(length: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error("tar: cut off");
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
