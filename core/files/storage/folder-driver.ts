import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StorageDriver } from "./driver.ts";
import { StorageFault } from "./storage-fault.ts";

/** Under the root, so that giving a name is one step of the file system. */
export const arriving = "arriving";

/**
 * A folder of this machine. What arrives is written beside, brought to the disk and then given its name, whose folder is
 * brought to the disk too: after a power cut a blob is there whole or not at all.
 */
export function makeFolderDriver(root: string): StorageDriver {
  const pathOf = (key: string) => join(root, ...safeParts(key));
  return {
    place: root,
    async put(key, bytes) {
      const temporary = join(root, arriving, randomUUID());
      await mkdir(dirname(temporary), { recursive: true, mode: 0o700 });
      await writeFile(temporary, bytes, { mode: 0o600, flag: "wx" });
      await keep(temporary, pathOf(key));
    },
    adopt: (key, path) => keep(path, pathOf(key)),
    async find(key) {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async read(key, start, end) {
      if (start >= end) return [] as unknown as AsyncIterable<Uint8Array>;
      const file = await open(pathOf(key), "r").catch((cause) => {
        throw isMissing(cause) ? new StorageFault(`the blob ${key} is missing`, { cause }) : cause;
      });
      return createReadStream("", {
        fd: file,
        start,
        end: end - 1,
        autoClose: true,
        highWaterMark: 256 * 1024,
      });
    },
    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
    async *list(prefix) {
      const folder = join(root, ...safeParts(prefix));
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const found = await stat(path).catch(() => undefined);
        if (found) yield { key: path.slice(root.length + 1).replaceAll("\\", "/"), storedAt: found.mtime };
      }
    },
  };
}

/** Brings a file to the disk and gives it its name. */
async function keep(temporary: string, path: string): Promise<void> {
  try {
    const file = await open(temporary, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Keys are ours, made of ids and digests: anything else is a mistake of the program, and goes nowhere near the disk. */
function safeParts(key: string): string[] {
  const parts = key.split("/").filter((part) => part !== "");
  if (parts.length === 0 || parts.some((part) => !/^[\w-]+$/.test(part)))
    throw new Error(`not a key of the store: ${key}`);
  return parts;
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; there the file system's journal holds the name.
  const folder = await open(path, "r").catch(() => undefined);
  if (!folder) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ENOENT";
}
