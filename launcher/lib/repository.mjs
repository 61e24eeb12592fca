import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const modulesFolder = join(repository, "node_modules");

/**
 * Where the launcher keeps what it can make again: `.cache` in the clone, or the user's own cache when the clone
 * belongs to somebody else.
 */
export const cacheFolder = findCacheFolder();

function findCacheFolder() {
  const inside = join(repository, ".cache");
  try {
    mkdirSync(inside, { recursive: true });
    accessSync(inside, constants.W_OK);
    return inside;
  } catch {
    const name = createHash("sha256").update(repository).digest("hex").slice(0, 12);
    const own = join(homedir(), ".cache", "chonai", name);
    mkdirSync(own, { recursive: true });
    return own;
  }
}
