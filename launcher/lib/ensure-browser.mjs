import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { runProgram } from "./run-program.mjs";
import { LauncherError, say } from "./say.mjs";

/**
 * The path of a Chromium, with a font for Japanese beside it. On Debian as root both are installed when missing.
 *
 * @throws LauncherError with the command to run by hand
 */
export async function ensureBrowser() {
  let missing = listMissing();
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say(
      `画面の試験に要るものを入れています: ${missing.join(" ")}`,
      `Installing what the browser tests need: ${missing.join(" ")}`,
    );
    const env = { RUNLEVEL: "1", DEBIAN_FRONTEND: "noninteractive" };
    const updated = await runProgram("apt-get", ["update", "-q"], { env, capture: true });
    const command = ["install", "-y", "-q", "--no-install-recommends", ...missing];
    const installed = await runProgram("apt-get", command, { env, capture: true });
    if (installed.code !== 0)
      process.stderr.write(`${updated.output}${installed.output}`.split("\n").slice(-15).join("\n"));
    missing = listMissing();
  }
  const chromium = findChromium();
  if (missing.length > 0 || !chromium) {
    throw new LauncherError(
      `画面の試験には ${missing.join(" と ")} が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
      `The browser tests need ${missing.join(" and ")}. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
    );
  }
  return chromium;
}

function listMissing() {
  return [...(findChromium() ? [] : ["chromium"]), ...(hasJapaneseFont() ? [] : ["fonts-noto-cjk"])];
}

function findChromium() {
  const known = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  return known.find((path) => path && existsSync(path));
}

function hasJapaneseFont() {
  if (process.platform !== "linux") return true;
  const list = spawnSync("fc-list", [":lang=ja", "family"], { encoding: "utf8" });
  return list.status === 0 && list.stdout.trim() !== "";
}
