import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listScreens } from "#tests/support/every-screen.ts";

const folder = fileURLToPath(new URL("../browser", import.meta.url));

/** The names with which the browser tests look at screens: `lookAt(page, "<name>")`. */
function listLookedAt(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith(".test.ts"))
    .flatMap((entry) => [
      ...readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(/\blookAt\([^,()]+, "([^"]+)"/g),
    ])
    .map(([, name]) => name!);
}

it("every screen is looked at at each size, with axe, by a browser test", () => {
  const lookedAt = listLookedAt();
  const forgotten = listScreens().filter((screen) => !lookedAt.includes(screen));
  expect(
    forgotten,
    `Open each in a browser test and say: await lookAt(page, "<name>"). It needs no expectAccessible and no picture beside it.`,
  ).toEqual([]);
});

it("no browser test looks at a screen that is no more", () => {
  const screens = listScreens();
  expect(listLookedAt().filter((name) => !screens.includes(name))).toEqual([]);
});
