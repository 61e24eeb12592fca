import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "#core/db/embedded/index.ts";
import { type ConnectionSettings, migrate } from "#core/db/index.ts";
import { silentLogger } from "#core/kernel/index.ts";

/** The PostgreSQL of this test run: who may make databases, who owns them, who the application is. */
export type TestPostgres = {
  superuser: ConnectionSettings;
  owner: ConnectionSettings;
  application: ConnectionSettings;
  template: string;
};

declare module "vitest" {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/**
 * Starts one PostgreSQL for the run and migrates one template database, which every test file copies.
 * CHONAI_TEST_POSTGRES (host=… port=… of a server with the roles chonai_owner and chonai_app, password "x") uses
 * another server, so that the same tests run on Debian's PostgreSQL too.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.CHONAI_TEST_POSTGRES
    ? existing(process.env.CHONAI_TEST_POSTGRES)
    : await embedded();
  const template = `chonai_template_${process.pid}`;
  const client = new pg.Client(server.superuser);
  await client.connect();
  await server.prepare?.(client);
  await client.query(`create database ${template} owner ${server.owner.user}`);
  await client.query(`revoke all on database ${template} from public`);
  await client.query(`grant connect on database ${template} to ${server.application.user}`);
  await client.end();
  await migrate({ ...server.owner, database: template }, server.application.user);
  project.provide("postgres", { ...server.settings, template });
  return async () => {
    await server.stop(template);
  };
}

async function embedded() {
  const directory = mkdtempSync(join(tmpdir(), "chonai-test-"));
  // The database runs as a user of its own when the tests run as root; it has to pass through.
  chmodSync(directory, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory, log: silentLogger });
  const settings = {
    superuser: postgres.superuser,
    owner: postgres.owner,
    application: postgres.application,
  };
  return {
    ...settings,
    settings,
    /** What a test makes needs not outlive a power cut; the tests of kills and power cuts start databases of their own. */
    prepare: async (client: pg.Client) => {
      await client.query("alter system set fsync = off");
      await client.query("alter system set full_page_writes = off");
      await client.query("select pg_reload_conf()");
    },
    stop: async () => {
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function existing(text: string) {
  const parts = new Map(text.split(/\s+/).map((part) => part.split("=") as [string, string]));
  const as = (user: string): ConnectionSettings => ({
    host: parts.get("host") ?? "/tmp",
    port: Number(parts.get("port") ?? 5432),
    user,
    password: "x",
    database: "postgres",
  });
  const settings = {
    superuser: as(parts.get("user") ?? "postgres"),
    owner: as("chonai_owner"),
    application: as("chonai_app"),
  };
  return {
    ...settings,
    settings,
    prepare: undefined,
    stop: async (template: string) => {
      const client = new pg.Client(settings.superuser);
      await client.connect();
      await client.query(`drop database if exists ${template} with (force)`);
      await client.end();
    },
  };
}
