import { existsSync } from "node:fs";
import { hasJapaneseFont, installMissing } from "./install-missing.mjs";
import { LauncherError } from "./say.mjs";

/**
 * The path of a Chromium, with a font for Japanese beside it. On Debian as root both are installed when missing.
 *
 * @throws LauncherError with the command to run by hand
 */
export async function ensureBrowser() {
  const missing = await installMissing(listMissing, (names) => [
    `画面の試験に要るものを入れています: ${names}`,
    `Installing what the browser tests need: ${names}`,
  ]);
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
