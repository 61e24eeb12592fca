import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, expect, onTestFailed, test } from "vitest";
import { findRunningDatabase, POSTGRESQL_MAJOR } from "#core/db/embedded/index.ts";
import { Database } from "#core/db/index.ts";
import { findInstallation, Tenants } from "#core/identity/index.ts";
import { systemClock } from "#core/kernel/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildPerson, buildSession } from "#tests/support/factories.ts";
import { type ClientCounts, PersistentClient } from "#tests/support/persistent-client.ts";
import { findPortBase, makeDataFolder, Program } from "#tests/support/program.ts";
import { Random } from "#tests/support/random.ts";
import { ServerProcess } from "#tests/support/server-process.ts";
import { until } from "#tests/support/until.ts";

const seed = 20_261_121;
const people = 20;
const rooms = 5;
const kinds = ["server", "postmaster", "backend", "terminated"] as const;
type Fault = (typeof kinds)[number];
/** Twenty times kill -9, and besides some backends that are ended politely, as an administrator would. */
const faults: Record<Fault, number> = { server: 10, postmaster: 5, backend: 5, terminated: 5 };

const place = makeDataFolder();
let program: ServerProcess | undefined;
const clients: PersistentClient[] = [];

afterAll(async () => {
  for (const client of clients) client.stop();
  await program?.stop();
  place.remove();
});

