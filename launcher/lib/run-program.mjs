import { spawn } from "node:child_process";
import { setPriority } from "node:os";

/**
 * Runs a program to its end.
 *
 * @param options.niceness how much others come first, 1 to 19
 * @returns `{ code, output }`; output is empty unless `capture` is set, which also shows nothing.
 */
export function runProgram(program, args, { cwd, env, capture = false, niceness = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: capture ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      windowsHide: true,
    });
    if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
    let output = "";
    child.stdout?.on("data", (text) => {
      output += text;
    });
    child.stderr?.on("data", (text) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}
