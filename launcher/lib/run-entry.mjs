import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { cacheFolder, repository } from "./repository.mjs";

const setpriv = "/usr/bin/setpriv";

/**
 * Runs one of the program's TypeScript entries on Node 24 in our terminal, and ends as it ends. The entry decides how it
 * stops: we pass signals on and wait. If we are killed outright, the kernel asks it to stop (Linux).
 */
export async function runEntry(node, entry, args, { cwd = process.cwd() } = {}) {
  const nodeArgs = ["--disable-warning=ExperimentalWarning", join(repository, entry), ...args];
  const bound = process.platform === "linux" && existsSync(setpriv);
  const child = spawn(
    bound ? setpriv : node,
    bound ? ["--pdeathsig", "TERM", "--", node, ...nodeArgs] : nodeArgs,
    {
      cwd,
      stdio: "inherit",
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, "compile"),
      },
    },
  );
  // Ctrl-C reaches every process of the terminal's foreground group, so the entry has had it already; a second one
  // would look like impatience. Without a terminal somebody sent it to us alone.
  const fromTerminal =
    process.stdin.isTTY === true || process.stdout.isTTY === true || process.stderr.isTTY === true;
  const onInterrupt = () => {
    if (!fromTerminal) child.kill("SIGINT");
  };
  const onTerminate = () => child.kill("SIGTERM");
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  // `npm start` runs us through a shell, and a SIGTERM for npm ends that shell without reaching us.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return;
    clearInterval(orphaned);
    onTerminate();
  }, 500).unref();
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