/** As the superuser of the running database; undefined while it cannot be reached. */
async function asSuperuser<Row extends pg.QueryResultRow>(sql: string): Promise<Row[] | undefined> {
  const settings = findRunningDatabase(place.path)?.superuser;
  if (!settings) return undefined;
  const client = new pg.Client({ ...settings, connectionTimeoutMillis: 2000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Sets up an empty installation as an administrator does, and adds people, sessions and rooms. */
async function furnish(
  running: ServerProcess,
): Promise<{ built: BuiltPerson[]; tokens: string[]; roomIds: string[][] }> {
  const code = /\n {2}((?:\w{4}-){3}\w{4})\n/.exec(running.output)?.[1];
  const answer = await new ApiClient(running.lgwan, undefined).post("/api/v1/set-up", {
    code,
    municipalityName: "試験市",
    slug: "shiken",
    administrator: {
      loginId: "admin",
      password: "a long enough password 1",
      familyName: "管理",
      givenName: "太郎",
      familyKana: "かんり",
      givenKana: "たろう",
    },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const database = new Database(findRunningDatabase(place.path)!.application, { poolSize: 4 });
  const random = new Random(seed);
  try {
    expect(await findInstallation(database)).toMatchObject({ isDemo: false });
    const tenantId = (await new Tenants(database, systemClock).list())[0]!.id;
    const built: BuiltPerson[] = [];
    const tokens: string[] = [];
    for (let i = 0; i < people; i++) {
      built.push(await buildPerson(database, tenantId));
      tokens.push((await buildSession(database, built[i]!)).token);
    }
    // The first person is in every room, the others in three of them.
    const members = Array.from({ length: rooms }, () => [0]);
    for (let i = 1; i < people; i++)
      for (const room of random.shuffle([0, 1, 2, 3, 4]).slice(0, 3)) members[room]!.push(i);
    const roomIds: string[][] = built.map(() => []);
    const owner = new ApiClient(running.lgwan, tokens[0]);
    for (const list of members) {
      const room = await owner.createGroup(list.slice(1).map((i) => built[i]!.id));
      for (const i of list) roomIds[i]!.push(room.id);
    }
    return { built, tokens, roomIds };
  } finally {
    await database.close();
  }
}

function postmasterPid(): number | undefined {
  const cluster = join(place.path, `postgres-${POSTGRESQL_MAJOR}`);
  try {
    const pid = Number.parseInt(readFileSync(join(cluster, "postmaster.pid"), "utf8"), 10);
    return readlinkSync(`/proc/${pid}/cwd`) === cluster ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Makes one fault; false when there was nothing to hit at this moment. */
async function makeFault(fault: Fault, random: Random): Promise<boolean> {
  if (fault === "server") {
    await program!.kill();
    await program!.start();
    return true;
  }
  if (fault === "postmaster") {
    const pid = postmasterPid();
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    return pid !== undefined;
  }
  const backends = await asSuperuser<{ pid: number }>(
    "select pid from pg_stat_activity where application_name like 'chonai%' order by pid",
  );
  if (!backends || backends.length === 0) return false;
  const { pid } = random.pick(backends);
  if (fault === "backend") {
    process.kill(pid, "SIGKILL");
    return true;
  }
  return (await asSuperuser(`select pg_terminate_backend(${pid})`)) !== undefined;
}

const clientsEverywhere = (key: keyof ClientCounts) =>
  clients.reduce((sum, client) => sum + client.counts[key], 0);

test("kill -9 of the server and of the database, twenty times in the middle of sends, loses and doubles nothing", async () => {
  program = new ServerProcess({
    data: place.path,
    portBase: await findPortBase(),
    args: ["--empty", "--rate-factor", "100"],
  });
  const made: Record<Fault, number> = { server: 0, postmaster: 0, backend: 0, terminated: 0 };
  onTestFailed(() => {
    console.log(JSON.stringify({ made, clients: clients.map((client) => client.counts) }));
    console.log(clients.flatMap((client) => client.strange).slice(0, 20));
    console.log(program?.output.slice(-8000));
  });
  await program.start();
  const { tokens, roomIds } = await furnish(program);

  let sending = true;
  const work = tokens.map((token, i) => {
    const client = new PersistentClient(() => program!.lgwan, token, roomIds[i]!);
    clients.push(client);
    return Promise.all([client.keepStream(), converse(client, roomIds[i]!, i, () => sending)]);
  });
  await until("all streams are ready", () => clients.every((client) => client.isConnected));

  const random = new Random(seed + 1);
  const plan = random.shuffle(kinds.flatMap((kind) => Array.from({ length: faults[kind] }, () => kind)));
  for (const fault of plan) {
    // The next fault waits for work to have gone on, so every one is recovered from without anybody's help.
    const goal = clientsEverywhere("acknowledged") + random.between(60, 200);
    await until("sends are acknowledged again", () => clientsEverywhere("acknowledged") >= goal);
    await sleep(random.between(0, 30));
    await until(`${fault} was hit`, () => makeFault(fault, random));
    made[fault]++;
  }
  const goal = clientsEverywhere("acknowledged") + 200;
  await until("sends are acknowledged at the end", () => clientsEverywhere("acknowledged") >= goal);
  sending = false;
  await until("every send is acknowledged", () =>
    clients.every((client) => client.counts.sends === client.counts.acknowledged),
  );

  // What the server has, read by the one who is in every room.
  const reader = new ApiClient(program.lgwan, tokens[0]);
  type Kept = { seq: number; id: string; body: string; clientMessageId: string; senderId: string };
  const kept = new Map<string, Kept[]>();
  for (const roomId of roomIds[0]!) {
    const list: Kept[] = [];
    for (;;) {
      const page = await reader.get(`/api/v1/rooms/${roomId}/messages?after=${list.length}&limit=200`);
      expect(page.status).toBe(200);
      list.push(...page.body.items);
      if (!page.body.hasAfter) break;
    }
    kept.set(roomId, list);
  }
  await until("every stream has caught up", () =>
    clients.every((client, i) =>
      roomIds[i]!.every((roomId) => client.received.get(roomId)!.length >= kept.get(roomId)!.length),
    ),
  );

  const acknowledged = clients.flatMap((client) => client.acknowledged);
  const byClientId = Map.groupBy([...kept.values()].flat(), (message) => message.clientMessageId);
  const lost = acknowledged.filter((ack) => !byClientId.has(ack.clientMessageId));
  const doubled = [...byClientId.values()].filter((messages) => messages.length > 1);
  const report = {
    faults: made,
    sends: clientsEverywhere("sends"),
    acknowledged: acknowledged.length,
    retries: clientsEverywhere("retries"),
    answeredFromBefore: clientsEverywhere("answeredFromBefore"),
    resumes: clientsEverywhere("resumes"),
    resets: clientsEverywhere("resets"),
    delivered: clientsEverywhere("events"),
    lost: lost.length,
    doubled: doubled.length,
    gapsInStreams: clientsEverywhere("gaps"),
    doubledInStreams: clientsEverywhere("doubled"),
    positionsBack: clientsEverywhere("positionsBack"),
  };
  console.log(`random kills, seed ${seed}: ${JSON.stringify(report)}`);

  expect(clients.flatMap((client) => client.strange)).toEqual([]);
  expect(report).toMatchObject({
    faults,
    acknowledged: report.sends,
    lost: 0,
    doubled: 0,
    gapsInStreams: 0,
    doubledInStreams: 0,
    positionsBack: 0,
  });
  // Without gaps, nothing that nobody sent, and what was acknowledged is what is kept.
  for (const list of kept.values())
    expect(list.map((message) => message.seq)).toEqual(list.map((_, i) => i + 1));
  expect(byClientId.size).toBe(acknowledged.length);
  for (const ack of acknowledged) {
    const [message] = byClientId.get(ack.clientMessageId)!;
    expect(message).toMatchObject({ id: ack.id, seq: ack.seq, body: ack.body });
  }
  // In the order of acknowledgement, for each sender and room.
  for (const client of clients)
    for (const acks of Map.groupBy(client.acknowledged, (ack) => ack.roomId).values())
      expect(acks.map((ack) => ack.seq)).toEqual(acks.map((ack) => ack.seq).toSorted((a, b) => a - b));
  // Every client has what the server has, each once and in order.
  const columns = (message: Kept | { seq: number; id: string; body: string }) => [
    message.seq,
    message.id,
    message.body,
  ];
  clients.forEach((client, i) => {
    for (const roomId of roomIds[i]!)
      expect(client.received.get(roomId)!.map(columns)).toEqual(kept.get(roomId)!.map(columns));
  });

  for (const client of clients) client.stop();
  await Promise.all(work);
  await program.stop();
  const verified = new Program(["audit", "verify", "--data", place.path]);
  const code = await verified.ended;
  console.log(verified.output.trim());
  expect(code, verified.output).toBe(0);
  expect(verified.output).toMatch(/未連鎖 0件/);
  const entries = Number(/: (\d+)件/.exec(verified.output)?.[1]);
  expect(entries).toBeGreaterThanOrEqual(acknowledged.length);
}, 600_000);

/** Sends one message after the other, and does now and then what else a client does. */
async function converse(
  client: PersistentClient,
  roomIds: readonly string[],
  index: number,
  isOn: () => boolean,
): Promise<void> {
  const random = new Random(seed + 100 + index);
  for (let count = 1; isOn(); count++) {
    const roomId = random.pick(roomIds);
    await client.send(roomId, `${index} の ${count} 通目`);
    const other = random.between(1, 12);
    if (other === 1) await client.request("GET", "/api/v1/rooms");
    if (other === 2) await client.request("GET", `/api/v1/rooms/${roomId}/messages?around=${count}&limit=50`);
    if (other === 3) await client.request("GET", `/api/v1/rooms/${roomId}/members`);
    if (other === 4) await client.request("GET", "/api/v1/me");
    if (other === 5) await client.request("GET", "/api/v1/people?q=しけん");
    if (other === 6) await client.request("PUT", `/api/v1/rooms/${roomId}/read-position`, { seq: count });
    if (other === 7) await client.request("GET", `/api/v1/rooms/${roomId}/messages?limit=20`);
    await sleep(random.between(40, 140));
  }
}
