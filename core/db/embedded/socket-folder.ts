import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findText, writeFileDurably } from "./durable-file.ts";
import type { Place } from "./place.ts";

/** Where the server listens. On Windows, which has no socket files for PostgreSQL's driver, a port of the loopback. */
export type Listening = { host: string; port: number };

const SOCKET_PORT = 5432;
/** sun_path holds 108 bytes with the closing zero on Linux, 104 on macOS. */
const longest = process.platform === "linux" ? 107 : 103;

/**
 * A private folder for the socket: `run` beside the cluster, or a short one elsewhere when that path is too long for a
 * socket. Whoever could put a socket there could pretend to be the database, so only PostgreSQL's user may write in it.
 */
export async function prepareSocketFolder(place: Place): Promise<Listening> {
  if (process.platform === "win32") return { host: "127.0.0.1", port: await findFreePort() };
  forgetElsewhere(place);
  const inside = join(place.folder, "run");
  if (fits(inside)) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    giveTo(place, inside);
    const listening = { host: inside, port: SOCKET_PORT };
    removeStaleSocket(listening);
    return listening;
  }
  const folder = makeShortFolder(place);
  giveTo(place, folder);
  writeFileDurably(join(place.folder, elsewhereFile), `${JSON.stringify({ folder })}\n`);
  return { host: folder, port: SOCKET_PORT };
}

/**
 * Removes the socket of a server that has gone. Needs the data folder's lock. PostgreSQL would take the number in the
 * socket's lock file for a living server if the system has given it to somebody else since.
 */
export function removeStaleSocket(listening: Listening): void {
  if (process.platform === "win32") return;
  const socket = join(listening.host, `.s.PGSQL.${listening.port}`);
  rmSync(socket, { force: true });
  rmSync(`${socket}.lock`, { force: true });
}

const elsewhereFile = "socket-location.json";

/** Removes the short folder of a start that did not end properly. */
export function forgetElsewhere(place: Place): void {
  const path = join(place.folder, elsewhereFile);
  const text = findText(path);
  if (text === undefined) return;
  const value: unknown = JSON.parse(text);
  const folder = typeof value === "object" && value !== null && "folder" in value ? String(value.folder) : "";
  if (/\/chonai-[A-Za-z0-9]{6}$/.test(folder) && isOwn(place, folder))
    rmSync(folder, { recursive: true, force: true });
  rmSync(path, { force: true });
}

/** mkdtemp draws a name and makes the folder for us alone, so nobody can have been there before. */
function makeShortFolder(place: Place): string {
  const parents = [place.user.change ? "/run" : privateRuntimeFolder(), tmpdir(), "/tmp"];
  for (const parent of parents) {
    if (parent === undefined || !fits(join(parent, "chonai-XXXXXX"))) continue;
    try {
      const folder = mkdtempSync(join(parent, "chonai-"));
      return folder;
    } catch {
      // not there or not writable: the next one
    }
  }
  throw new Error("No folder short enough for a socket: set TMPDIR to a short path");
}

function privateRuntimeFolder(): string | undefined {
  const folder = process.env.XDG_RUNTIME_DIR;
  if (!folder) return undefined;
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0
    ? folder
    : undefined;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= longest;
}

function giveTo(place: Place, folder: string): void {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (place.user.change) chownSync(folder, place.user.change.uid, place.user.change.gid);
  chmodSync(folder, 0o700);
}

function isOwn(place: Place, folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (stat.uid === place.user.uid || stat.uid === process.getuid?.());
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("No free port");
  return address.port;
}
