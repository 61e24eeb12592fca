import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult, type IReporterOutput } from "dependency-cruiser";
import { afterAll, expect, test } from "vitest";
// @ts-expect-error: configuration in plain JavaScript
import configuration from "../../.dependency-cruiser.mjs";

const folder = mkdtempSync(join(tmpdir(), "chonai-imports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** For each rule a line that it must refuse, and one that it must let pass. */
const examples: { rule: string; file: string; bad: string; good: string }[] = [
  {
    rule: "shared-imports-nothing-of-ours",
    file: "shared/a.ts",
    bad: "../core/kernel/index.ts",
    good: "./b.ts",
  },
  {
    rule: "declared-uses-of-core-kernel",
    file: "core/kernel/a.ts",
    bad: "../db/index.ts",
    good: "../../shared/b.ts",
  },
  {
    rule: "declared-uses-of-core-realtime",
    file: "core/realtime/a.ts",
    bad: "../../capabilities/chat/index.ts",
    good: "../db/index.ts",
  },
  {
    rule: "door-of-core-db",
    file: "capabilities/chat/server/queries/a.ts",
    bad: "../../../../core/db/database.ts",
    good: "../../../../core/db/index.ts",
  },
  {
    rule: "only-actions-publish-events",
    file: "capabilities/chat/server/queries/c.ts",
    bad: "../../../../core/realtime/publish.ts",
    good: "../../../../core/realtime/index.ts",
  },
  {
    rule: "web-stays-on-its-side",
    file: "capabilities/chat/web/a.ts",
    bad: "../server/policy.ts",
    good: "../contract.ts",
  },
  {
    rule: "server-does-not-import-web",
    file: "capabilities/chat/server/a.ts",
    bad: "../web/index.ts",
    good: "../contract.ts",
  },
  {
    rule: "kit-knows-no-feature",
    file: "web/kit/a.ts",
    bad: "../../capabilities/chat/web/index.ts",
    good: "../../capabilities/chat/contract.ts",
  },
  { rule: "packs-never-import-packs", file: "packs/tax/a.ts", bad: "../payroll/index.ts", good: "./b.ts" },
  {
    rule: "production-does-not-import-tests",
    file: "server/a.ts",
    bad: "../tests/support/database.ts",
    good: "../core/db/index.ts",
  },
];

function write(path: string, text = "export const x = 1;\n"): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function violations(): Promise<string[]> {
  const result: IReporterOutput = await cruise(
    ["."],
    {
      ruleSet: { forbidden: configuration.forbidden },
      validate: true,
      baseDir: folder,
      tsPreCompilationDeps: true,
    },
    { extensions: [".ts"] },
  );
  return (result.output as ICruiseResult).summary.violations.map(
    (violation) => `${violation.rule.name} ${violation.from}`,
  );
}

test("each import rule refuses its bad line and lets its good line pass", async () => {
  for (const path of [
    "shared/b.ts",
    "core/kernel/index.ts",
    "core/db/index.ts",
    "core/db/database.ts",
    "core/realtime/index.ts",
    "core/realtime/publish.ts",
    "capabilities/chat/index.ts",
    "capabilities/chat/contract.ts",
    "capabilities/chat/server/policy.ts",
    "capabilities/chat/web/index.ts",
    "packs/tax/b.ts",
    "packs/payroll/index.ts",
    "tests/support/database.ts",
  ])
    write(path);
  const importing = (target: string) => `import { x } from "${target}";\nexport const y = x;\n`;
  for (const { file, good } of examples) write(file, importing(good));
  expect(await violations()).toEqual([]);
  for (const { file, bad } of examples) write(file, importing(bad));
  const found = await violations();
  for (const { rule, file } of examples) expect(found).toContain(`${rule} ${file}`);
});
