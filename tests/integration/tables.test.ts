import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startTestServer } from "#tests/support/server.ts";

const root = new URL("../../", import.meta.url).pathname;

test("the types of the tables are those of the migrated database", async () => {
  const server = await startTestServer();
  const { host, port, user, password, database } = server.testDatabase.owner;
  const url = new URL(`postgresql://localhost/${database}`);
  url.username = user;
  url.password = password ?? "";
  url.searchParams.set("host", host);
  url.searchParams.set("port", String(port));
  const printed = join(tmpdir(), `chonai-tables-${process.pid}.ts`);
  await promisify(execFile)(
    process.execPath,
    [
      join(root, "node_modules/.bin/kysely-codegen"),
      ...["--dialect", "postgres", "--date-parser", "string", "--type-mapping", '{"int8":"number"}'],
      ...["--exclude-pattern", "graphile_worker.*", "--out-file", printed],
    ],
    { env: { ...process.env, DATABASE_URL: url.href }, cwd: root },
  );
  // After a migration: run this test with -u, which writes the file.
  await expect(await readFile(printed, "utf8")).toMatchFileSnapshot(
    join(root, "core/db/tables.generated.ts"),
  );
  await server.stop();
});
