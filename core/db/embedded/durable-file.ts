import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a whole file so that after a power cut there is either the old one or the new one: a file beside it, fsync,
 * rename, fsync of the folder. The mode is set before the first byte, since secrets go this way too.
 */
export function writeFileDurably(path: string, text: string, mode = 0o644): void {
  const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = openSync(beside, "wx", mode);
    try {
      fchmodSync(file, mode);
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncToDisk(dirname(path));
}

/** Makes a file's contents, or the names in a folder, survive a power cut. Windows has no such call for folders. */
export function syncToDisk(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The text of a file, or undefined when there is none. Every other failure is thrown. */
export function findText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The `code` of a system error ("ENOSPC", "EACCES", …), if it has one. */
export function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
