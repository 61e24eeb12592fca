import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Beside the data: when the last copy was made and where it lies. `chonai doctor` reads it. */
export const lastBackupFile = "last-backup.json";

const LastBackup = z.object({ at: z.iso.datetime(), path: z.string() });

/** Undefined when there was none yet. */
export function findLastBackup(dataDirectory: string): z.infer<typeof LastBackup> | undefined {
  const path = join(dataDirectory, lastBackupFile);
  return existsSync(path) ? LastBackup.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}
