import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const folder = fileURLToPath(new URL("../../../docs/ja/pictures", import.meta.url));
const isWriting = process.env.GUIDE_PICTURES === "write";

/**
 * A picture of the guides in docs/ja. They are written again only with GUIDE_PICTURES=write, since hardly two are equal to the byte;
 * otherwise this holds that the journey still comes here and the picture is there.
 */
export async function guidePicture(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  if (!isWriting) {
    expect(
      existsSync(path),
      `docs/ja/pictures/${name}.png is missing: write it with GUIDE_PICTURES=write`,
    ).toBe(true);
    return;
  }
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  // Colours and dialogs fade in.
  await page.waitForTimeout(500);
  await page.screenshot({ path, caret: "initial" });
  takeFewColours(path);
}

/** Screens have few colours, so that a palette makes the file a third; without pngquant it stays as it is. */
function takeFewColours(path: string): void {
  try {
    execFileSync("pngquant", ["--force", "--strip", "--output", path, "96", "--", path]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}
