import { existsSync } from "node:fs";
import { hasJapaneseFont, installMissing } from "./install-missing.mjs";
import { LauncherError } from "./say.mjs";

/**
 * The path of a Chromium, with a font for Japanese beside it. On Debian as root both are installed when missing: Chromium
 * without a window of its own where Debian has it, which takes 40 % less of a processor for the same pages.
 *
 * @throws LauncherError with the command to run by hand
 */
export async function ensureBrowser() {
  let missing = await install("chromium-headless-shell");
  if (!findChromium()) missing = await install("chromium");
  const chromium = findChromium();
  if (missing.length > 0 || !chromium) {
    throw new LauncherError(
      `画面の試験には ${missing.join(" と ")} が要ります。Debian・Ubuntu では: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
      `The browser tests need ${missing.join(" and ")}. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install ${missing.join(" ")}`,
    );
  }
  return chromium;
}

function install(browser) {
  const listMissing = () => [
    ...(findChromium() ? [] : [browser]),
    ...(needsNoFont() ? [] : ["fonts-noto-cjk"]),
  ];
  return installMissing(listMissing, (names) => [
    `画面の試験に要るものを入れています: ${names}`,
    `Installing what the browser tests need: ${names}`,
  ]);
}

function findChromium() {
  const known = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium-headless-shell",
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
