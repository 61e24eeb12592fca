import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import pg from "pg";
import { type ConnectionSettings, clientConfig } from "./connection.ts";

/**
 * Brings graphile-worker's own schema up to the installed version, as the owner, and lets the application's role work in
 * it. Its tables are protected by row-level security without a policy, for their owner alone; ours gets policies for
 * everything, since a job is never reached but through the library's functions and its payload names the municipality.
 *
 * @param client a connection of the owner, with which the migrations are run
 */
export async function installJobSchema(
  client: pg.Client,
  owner: ConnectionSettings,
  applicationRole: string,
): Promise<void> {
  if ((await installedVersion(client)) < (await shippedVersion())) await runLibraryMigrations(owner);
  await client.query(grants(pg.escapeIdentifier(applicationRole)));
}

async function runLibraryMigrations(owner: ConnectionSettings): Promise<void> {
  const { runMigrations } = await import("graphile-worker");
  const pgPool = new pg.Pool({
    ...clientConfig(owner, "chonai migrate", 0),
    pipeline: false,
    max: 1,
  } as pg.PoolConfig);
  pgPool.on("error", () => {});
  pgPool.on("connect", (connection) => {
    connection.on("error", () => {});
  });
  try {
    await runMigrations({ pgPool, noHandleSignals: true });
  } finally {
    await pgPool.end();
  }
}

async function installedVersion(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    "select to_regclass('graphile_worker.migrations') is not null as known",
  );
  if (!rows[0].known) return 0;
  const newest = await client.query("select coalesce(max(id), 0) as id from graphile_worker.migrations");
  return Number(newest.rows[0].id);
}

/** The number of the newest migration that the library brings: 20 for `000020.sql`. */
async function shippedVersion(): Promise<number> {
  const entry = createRequire(import.meta.url).resolve("graphile-worker");
  const names = await readdir(join(dirname(entry), "..", "sql"));
  return Math.max(...names.map((name) => Number.parseInt(name, 10)).filter((id) => id > 0));
}

/** Again at every start: the role may be another one than before, and the library's tables may be new. */
function grants(role: string): string {
  return `
    do $$
    declare t record;
    begin
      for t in select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'graphile_worker' and c.relkind = 'r'
                  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'chonai_works_here') loop
        execute format('create policy chonai_works_here on %s using (true) with check (true)', t.name);
      end loop;
    end $$;
    grant usage on schema graphile_worker to ${role};
    grant select, insert, update, delete on all tables in schema graphile_worker to ${role};
    grant usage on all sequences in schema graphile_worker to ${role};
    grant execute on all functions in schema graphile_worker to ${role};`;
}
