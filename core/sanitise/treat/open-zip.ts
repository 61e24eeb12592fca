import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { Source } from "../identify/source.ts";
import { readZipDirectory, type ZipEntry, ZipFault } from "../identify/zip-directory.ts";
import { NotClean, refused } from "./outcome.ts";

export type ZipLimits = {
  entries: number;
  /** Unpacked bytes of all entries together. */
  total: number;
  /** Unpacked to packed, for what is larger than 16 MiB unpacked. */
  ratio: number;
};

const ratioFrom = 16 * 1024 * 1024;

/**
 * The entries of a ZIP that can be trusted, with what they claim of their sizes checked against the limits; unpacking
 * counts again, since a claim is only a claim. Throws `NotClean`.
 */
export async function openZip(path: string, limits: ZipLimits): Promise<ZipEntry[]> {
  const file = await open(path, "r");
  try {
    const source = new Source(file, (await file.stat()).size);
    const entries = await readZipDirectory(source, limits.entries);
    const total = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (total > limits.total || isBomb(total, source.size, limits)) throw refused("bomb");
    return entries;
  } catch (error) {
    if (error instanceof ZipFault) throw refused(verdicts[error.reason]);
    throw error;
  } finally {
    await file.close();
  }
}

const verdicts = {
  broken: "broken",
  overlapping: "bomb",
  "too-many": "bomb",
  "two-types": "disguised",
} as const;

/** Unpacks one entry to a file, and no byte more than it claimed. Throws `NotClean`. */
export async function unpackEntry(path: string, entry: ZipEntry, target: string): Promise<void> {
  if (entry.method !== 0 && entry.method !== 8) throw refused("broken");
  let size = 0;
  let sum = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      sum = crc32(chunk, sum);
      done(size > entry.size ? refused("bomb") : undefined, chunk);
    },
  });
  const packed =
    entry.compressed === 0
      ? new PassThrough().end()
      : createReadStream(path, { start: entry.dataOffset, end: entry.dataOffset + entry.compressed - 1 });
  try {
    await pipeline(
      packed,
      entry.method === 8 ? createInflateRaw() : new PassThrough(),
      count,
      createWriteStream(target, { flags: "wx", mode: 0o600 }),
    );
  } catch (error) {
    if (error instanceof NotClean) throw error;
    if (/^(Z_|ERR_)/.test((error as NodeJS.ErrnoException).code ?? "")) throw refused("broken");
    throw error;
  }
  if (size !== entry.size || sum !== entry.crc) throw refused("broken");
}

function isBomb(unpacked: number, packed: number, limits: ZipLimits): boolean {
  return unpacked > ratioFrom && unpacked > packed * limits.ratio;
}
