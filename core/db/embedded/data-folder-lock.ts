import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { findText, writeFileDurably } from "./durable-file.ts";
import { StartUpError } from "./start-up-error.ts";

/**
 * What the holder of a data folder says about itself. Only for people and for `chonai` commands that look for the
 * running database: whether the folder is held is decided by the lock, never by this file.
 */
export type RunningInfo = {
  pid: number;
  since: string;
  addresses: string[];
  socketDirectory?: string | undefined;
  port?: number | undefined;
};

export type Lock = { announce(info: Partial<RunningInfo>): void; release(): void };

/**
 * Takes a folder for this process. The lock is the kernel's (an exclusive lock on `chonai.lock`, through SQLite, since
 * Node has no flock), so it ends with the process however that ends: nothing stale is left, no process number can be
 * mistaken for another, and two containers on one volume see each other.
 *
 * @throws StartUpError already-running
 */
export function lockFolder(folder: string): Lock {
  // Waits a moment, since a command that only looks (isLockedFolder) holds it for an instant.
  const database = new DatabaseSync(join(folder, "chonai.lock"), { timeout: 200 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isLocked(error)) throw alreadyRunning(folder, findRunningInfo(folder));
    throw error;
  }
  const infoPath = join(folder, "running.json");
  let info: RunningInfo = { pid: process.pid, since: new Date().toISOString(), addresses: [] };
  const write = () => writeFileDurably(infoPath, `${JSON.stringify(info, null, 2)}\n`);
  try {
    write();
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    announce(more) {
      info = { ...info, ...more };
      write();
    },
    release() {
      if (database.isOpen) database.close();
    },
  };
}

/** Whether some process holds the folder at this moment. */
export function isLockedFolder(folder: string): boolean {
  if (!existsSync(join(folder, "chonai.lock"))) return false;
  const database = new DatabaseSync(join(folder, "chonai.lock"));
  try {
    database.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return false;
  } catch (error) {
    if (isLocked(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

export function findRunningInfo(folder: string): RunningInfo | undefined {
  const text = findText(join(folder, "running.json"));
  if (text === undefined) return undefined;
  try {
    const info: unknown = JSON.parse(text);
    return isRunningInfo(info) ? info : undefined;
  } catch {
    return undefined; // cut off by a full disk: it only informs
  }
}

function isRunningInfo(value: unknown): value is RunningInfo {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "since" in value &&
    typeof value.since === "string" &&
    "addresses" in value &&
    Array.isArray(value.addresses)
  );
}

function isLocked(error: unknown): boolean {
  // SQLITE_BUSY and SQLITE_LOCKED
  return error instanceof Error && "errcode" in error && (error.errcode === 5 || error.errcode === 6);
}

function alreadyRunning(folder: string, info: RunningInfo | undefined): StartUpError {
  const pid = info ? String(info.pid) : "?";
  const where = info?.addresses.length ? info.addresses.join("  ") : "";
  return new StartUpError("already-running", {
    ja: `このデータフォルダーでは、庁内がすでに動いています（プロセス番号 ${pid}）。${where ? `\n  ${where}` : ""}\n  ${folder}`,
    en: `Chonai is already running on this data folder (process ${pid}).${where ? `\n  ${where}` : ""}\n  ${folder}`,
    hint: [
      "そのまま上のアドレスをお使いください。止めるには動かしている画面で Ctrl-C を押すか、" +
        `kill ${pid} を実行します。別に動かすには --data で別のフォルダー、--port-base で別のポートを指定してください。`,
      `Use the addresses above, or stop it first (Ctrl-C where it runs, or: kill ${pid}). ` +
        "To run another one, give another folder with --data and other ports with --port-base.",
    ].join("\n"),
  });
}
