import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorCodes } from "#shared/error-codes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** These speak of cells, signs and other products; they quote in the ordinary way. */
const ordinary = ["people-import.md", "comparison.md"];
const guides = readdirSync(join(root, "docs/ja")).filter((name) => name.endsWith(".md"));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Whatever the screens say in Japanese, with * for what is filled in. */
async function screenTexts(): Promise<string[]> {
  const files = execFileSync("git", ["ls-files", "*/text/ja.ts"], { cwd: root, encoding: "utf8" });
  const texts: string[] = Object.values(errorCodes).map(({ ja }) => ja);
  for (const file of files.trim().split("\n")) {
    const { ja } = (await import(join(root, file))) as { ja: Record<string, string> };
    texts.push(...Object.values(ja));
  }
  return texts;
}

/** What the guides quote as a text of the screens: between 「 and 」. Other quotations stand between 『 and 』. */
function quotesOf(guide: string): string[] {
  return [...read(`docs/ja/${guide}`).matchAll(/「((?!」)[^「」]*(?:「[^「」]*」[^「」]*)*)」/g)].map(
    ([, words]) => words!,
  );
}

const literally = (words: string) => words.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

/** The text itself, or its beginning before …; what the screens fill in may be anything, if enough of the text is left to be known by. */
function says(text: string, quote: string): boolean {
  const words = quote.replace(/[*_`]/g, "");
  if (words.endsWith("…") && text.startsWith(words.slice(0, -1))) return true;
  const parts = text.split(/\{\w+\}/);
  if (parts.length > 1 && parts.join("").length < 3) return false;
  return new RegExp(`^${parts.map(literally).join(".+")}$`).test(words);
}

const picturesOf = (guide: string) =>
  [...read(`docs/ja/${guide}`).matchAll(/\]\(pictures\/([\w-]+)\.png\)/g)].map(([, name]) => name!);

describe("the guides of docs/ja", () => {
  it("quote only what the screens say", async () => {
    const texts = await screenTexts();
    for (const guide of guides.filter((name) => !ordinary.includes(name)))
      expect(
        quotesOf(guide).filter((quote) => !texts.some((text) => says(text, quote))),
        `${guide}: quoted between 「」 and on no screen`,
      ).toEqual([]);
  });

  it("show only pictures that their journeys make, and all of them", () => {
    const made = [
      ...read("tests/browser/guide-pictures.test.ts").matchAll(/guidePicture\(.*?, "([\w-]+)"\)/g),
    ].map(([, name]) => name!);
    const kept = readdirSync(join(root, "docs/ja/pictures")).map((name) => name.replace(/\.png$/, ""));
    expect(new Set(made).size).toBe(made.length);
    expect(kept.sort()).toEqual([...made].sort());
    expect([...new Set(guides.flatMap(picturesOf))].sort()).toEqual([...made].sort());
  });
});

describe("the comparison", () => {
  const pages = ["docs/comparison.md", "docs/ja/comparison.md"];

  it("names only tests and pages that are there", () => {
    for (const page of pages)
      for (const [, target] of read(page).matchAll(/\]\(([^)#]+)/g))
        expect(existsSync(join(root, page, "..", target!)), `${page}: ${target}`).toBe(true);
  });

  it("says the same in both languages: row for row, and of the same evidence", () => {
    const signs = (page: string) =>
      read(page)
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => [...line.matchAll(/[●○$✗?]/g)].join(""));
    expect(signs(pages[1]!)).toEqual(signs(pages[0]!));
  });
});
