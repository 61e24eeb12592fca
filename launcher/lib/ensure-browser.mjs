import { existsSync } from "node:fs";
import { hasJapaneseFont, installMissing } from "./install-missing.mjs";
import { LauncherError } from "./say.mjs";

/** The same engine without windows of its own: the tests take it where it is there, for 40 % less work. */
const shell = { package: "chromium-headless-shell", path: "/usr/bin/chromium-headless-shell" };

/**
 * The path of a Chromium, with a font for Japanese beside it. On Debian as root both are installed when missing, and
 * Chromium's form without windows with them where Debian has it.
 *
 * @throws LauncherError with the command to run by hand
 */
export async function ensureBrowser() {
  const missing = await install(listMissing);
  const chromium = findChromium();
  if (missing.length > 0 || !chromium) {
    throw new LauncherError(
      `画面の試験には ${missing.join(" と ")} が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
      `The browser tests need ${missing.join(" and ")}. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
    );
  }
  await install(() => (process.env.CHROMIUM_PATH || existsSync(shell.path) ? [] : [shell.package]));
  return chromium;
}

function install(listMissing) {
  return installMissing(listMissing, (names) => [
    `画面の試験に要るものを入れています: ${names}`,
    `Installing what the browser tests need: ${names}`,
  ]);
}

function listMissing() {
  return [...(findChromium() ? [] : ["chromium"]), ...(needsNoFont() ? [] : ["fonts-noto-cjk"])];
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

function needsNoFont() {
  return process.platform !== "linux" || hasJapaneseFont();
}
