import { existsSync } from "node:fs";
import { hasJapaneseFont, installMissing } from "./install-missing.mjs";
import { LauncherError } from "./say.mjs";

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
  const missing = await installMissing(listMissing, (names) => [
    `無害化の試験に要るものを入れています: ${names}`,
    `Installing what the tests of sanitising need: ${names}`,
  ]);
  if (missing.length > 0)
    throw new LauncherError(
      `無害化の試験には ${missing.join(" と ")} が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
      `The tests of sanitising need ${missing.join(" and ")}. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
}

function listMissing() {
  const packages = programs.filter(([path]) => !existsSync(path)).map(([, name]) => name);
  return hasJapaneseFont() ? packages : [...packages, "fonts-noto-cjk"];
}
