import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { OperatingUser } from "./operating-user.ts";

const setpriv = "/usr/bin/setpriv";

/**
 * Starts one of PostgreSQL's programs as its user, in a session of its own: a Ctrl-C at the keyboard is for us, and we
 * stop the database when we are done with it. On Linux the kernel sends `whenWeDie` to it if our process is killed.
 */
export function runAs(
  user: OperatingUser,
  program: string,
  arguments_: string[],
  options: SpawnOptions & { cwd: string; whenWeDie: "INT" | "KILL" },
): ChildProcess {
  const { whenWeDie, ...spawnOptions } = options;
  const bound = process.platform === "linux" && existsSync(setpriv);
  return spawn(
    bound ? setpriv : program,
    bound ? ["--pdeathsig", whenWeDie, "--", program, ...arguments_] : arguments_,
    {
      ...spawnOptions,
      ...user.change,
      detached: process.platform !== "win32",
      windowsHide: true,
      // Nothing of ours: PGOPTIONS, PGPORT or a strange LC_ALL would change what the server does.
      env: { PATH: process.env.PATH, LC_ALL: "C", SystemRoot: process.env.SystemRoot },
    },
  );
}
