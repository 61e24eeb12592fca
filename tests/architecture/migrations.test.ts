import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listMigrations } from "#core/db/index.ts";

test("migrations are named by their moment and what they do, and follow each other", async () => {
  const names = (await listMigrations()).map((migration) => migration.name);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name).toMatch(/^20\d{12}-[a-z0-9]+(-[a-z0-9]+)+\.sql$/);
  const moments = names.map((name) => name.slice(0, 14));
  expect(new Set(moments).size).toBe(moments.length);
  expect(moments).toEqual([...moments].sort());
});

/** Two branches that both add a migration must meet in this file, in git, not in production. */
test("the newest migration is the one that migrations/head names", async () => {
  const head = readFileSync(new URL("../../migrations/head", import.meta.url), "utf8").trim();
  expect((await listMigrations()).at(-1)?.name).toBe(head);
});

test("every table of a municipality is protected in the migration that makes it", async () => {
  for (const { name, text } of await listMigrations()) {
    const tables = [...text.matchAll(/create table (\w+) \(([\s\S]*?)\n\)/g)];
    for (const [, table, columns] of tables)
      if (/\btenant_id\b/.test(columns ?? ""))
        expect(text, `${name}: ${table}`).toContain(`call protect_by_tenant('${table}'`);
  }
});
