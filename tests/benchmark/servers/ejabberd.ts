import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import xmppDriver from "../drivers/xmpp.ts";
import { canConnect, findPortBase, start, until } from "./processes.ts";
import type { Server } from "./server.ts";

const binaries = "/usr/lib/postgresql/15/bin";
const libraries = "/usr/lib/x86_64-linux-gnu";
const ejabberd = `${libraries}/ejabberd-23.01-1/ebin`;
const schema = "/usr/share/ejabberd/sql/pg.sql";

/** What is missing for a comparison on this machine, in words; undefined when nothing is. */
export function explainMissingEjabberd(): string | undefined {
  const isThere = [binaries, ejabberd, schema, "/usr/bin/setpriv", "/usr/bin/erl"].every((path) =>
    existsSync(path),
  );
  if (!isThere)
    return "--peer ejabberd needs Debian 12 with: apt-get install -y ejabberd erlang-p1-pgsql postgresql-15";
  if (process.getuid?.() !== 0)
    return "--peer ejabberd must run as root: both servers run as users of their own";
  return undefined;
}

/** ejabberd with its archive on a PostgreSQL of its own, on free loopback ports and in a folder of its own. */
export async function startEjabberd(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), "ejabberd-benchmark-"));
  chmodSync(directory, 0o755);
  const port = await findPortBase();
  const databasePort = port + 1;
  const database = await startPostgres(join(directory, "postgres"), databasePort);
  const settings = {
    host: "127.0.0.1",
    port: databasePort,
    user: "postgres",
    password: "x",
    database: "ejabberd",
  };
  await createSchema(settings);
  const home = join(directory, "ejabberd");
  mkdirSync(join(home, "mnesia"), { recursive: true });
  const configuration = join(home, "ejabberd.yml");
  const template = readFileSync(new URL("./ejabberd.yml.in", import.meta.url), "utf8");
  writeFileSync(
    configuration,
    template.replace("@PORT@", String(port)).replace("@DATABASE_PORT@", String(databasePort)),
  );
  execFileSync("chown", ["-R", "ejabberd:ejabberd", home]);
  const server = start(
    "/usr/bin/setpriv",
    [
      ...asUser("ejabberd"),
      ...["erl", "-noinput", "-noshell", "+K", "true", "+P", "250000", "+Q", "32000", "-pa", ejabberd],
      ...["-mnesia", "dir", `"${join(home, "mnesia")}"`, "-s", "ejabberd"],
    ],
    {
      cwd: home,
      env: {
        ...process.env,
        HOME: home,
        ERL_LIBS: libraries,
        EJABBERD_CONFIG_PATH: configuration,
        EJABBERD_LOG_PATH: join(home, "ejabberd.log"),
        ERL_CRASH_DUMP: "/dev/null",
      },
    },
  );
  await until("ejabberd", 60_000, () => canConnect(port), server);
  return {
    driver: xmppDriver({ port, pid: server.pid, postmaster: database.pid, database: settings }),
    versions: {
      ejabberd:
        /^Version: (.*)$/m.exec(execFileSync("dpkg", ["-s", "ejabberd"], { encoding: "utf8" }))?.[1] ?? "",
      postgresql: execFileSync(join(binaries, "postgres"), ["--version"], { encoding: "utf8" }).trim(),
    },
    settings:
      "archive on PostgreSQL with fsync and synchronous_commit on; shapers, limits, presence and TLS off",
    output: server.output,
    async stop() {
      await server.stop("SIGTERM");
      await database.stop("SIGINT");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function asUser(user: string): string[] {
  return [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--"];
}

async function startPostgres(directory: string, port: number) {
  mkdirSync(directory);
  execFileSync("chown", ["postgres:postgres", directory]);
  execFileSync(
    "/usr/bin/setpriv",
    [
      ...asUser("postgres"),
      ...[join(binaries, "initdb"), "-D", join(directory, "data"), "-A", "trust", "-U", "postgres"],
      ...["-E", "UTF8", "--locale=C.UTF-8"],
    ],
    { stdio: "pipe", cwd: directory },
  );
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: directory,
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    shared_buffers: "512MB",
    max_wal_size: "2GB",
  };
  const server = start(
    "/usr/bin/setpriv",
    [
      ...asUser("postgres"),
      ...[join(binaries, "postgres"), "-D", join(directory, "data")],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { cwd: directory },
  );
  await until("postgresql", 30_000, () => canConnect(port), server);
  return server;
}

async function createSchema(settings: pg.ClientConfig): Promise<void> {
  const run = async (database: string, sql: string) => {
    const client = new pg.Client({ ...settings, database });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await until("the database", 10_000, async () => {
    await run("postgres", "create database ejabberd");
    return true;
  });
  await run("ejabberd", readFileSync(schema, "utf8"));
}
