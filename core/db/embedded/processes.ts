import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorCodeOf } from "./durable-file.ts";

/** Whether a process lives. A zombie is dead: in a container without an init nobody may ever collect it. */
export function isAlive(pid: number): boolean {
  return hasNumber(pid) && stateOf(pid) !== "Z";
}

/** Whether the number is taken, be it by a zombie: all that PostgreSQL itself looks at. */
export function hasNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === "EPERM";
  }
}

function stateOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return undefined;
  }
}

/**
 * The living processes that work in this folder. PostgreSQL's all stand in their cluster, and a number that was given
 * to a stranger since does not, so this tells ours from others' better than any file with a number in it.
 *
 * @returns undefined where the system cannot tell (not Linux and no `ps`).
 */
export function findProcessesIn(folder: string): number[] | undefined {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && standsIn(name, folder))
      .map(Number);
  }
  if (process.platform === "win32") return undefined;
  const list = spawnSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" });
  if (list.status !== 0) return undefined;
  return list.stdout
    .split("\n")
    .filter((line) => line.includes(`-D ${folder} `))
    .map((line) => Number.parseInt(line, 10));
}

function standsIn(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false; // gone in the meantime, or another user's
  }
}

/** Sends a signal and does not mind when the process has gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCodeOf(error) !== "ESRCH") throw error;
  }
}

/** Waits until the condition holds; false when it still does not after so many milliseconds. */
export async function becomesTrue(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (let pause = 2; !condition(); pause = Math.min(pause * 1.5, 50)) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return true;
}
