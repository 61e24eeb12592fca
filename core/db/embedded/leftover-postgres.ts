import { realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findText } from "./durable-file.ts";
import type { Log } from "./log.ts";
import { becomesTrue, findProcessesIn, hasNumber, isAlive, signal } from "./processes.ts";

/**
 * Ends what an earlier run left on this cluster: a server whose program was killed, or children of a killed server that
 * still hold its shared memory. Needs the data folder's lock, which says that nobody alive is using them.
 *
 * @returns true when there was something.
 */
export async function stopLeftoverPostgres(cluster: string, log: Log): Promise<boolean> {
  const pidFile = join(cluster, "postmaster.pid");
  const text = findText(pidFile);
  if (text === undefined) return false;
  const folder = realpathSync(cluster);
  const left = () => findProcessesIn(folder)?.filter(isAlive) ?? [];
  const found = left();
  const postmaster = Number.parseInt(text, 10);
  if (found.length > 0) {
    log.warn({ processes: found }, "Stopping the database processes that an earlier run left behind");
    await stopAll(left, found.includes(postmaster) ? postmaster : undefined);
  }
  // PostgreSQL refuses to start over a file that is empty or whose number is taken, even when that is a zombie or a
  // stranger who was given the number since. Otherwise it needs the file to find the shared memory.
  const misleading = !(postmaster > 0) || hasNumber(postmaster);
  if (misleading && findProcessesIn(folder)?.length === 0) rmSync(pidFile, { force: true });
  return found.length > 0;
}

async function stopAll(left: () => number[], postmaster: number | undefined): Promise<void> {
  const gone = () => left().length === 0;
  if (postmaster !== undefined) {
    signal(postmaster, "SIGINT"); // fast: ends the sessions, writes everything, leaves
    if (await becomesTrue(gone, 15_000)) return;
    signal(postmaster, "SIGQUIT"); // immediate: leaves; the next start recovers
    if (await becomesTrue(gone, 5_000)) return;
  }
  // Children notice by themselves that their server has died, unless they are deep in a computation.
  if (await becomesTrue(gone, 1_000)) return;
  for (const pid of left()) signal(pid, "SIGQUIT");
  if (await becomesTrue(gone, 2_000)) return;
  for (const pid of left()) signal(pid, "SIGKILL");
  await becomesTrue(gone, 5_000);
}
