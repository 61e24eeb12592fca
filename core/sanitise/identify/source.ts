import type { FileHandle } from "node:fs/promises";

/** A file that is read in pieces, so that one of 2 GB costs no memory. */
export class Source {
  readonly #file: FileHandle;
  readonly size: number;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** Up to `length` bytes from `at`; fewer at the end of the file, none outside it. */
  async read(at: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - at));
    if (at < 0 || wanted === 0) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await this.#file.read(bytes, done, wanted - done, at + done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  }

  /** The file in pieces that overlap by `overlap` bytes, for what is looked for across their borders. */
  async *pieces(overlap: number): AsyncGenerator<Buffer> {
    const step = 1024 * 1024;
    for (let at = 0; at < this.size; at += step) yield await this.read(at, step + overlap);
  }
}
