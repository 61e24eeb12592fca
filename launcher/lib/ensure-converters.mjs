import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { runProgram } from "./run-program.mjs";
import { LauncherError, say } from "./say.mjs";

/** What sanitising runs as installed programs: a file that shows each, and Debian's package that brings it. */
const programs = [
  ["/usr/bin/bwrap", "bubblewrap"],
  ["/usr/bin/pdftocairo", "poppler-utils"],
  ["/usr/sbin/clamd", "clamav-daemon"],
  ["/usr/lib/libreoffice/program/libswlo.so", "libreoffice-writer-nogui"],
  ["/usr/lib/libreoffice/program/libsclo.so", "libreoffice-calc-nogui"],
  ["/usr/lib/libreoffice/program/libsdlo.so", "libreoffice-impress-nogui"],
];

/**
 * The converters and the virus scanner that the tests of sanitising run for real. On Debian as root they are installed
 * when missing, without starting any service; elsewhere those tests say what is missing, and fail.
 */
export async function ensureConverters() {
  let missing = listMissing();
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say(
      `無害化の試験に要るものを入れています: ${missing.join(" ")}`,
      `Installing what the tests of sanitising need: ${missing.join(" ")}`,
    );
    const env = { RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
    const updated = await runProgram("apt-get", ["update", "-q"], { env, capture: true });
    const command = ["install", "-y", "-q", "--no-install-recommends", ...missing];
    const installed = await runProgram("apt-get", command, { env, capture: true });
    if (installed.code !== 0)
      process.stderr.write(`${updated.output}${installed.output}`.split("\n").slice(-15).join("\n"));
    missing = listMissing();
  }
  if (missing.length > 0)
    throw new LauncherError(
      `無害化の試験には ${missing.join(" と ")} が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
      `The tests of sanitising need ${missing.join(" and ")}. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
}

function listMissing() {
  const packages = programs.filter(([path]) => !existsSync(path)).map(([, name]) => name);
  const fonts = spawnSync("fc-list", [":lang=ja", "family"], { encoding: "utf8" });
  return fonts.status === 0 && fonts.stdout.trim() !== "" ? packages : [...packages, "fonts-noto-cjk"];
}
