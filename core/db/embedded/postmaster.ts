import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { findText } from "./durable-file.ts";
import { explainPostgresOutput } from "./explain-failure.ts";
import type { Log } from "./log.ts";
import type { Place } from "./place.ts";
import { becomesTrue, isAlive, signal } from "./processes.ts";
import { runAs } from "./run-as.ts";
import { logFolder } from "./settings.ts";
import type { Listening } from "./socket-folder.ts";

/** One run of the server, from its start to its end. */
export type Postmaster = {
  pid: number;
  /** Resolves when it has ended, however. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  hasEnded(): boolean;
  /** Keeps our process alive until it has ended: for whoever waits for that. */
  hold(): void;
};

/**
 * Starts the server and returns when it accepts connections. Recovery after a crash takes as long as it takes.
 *
 * @throws StartUpError disk-full, settings-refused, database-failed
 */
export async function launchPostmaster(
  place: Place,
  binaries: Binaries,
  listening: Listening,
  log: Log,
): Promise<Postmaster> {
  const output = join(logFolder(place), "start.txt");
  const logBefore = listLogs(place)[0];
  const outputFile = openSync(output, "w", 0o600);
  const child = runAs(
    place.user,
    binaries.postgres,
    [
      ...["-D", place.cluster, "-p", String(listening.port)],
      ...(process.platform === "win32" ? ["-h", listening.host] : ["-k", listening.host]),
    ],
    { cwd: place.cluster, whenWeDie: "INT", stdio: ["ignore", outputFile, outputFile] },
  );
  closeSync(outputFile);
  let end: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("error", (error) => {
      log.error({ error }, "PostgreSQL could not be run");
      end = { code: null, signal: null };
      resolve(end);
    });
    child.once("exit", (code, by) => {
      end = { code, signal: by };
      resolve(end);
    });
  });
  // A program that has finished without stopping the database is not kept alive by it.
  child.unref();

  const isReady = () => {
    const lines = findText(join(place.cluster, "postmaster.pid"))?.split("\n");
    return Number(lines?.[0]) === child.pid && lines?.[7]?.trim() === "ready";
  };
  while (!(await becomesTrue(() => end !== undefined || isReady(), 15_000))) {
    log.info({}, "The database is still recovering from an interruption; this can take some minutes");
  }
  if (end !== undefined || child.pid === undefined) {
    throw explainPostgresOutput(
      `${readTail(output)}
${readNewLog(place, logBefore)}`,
      place.folder,
    );
  }
  return { pid: child.pid, ended, hasEnded: () => end !== undefined, hold: () => child.ref() };
}

/** Ends the server: fast (everything written), and if that takes too long immediate, and if that hangs by force. */
export async function stopPostmaster(postmaster: Postmaster, patience: number): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", patience],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ];
  postmaster.hold();
  for (const [name, milliseconds] of steps) {
    if (!isAlive(postmaster.pid)) return;
    signal(postmaster.pid, name);
    if (await becomesTrue(() => postmaster.hasEnded() || !isAlive(postmaster.pid), milliseconds)) return;
  }
}

/** Whether the cluster was shut down properly, from the state in pg_control (1: shut down). */
export function wasShutDown(cluster: string): boolean {
  const file = openSync(join(cluster, "global", "pg_control"), "r");
  try {
    const state = Buffer.alloc(4);
    readSync(file, state, 0, 4, 16);
    return state.readInt32LE() === 1;
  } finally {
    closeSync(file);
  }
}

/** Keeps the newest logs up to about 100 MB: PostgreSQL starts new files but never removes one. */
export function removeOldLogs(place: Place): void {
  let kept = 0;
  for (const { path, size } of listLogs(place)) {
    kept += size;
    if (kept > 100 * 1024 * 1024) rmSync(path, { force: true });
  }
}

type LogFile = { path: string; size: number };

/** The newest first. */
function listLogs(place: Place): LogFile[] {
  return readdirSync(logFolder(place))
    .filter((name) => name.endsWith(".log"))
    .sort()
    .reverse()
    .flatMap((name) => {
      const path = join(logFolder(place), name);
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat ? [{ path, size: stat.size }] : [];
    });
}

/** What was logged since: an earlier run's complaints would mislead. */
function readNewLog(place: Place, before: LogFile | undefined): string {
  const newest = listLogs(place)[0];
  if (!newest) return "";
  const text = findText(newest.path) ?? "";
  return (newest.path === before?.path ? text.slice(before.size) : text).slice(-4000);
}

function readTail(path: string): string {
  return (findText(path) ?? "").slice(-4000);
}
