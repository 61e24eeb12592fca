import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { cancel, defineTask, enqueue, JobRunner, taskName } from "#core/jobs/index.ts";
import { silentLogger } from "#core/kernel/index.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { buildMunicipality } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

const note = taskName("test.take-note", z.object({ words: z.string() }));
const cut = taskName("test.cut-off", z.object({ fails: z.boolean() }));
const stumble = taskName("test.stumble", z.object({}));

let server: TestServer;
let tenantId: string;
let runner: JobRunner;
const notes: { tenantId: string; words: string; at: number }[] = [];
const attempts: number[] = [];
const runs: boolean[] = [];
/** Keeps the runner from noting how a job ended. */
let lock: pg.Client;
const endConnections = () =>
  asSuperuser(server.testDatabase.superuser, [
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%jobs'",
  ]);

beforeAll(async () => {
  server = await startTestServer();
  lock = new pg.Client(server.testDatabase.superuser);
  await lock.connect();
  tenantId = await buildMunicipality(server.database);
  runner = new JobRunner({
    database: server.database,
    log: silentLogger,
    tasks: [
      defineTask(note, async ({ words }, context) => {
        notes.push({ tenantId: context.tenantId, words, at: Date.now() });
      }),
      defineTask(cut, async ({ fails }) => {
        runs.push(fails);
        if (runs.filter((each) => each === fails).length > 1) return;
        await lock.query("begin; lock table graphile_worker._private_jobs in access exclusive mode");
        if (fails) throw new Error("cut off");
      }),
      defineTask(stumble, async (_payload, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 2) throw new Error("not yet");
      }),
    ],
    schedules: [],
    isAlone: true,
  });
  runner.start();
});

afterAll(async () => {
  await runner.stop();
  await lock.end();
  await server.stop();
});

const ask = (words: string, options?: Parameters<typeof enqueue>[4]) =>
  server.database.transaction(scopeOf(tenantId), (tx) => enqueue(tx, tenantId, note, { words }, options));
const noted = (words: string) => notes.filter((each) => each.words === words);

describe("a task", () => {
  test("cannot be asked for in the name of another municipality", async () => {
    const other = await buildMunicipality(server.database);
    const asking = server.database.transaction(scopeOf(tenantId), (tx) =>
      enqueue(tx, other, note, { words: "よその町" }),
    );
    await expect(asking).rejects.toThrow("belongs to the municipality");
  });

  test("runs behind the commit, for the municipality that asked; a transaction that failed asks for nothing", async () => {
    await expect(
      server.database.transaction(scopeOf(tenantId), async (tx) => {
        await enqueue(tx, tenantId, note, { words: "undone" });
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    await ask("done");
    await until("the note is taken", () => noted("done").length > 0);
    expect(noted("done")).toMatchObject([{ tenantId }]);
    expect(noted("undone")).toEqual([]);
  });

  test("waits for its moment", async () => {
    const at = new Date(Date.now() + 1500);
    await ask("later", { at });
    await until("the moment has come", () => noted("later").length > 0);
    expect(noted("later")[0]!.at).toBeGreaterThanOrEqual(at.getTime());
  });

  test("with a key waits once: the last asking counts, or the first when that is wanted; it can be taken back", async () => {
    const at = new Date(Date.now() + 1500);
    await ask("replaced", { at, key: "a" });
    await ask("replacing", { at, key: "a" });
    await ask("kept", { at, key: "b" });
    await ask("passed over", { at, key: "b", keep: "first" });
    await ask("taken back", { at, key: "c" });
    await server.database.transaction(scopeOf(tenantId), (tx) => cancel(tx, tenantId, note, "c"));
    await until("both have run", () => noted("replacing").length + noted("kept").length === 2);
    expect([noted("replaced"), noted("passed over"), noted("taken back")]).toEqual([[], [], []]);
  });

  test("that fails is tried again", async () => {
    await server.database.transaction(scopeOf(tenantId), (tx) => enqueue(tx, tenantId, stumble, {}));
    await until("it has succeeded", () => attempts.length >= 2);
    expect(attempts).toEqual([1, 2]);
  });

  test("is run after the database has ended the runner's connections", async () => {
    await endConnections();
    await ask("after the fall");
    await until("the runner is back", () => noted("after the fall").length > 0);
  });

  test.each([
    { fails: false, name: "done" },
    { fails: true, name: "failed" },
  ])(
    "whose connection breaks while it is noted as $name is run again soon, and ends nothing else",
    async ({ fails }) => {
      await server.database.transaction(scopeOf(tenantId), (tx) => enqueue(tx, tenantId, cut, { fails }));
      // Others wait as well, to look for a job: what is broken off must be the noting. Asked from outside of the
      // transaction that locks, which would be told the same again and again.
      const breakNoting = () =>
        asSuperuser(server.testDatabase.superuser, [
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%jobs'
              and wait_event_type = 'Lock' and query ~ 'delete from|last_error ='`,
        ]);
      await until("the runner waits to note it", async () => (await breakNoting()).rows.length > 0);
      await lock.query("rollback");
      await until("it has run again", () => runs.filter((each) => each === fails).length > 1);
    },
  );
});

test("of several nodes' jobs only those come back that a node had taken which is gone", async () => {
  const later = { at: new Date(Date.now() + 3_600_000) };
  await ask("of the dead", later);
  await ask("of the living", later);
  const taken = (node: string, words: string) =>
    `update graphile_worker._private_jobs set run_at = now(), locked_at = now() - interval '2 minutes', locked_by = '${node}'
      where payload::text like '%${words}%'`;
  await lock.query("select pg_advisory_lock(hashtextextended('pool-living', 0))");
  await asSuperuser(server.testDatabase.superuser, [
    taken("pool-dead", "of the dead"),
    taken("pool-living", "of the living"),
  ]);
  const other = new JobRunner({
    database: server.database,
    log: silentLogger,
    tasks: [],
    schedules: [],
    isAlone: false,
  });
  other.start();
  await until("the dead node's job is run", () => noted("of the dead").length > 0);
  await other.stop();
  const { rows } = await asSuperuser(server.testDatabase.superuser, [
    "select locked_by from graphile_worker._private_jobs where payload::text like '%of the living%'",
  ]);
  expect([rows, noted("of the living")]).toEqual([[{ locked_by: "pool-living" }], []]);
});
