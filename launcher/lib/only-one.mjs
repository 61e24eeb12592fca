import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { say } from "./say.mjs";

/**
 * Runs the work while no other launcher runs the work of the same name; a second one waits. `path` is a lock file with
 * the holder's process number and start time, so that a number that was given to another process since counts as gone.
 */
export async function onlyOne(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let tries = 0; !take(path); tries++) {
    if (tries === 5)
      say(
        "別の起動の準備が終わるのを待っています。",
        "Waiting for another start to finish its preparations.",
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function take(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    linkSync(own, path); // whole or not at all
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    removeStale(path);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Only one at a time may remove a stale lock, and looks again before it does; else two could remove each other's. */
function removeStale(path) {
  if (!isStale(path)) return;
  const removing = `${path}.removing`;
  try {
    mkdirSync(removing);
  } catch {
    const since = statSync(removing, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > 10_000) renameSync(removing, `${removing}.${process.pid}`);
    rmSync(`${removing}.${process.pid}`, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(path)) rmSync(path, { force: true });
  } finally {
    rmSync(removing, { recursive: true, force: true });
  }
}

function isStale(path) {
  let holder;
  try {
    holder = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return false; // gone
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return true;
  }
  return startOf(holder.pid) !== holder.started;
}

/** When a process began, in the kernel's own count; undefined where the system has no /proc, "dead" for a zombie. */
function startOf(pid) {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "dead" : fields[19];
  } catch {
    return "dead";
  }
}
