import { chownSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, prepareBinaries } from "./binaries.ts";
import { type Connections, connectionsTo } from "./connections.ts";
import { createCluster } from "./create-cluster.ts";
import { acquireDataFolder, type DataFolder, otherPostgresql, POSTGRESQL_MAJOR } from "./data-folder.ts";
import { explainSystemError } from "./explain-failure.ts";
import { stopLeftoverPostgres } from "./leftover-postgres.ts";
import type { Log, Notice } from "./log.ts";
import { readOrCreatePasswords } from "./passwords.ts";
import { findOrChoosePlace, type Place } from "./place.ts";
import {
  launchPostmaster,
  type Postmaster,
  removeOldLogs,
  stopPostmaster,
  wasShutDown,
} from "./postmaster.ts";
import { ensureRoles } from "./roles.ts";
import { logFolder, writeSettings } from "./settings.ts";
import { forgetElsewhere, type Listening, prepareSocketFolder, removeStaleSocket } from "./socket-folder.ts";

/** The server ended without being asked to, came back, or could not be brought back (and is tried again). */
export type UnexpectedExit =
  | { kind: "exited"; code: number | null; signal: NodeJS.Signals | null }
  | { kind: "restarted"; pid: number }
  | { kind: "restart-failed"; error: unknown; nextTryMilliseconds: number };

export type EmbeddedPostgres = Connections & {
  /** The held data folder: announce your addresses on it. */
  dataFolder: DataFolder;
  /** The cluster. Usually inside the data folder, see `notices`. */
  postgresDirectory: string;
  socketDirectory: string;
  /** True when the database was not shut down properly before and has recovered by itself. */
  startedAfterCrash: boolean;
  /** True when this start made the database. */
  isNew: boolean;
  /** Lines for the person at the keyboard: where the database lies, what was repaired. */
  notices: Notice[];
  /** Of the server at present; undefined while it is being brought back. */
  readonly pid: number | undefined;
  onUnexpectedExit(listener: (event: UnexpectedExit) => void): () => void;
  /** Shuts the database down and releases the data folder. Can be called again. */
  stop(): Promise<void>;
};

/**
 * Starts the installation's own PostgreSQL on its data folder, making both on the first start and repairing what an
 * interrupted one left. The server is restarted when it ends unexpectedly, until `stop()`.
 *
 * @param options.dataFolder a folder already acquired, else `dataDirectory` is acquired here.
 * @throws StartUpError in words for the person who started the program
 *
 * @example
 *   const postgres = await startEmbeddedPostgres({ dataDirectory: "data", log: createLogger() });
 *   const pool = new Pool(postgres.application);
 *   …
 *   await postgres.stop();
 */
export async function startEmbeddedPostgres(options: {
  dataDirectory: string;
  log: Log;
  dataFolder?: DataFolder;
}): Promise<EmbeddedPostgres> {
  const data = options.dataFolder ?? acquireDataFolder(options.dataDirectory);
  let place: Place | undefined;
  try {
    place = findOrChoosePlace(data);
    return await startIn(data, place, options.log);
  } catch (error) {
    place?.lock?.release();
    data.release();
    throw explainSystemError(error, place?.folder ?? data.directory);
  }
}

