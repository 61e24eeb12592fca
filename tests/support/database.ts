import pg from "pg";
import { inject } from "vitest";
import { type ConnectionSettings, Database } from "#core/db/index.ts";

export type TestDatabase = {
  application: ConnectionSettings;
  owner: ConnectionSettings;
  superuser: ConnectionSettings;
  /** As the application's role. */
  open: () => Database;
  drop: () => Promise<void>;
};

let count = 0;

/** A fresh, migrated database of this test file's own: a copy of the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const postgres = inject("postgres");
  const name = `chonai_test_${process.pid}_${Date.now().toString(36)}_${count++}`;
  const opened: Database[] = [];
  await asSuperuser(postgres.superuser, [
    `create database ${name} template ${postgres.template} owner ${postgres.owner.user}`,
    `grant connect on database ${name} to ${postgres.application.user}`,
  ]);
  const application = { ...postgres.application, database: name };
  return {
    application,
    owner: { ...postgres.owner, database: name },
    superuser: { ...postgres.superuser, database: name },
    open: () => {
      const database = new Database(application, { poolSize: 5, applicationName: "chonai test" });
      opened.push(database);
      return database;
    },
    drop: async () => {
      await Promise.all(opened.map((database) => database.close()));
      await asSuperuser(postgres.superuser, [`drop database if exists ${name} with (force)`]);
    },
  };
}

/** Runs SQL that neither role of the application may run: for making faults, never for making state. */
export async function asSuperuser(
  settings: ConnectionSettings,
  statements: readonly string[],
): Promise<pg.QueryResult> {
  const client = new pg.Client(settings);
  await client.connect();
  try {
    let last: pg.QueryResult | undefined;
    for (const statement of statements) last = await client.query(statement);
    return last!;
  } finally {
    await client.end();
  }
}
