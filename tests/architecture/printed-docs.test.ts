import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  listPages,
  listProductionPackages,
  openApiFile,
  printOpenApi,
  renew,
  repository,
} from "./printed-docs.ts";

const read = (path: string) => readFileSync(join(repository, path), "utf8");

test("what pages print from the code is what the code says (else: npm run docs)", () => {
  for (const page of listPages()) expect(read(page), page).toBe(renew(read(page)));
});

test("docs/api/openapi.json describes the routes (else: npm run docs)", () => {
  expect(read(openApiFile)).toBe(printOpenApi());
});

test("every link between pages leads somewhere", () => {
  for (const page of listPages())
    for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(target!)) continue;
      const path = join(dirname(join(repository, page)), target!.split("#")[0]!);
      expect(existsSync(path), `${page} → ${target}`).toBe(true);
    }
});

/** Rows `| … | value | \`file\` | \`text in it\` |`: the value of a limit is where the page says it is. */
test("every limit in the table stands in the file that the table names", () => {
  const page = read("docs/architecture/errors-and-pages.md");
  const rows = [...page.matchAll(/^\|.*\| `([^`|]+\.(?:ts|sql))` \| `([^`]+)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(30);
  for (const [, file, text] of rows) expect(read(file!), `${file}: ${text}`).toContain(text);
});

test("every decision has its number in its title, and every number is used once", () => {
  const decisions = listPages().filter((page) => /^docs\/decisions\/\d{4}-/.test(page));
  const numbers = decisions.map((page) => page.slice("docs/decisions/".length, "docs/decisions/".length + 4));
  for (const [index, page] of decisions.entries())
    expect(read(page)).toMatch(new RegExp(`^# ${numbers[index]} `));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("nothing that an installation holds has a licence that would bind what it is used with", () => {
  const permitted = new Set([
    ...["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"],
    // Python-2.0 is the PSF licence: keep the notice, do as you like (argparse below graphile-worker).
    ...["BlueOak-1.0.0", "Unlicense", "OFL-1.1", "Python-2.0"],
  ]);
  // libvips is LGPL: a shared library of its own that anybody may replace, so it binds itself alone (decision 0028).
  const isLibvips = ({ name, licence }: { name: string; licence: string }) =>
    name.startsWith("@img/sharp-") && /\bLGPL-3\.0-or-later\b/.test(licence);
  const others = listProductionPackages().filter((one) => !permitted.has(one.licence) && !isLibvips(one));
  expect(others).toEqual([]);
});
