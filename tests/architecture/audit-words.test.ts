import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { auditWords } from "#capabilities/governance/server/audit-words.ts";

/** Every action that some file writes into the record, as far as its text tells: after `action:`, or as a first argument. */
function listActions(): Set<string> {
  const files = globSync(
    ["core/**/*.ts", "capabilities/**/server/**/*.ts", "server/**/*.ts", "cli/**/*.ts"],
    {
      exclude: (name) => name.includes("node_modules") || name.endsWith(".test.ts"),
    },
  );
  const found = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    if (!/recordAudit|auditColumns|AuditFact/.test(text)) continue;
    for (const [, rest] of text.matchAll(/\baction(?::|\s=)\s*([^,;{}]+)/g))
      for (const [, action] of rest!.matchAll(/"([a-z-]+\.[a-z-]+)"/g)) found.add(action!);
    for (const [, action] of text.matchAll(/\b(?:fact|done|record|note)\(\s*"([a-z-]+\.[a-z-]+)"/g))
      found.add(action!);
  }
  return found;
}

test("every action that the program records has a sentence in both languages", () => {
  const actions = listActions();
  expect(actions.size).toBeGreaterThan(60);
  const missing = [...actions].filter((action) => !auditWords[action]);
  expect(missing, "write their sentences into capabilities/governance/server/audit-words.ts").toEqual([]);
  for (const [action, { ja, en }] of Object.entries(auditWords)) {
    expect([action, ja.length > 4, en.length > 4]).toEqual([action, true, true]);
    const holes = (words: string) => [...words.matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole).sort();
    expect([action, holes(en)]).toEqual([action, holes(ja)]);
  }
});