async function startIn(data: DataFolder, place: Place, log: Log): Promise<EmbeddedPostgres> {
  const notices: Notice[] = [];
  const binaries = prepareBinaries(place);
  const passwords = readOrCreatePasswords(data.directory);
  const isNew = !existsSync(place.cluster);
  let startedAfterCrash = false;
  if (isNew) {
    await createCluster(place, binaries, passwords.superuser);
  } else {
    checkMajor(place);
    takeOwnership(place);
    const leftover = await stopLeftoverPostgres(place.cluster, log);
    startedAfterCrash = !wasShutDown(place.cluster);
    notices.push(...(leftover ? [leftoverNotice] : []), ...(startedAfterCrash ? [recoveredNotice] : []));
  }
  if (place.elsewhere) notices.unshift(elsewhereNotice(place));
  mkdirSync(logFolder(place), { recursive: true, mode: 0o700 });
  if (place.user.change) chownSync(logFolder(place), place.user.change.uid, place.user.change.gid);
  writeSettings(place);
  await ensureRoles(place, binaries, passwords);
  removeOldLogs(place);
  const listening = await prepareSocketFolder(place);
  const server = await supervise(place, binaries, listening, log);
  const announce = { socketDirectory: listening.host, port: listening.port };
  try {
    data.announce(announce);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const tidying = setInterval(() => removeOldLogs(place), 3_600_000).unref();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearInterval(tidying);
    await server.stop();
    forgetElsewhere(place);
    place.lock?.release();
    data.release();
  };
  return {
    ...connectionsTo(listening, passwords),
    dataFolder: data,
    postgresDirectory: place.cluster,
    socketDirectory: listening.host,
    startedAfterCrash,
    isNew,
    notices,
    get pid() {
      return server.pid();
    },
    onUnexpectedExit: server.onUnexpectedExit,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

type Server = {
  pid(): number | undefined;
  onUnexpectedExit(listener: (event: UnexpectedExit) => void): () => void;
  stop(): Promise<void>;
};

/** Keeps a server running: when it ends by itself it is started again, at once and then ever more slowly. */
async function supervise(place: Place, binaries: Binaries, listening: Listening, log: Log): Promise<Server> {
  const listeners = new Set<(event: UnexpectedExit) => void>();
  const tell = (event: UnexpectedExit) => {
    for (const listener of listeners) listener(event);
  };
  let current: Postmaster | undefined = await launchPostmaster(place, binaries, listening, log);
  let stopping = false;
  let wake: (() => void) | undefined;
  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const bringBack = async () => {
    for (let wait = 100; !stopping; wait = Math.min(wait * 2, 30_000)) {
      try {
        await stopLeftoverPostgres(place.cluster, log);
        removeStaleSocket(listening);
        if (stopping) return;
        current = await launchPostmaster(place, binaries, listening, log);
        log.warn({ pid: current.pid }, "The database is back");
        tell({ kind: "restarted", pid: current.pid });
        return;
      } catch (error) {
        log.error(
          { error, nextTryMilliseconds: wait },
          "The database could not be brought back; trying again",
        );
        tell({ kind: "restart-failed", error, nextTryMilliseconds: wait });
        await pause(wait);
      }
    }
  };
  const watch = async () => {
    while (!stopping && current !== undefined) {
      const startedAt = performance.now();
      const end = await current.ended;
      if (stopping) return;
      current = undefined;
      log.error({ ...end }, "The database ended unexpectedly; starting it again");
      tell({ kind: "exited", ...end });
      // One that dies as soon as it is up is not started in a tight circle.
      if (performance.now() - startedAt < 1_000) await pause(250);
      await bringBack();
    }
  };
  const watching = watch();
  return {
    pid: () => current?.pid,
    onUnexpectedExit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopping = true;
      wake?.();
      if (current !== undefined) await stopPostmaster(current, 30_000);
      await watching;
      // A restart that was under way has its server by now.
      if (current !== undefined) await stopPostmaster(current, 30_000);
    },
  };
}

function checkMajor(place: Place): void {
  const major = readFileSync(join(place.cluster, "PG_VERSION"), "utf8").trim();
  if (major !== String(POSTGRESQL_MAJOR)) throw otherPostgresql(place.folder, major);
}

/** After a restore by root the files may belong to root, or to a number that is nobody here. */
function takeOwnership(place: Place): void {
  const { change } = place.user;
  if (!change || statSync(place.cluster).uid === change.uid) return;
  for (const entry of readdirSync(place.cluster, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), change.uid, change.gid);
  }
  chownSync(place.cluster, change.uid, change.gid); // last: it is the mark that the rest is done
}

const leftoverNotice: Notice = {
  ja: "前回の起動が残していたデータベースを止めて、起動し直しました。",
  en: "A database that the previous run had left running was stopped and started afresh.",
};

const recoveredNotice: Notice = {
  ja: "前回は正しく終了していませんでした。データベースは記録から自動で復旧しました。保存済みのデータは失われていません。",
  en: "The previous run did not end properly. The database has recovered by itself; nothing that was saved is lost.",
};

function elsewhereNotice(place: Place): Notice {
  return {
    ja: `データベースの利用者（${place.user.name}）がデータフォルダーに入れないため、データベースは ${place.folder} に置いています。`,
    en: `The database lies in ${place.folder}, because its user (${place.user.name}) cannot enter the data folder.`,
  };
}
