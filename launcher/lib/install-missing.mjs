import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { runProgram } from "./run-program.mjs";
import { say } from "./say.mjs";

/**
 * Installs Debian's packages as root, without starting any service. Does nothing elsewhere.
 *
 * @param listMissing the packages that are missing now
 * @param words what is said before, in Japanese and English, from the packages' names
 * @returns what is missing still
 */
export async function installMissing(listMissing, words) {
  const missing = listMissing();
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return missing;
  say(...words(missing.join(" ")));
  const env = { RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
  const updated = await runProgram("apt-get", ["update", "-q"], { env, capture: true });
  const command = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  const installed = await runProgram("apt-get", command, { env, capture: true });
  if (installed.code !== 0)
    process.stderr.write(`${updated.output}${installed.output}`.split("\n").slice(-15).join("\n"));
  return listMissing();
}

/** Whether this machine's programs have a font for Japanese. */
export function hasJapaneseFont() {
  const list = spawnSync("fc-list", [":lang=ja", "family"], { encoding: "utf8" });
  return list.status === 0 && list.stdout.trim() !== "";
}
