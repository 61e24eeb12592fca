import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import pg from "pg";
import { OperatorError } from "#core/kernel/index.ts";
import { type ConnectionSettings, clientConfig } from "./connection.ts";
import { installJobSchema } from "./job-schema.ts";

export type Migration = { name: string; text: string; checksum: string };

const directory = new URL("../../migrations/", import.meta.url);
/** Two programs that start together migrate one after the other. An arbitrary number of ours. */
const migrationLock = 7_246_001;

/** The one ordered stream of migrations; file names are `YYYYMMDDHHMMSS-what-it-does.sql`. */
export async function listMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, directory), "utf8");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

/**
 * Brings the schema up to this program, as the role that owns it; each migration is one transaction. A migration that
 * was changed after it ran, or a database that is newer than the program, is refused before anything is touched.
 *
 * @returns the names of the migrations that ran now
 */
export async function migrate(owner: ConnectionSettings, applicationRole: string): Promise<string[]> {
  const migrations = await listMigrations();
  const client = new pg.Client({
    ...clientConfig(owner, "chonai migrate", 0),
    pipeline: false,
  } as pg.ClientConfig);
  client.on("error", () => {});
  await client.connect();
  try {
    // Waiting for another program that is migrating may take longer than a statement may.
    await client.query("set statement_timeout = 0; set lock_timeout = '10s'");
    await client.query("select set_config('lock_timeout', '0', false), pg_advisory_lock($1)", [
      migrationLock,
    ]);
    await client.query("set lock_timeout = '10s'");
    await client.query(
      `create table if not exists schema_migration
         (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
    const applied = await client.query<{ name: string; checksum: string }>(
      "select name, checksum from schema_migration order by name",
    );
    checkHistory(migrations, applied.rows);
    const done = new Set(applied.rows.map((row) => row.name));
    const pending = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of pending) await run(client, migration);
    await noticeRestore(client);
    // Every time: the application's role may be another one than before.
    await client.query("call grant_to_application($1)", [applicationRole]);
    await installJobSchema(client, owner, applicationRole);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end().catch(() => {});
  }
}

function checkHistory(
  known: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
): void {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = byName.get(row.name);
    if (!migration)
      throw new OperatorError({
        ja: `このデータベースは、新しい版の Chonai で使われています（${row.name}）。新しい版のプログラムで起動してください。`,
        en: `The database was used by a newer Chonai (${row.name}). Start the newer program.`,
      });
    if (migration.checksum !== row.checksum)
      throw new Error(
        `migration ${row.name} was changed after it ran; restore the file and add a new migration`,
      );
  }
}

/** A dump that was restored into another cluster holds transaction numbers of the old one: they are made good here. */
async function noticeRestore(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select cluster, current_cluster() as here from installation where cluster is distinct from current_cluster()",
  );
  if (rows.length === 0) return;
  if (rows[0].cluster === null) await client.query("update installation set cluster = current_cluster()");
  else await client.query("set statement_timeout = 0; call renumber_after_restore()");
}

async function run(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.text);
    await client.query("insert into schema_migration (name, checksum) values ($1, $2)", [
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw new Error(`migration ${migration.name} failed: ${(error as Error).message}`, { cause: error });
  }
}
