import { createHash } from "node:crypto";
import { type FileHandle, link, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";

const atOnce = 256 * 1024;

/**
 * Copies one file, for our user alone and brought to the disk, and says what was written.
 *
 * @returns SHA-256 (hexadecimal) and bytes; undefined when the file has gone meanwhile
 */
export async function copyFile(
  from: string,
  to: string,
): Promise<{ sha256: string; bytes: number } | undefined> {
  const source = await open(from, "r").catch(undefinedWhenMissing);
  if (!source) return undefined;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const target = await open(to, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const part of partsOf(source)) {
        hash.update(part);
        await target.writeFile(part);
        bytes += part.length;
      }
      await target.sync();
      return { sha256: hash.digest("hex"), bytes };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Gives a file of an earlier copy a second name; false where the file system cannot. */
export async function linkFile(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
    return true;
  } catch {
    await rm(to, { force: true });
    return false;
  }
}

/** SHA-256 and length of a file; undefined when it is missing. */
export async function digestOf(path: string): Promise<{ sha256: string; bytes: number } | undefined> {
  const file = await open(path, "r").catch(undefinedWhenMissing);
  if (!file) return undefined;
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const part of partsOf(file)) {
      hash.update(part);
      bytes += part.length;
    }
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    await file.close();
  }
}

/** A part is good until the next one is asked for. */
async function* partsOf(file: FileHandle): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(Math.min(atOnce, size + 1));
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function undefinedWhenMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code === "ENOENT") return undefined;
  throw error;
}
