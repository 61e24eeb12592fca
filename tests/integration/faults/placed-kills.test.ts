import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import type { ConnectionSettings, Database } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { type Answer, ApiClient } from "#tests/support/api-client.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { Outside } from "#tests/support/outside.ts";
import { PersistentClient } from "#tests/support/persistent-client.ts";
import { findPortBase, makeDataFolder, Program } from "#tests/support/program.ts";
import { expectSealedOnce } from "#tests/support/sealed-once.ts";
import { ServerProcess } from "#tests/support/server-process.ts";
import { until } from "#tests/support/until.ts";

/*
 * kill -9 at exact places. The test holds a lock that the server needs at that place and sees in pg_stat_activity that
 * the server waits for it; SIGSTOP keeps the server from reading an answer that the database has already given.
 */
const place = makeDataFolder();
let testDatabase: TestDatabase;
let database: Database;
let outside: Outside;
let program: ServerProcess;
let environment: Record<string, string>;
let tenantId: string;
let tokens: [string, string];
let roomId: string;
/** A client that only listens, over all restarts. */
let listener: PersistentClient;
let listening: Promise<void>;

const urlOf = ({ host, port, user, password, database: name }: ConnectionSettings) =>
  `postgresql://${user}:${encodeURIComponent(password ?? "")}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.open();
  outside = await Outside.open(testDatabase.superuser);
  tenantId = await buildMunicipality(database);
  const people = [await buildPerson(database, tenantId), await buildPerson(database, tenantId)];
  tokens = [
    (await buildSession(database, people[0]!)).token,
    (await buildSession(database, people[1]!)).token,
  ];
  environment = {
    DATABASE_URL: urlOf(testDatabase.application),
    MIGRATION_DATABASE_URL: urlOf(testDatabase.owner),
  };
  program = new ServerProcess({
    data: place.path,
    portBase: await findPortBase(),
    args: ["--empty"],
    environment,
  });
  await program.start();
  roomId = (await new ApiClient(program.lgwan, tokens[0]).createGroup([people[1]!.id])).id;
  listener = new PersistentClient(() => program.lgwan, tokens[1], [roomId]);
  listening = listener.keepStream();
});

beforeEach(async () => {
  onTestFailed(() => console.log(program.output.slice(-4000)));
  if (program.hasEnded) await program.start();
  await until("the stream is ready", () => listener.isConnected);
});

afterEach(async () => {
  await outside.letGo();
});

afterAll(async () => {
  listener.stop();
  await listening;
  await program.stop();
  await outside.close();
  await testDatabase.drop();
  place.remove();
});

const holdRoom = () =>
  outside.hold("select from room_counter where tenant_id = $1 and room_id = $2", [tenantId, roomId]);
const holdStream = () => outside.hold("select from stream_head where tenant_id = $1", [tenantId]);
const holdAudit = () => outside.hold("select from audit_head where tenant_id = $1", [tenantId]);

/** Sends once; undefined when no answer came. */
function sendOnce(clientMessageId: string): Promise<Answer<any> | undefined> {
  return new ApiClient(program.lgwan, tokens[0])
    .send(roomId, `本文 ${clientMessageId}`, { clientMessageId })
    .catch(() => undefined);
}

const keptMessages = (clientMessageId: string) =>
  outside.query<{ id: string; seq: string }>(
    "select id, seq from message where tenant_id = $1 and room_id = $2 and client_message_id = $3",
    [tenantId, roomId, clientMessageId],
  );

async function isSealed(clientMessageId: string): Promise<boolean> {
  const rows = await outside.query(
    `select from outbox o join stream_batch b on b.tenant_id = o.tenant_id and o.id = any(b.outbox_ids)
      where o.tenant_id = $1 and o.fields like '%' || $2 || '%'`,
    [tenantId, clientMessageId],
  );
  return rows.length > 0;
}

/** The message reaches the listener, and after that everything has been given exactly one place and came once. */
async function expectOnce(clientMessageId: string): Promise<void> {
  const received = listener.received.get(roomId)!;
  await until("the listener has the message", () =>
    received.some((message) => message.clientMessageId === clientMessageId),
  );
  await expectSealedOnce(database, tenantId);
  expect(await keptMessages(clientMessageId)).toHaveLength(1);
  expect(received.map((message) => message.seq)).toEqual(received.map((_, i) => i + 1));
  expect(listener.counts).toMatchObject({ gaps: 0, doubled: 0, positionsBack: 0, resets: 0 });
  expect(listener.strange).toEqual([]);
}

describe("kill -9 of the server", () => {
  test("before the commit: nothing is kept, and the same send again makes the message", async () => {
    const clientMessageId = newId();
    await holdRoom();
    const answer = sendOnce(clientMessageId);
    await outside.untilWaiting("chonai");
    await program.kill();
    expect(await answer).toBeUndefined();
    // The connection that was waiting finds out when it gets the lock or looks around; it must not be waited for.
    const [pid] = await outside.waiting("chonai");
    if (pid !== undefined) await outside.terminate(pid);
    await outside.letGo();
    expect(await keptMessages(clientMessageId)).toEqual([]);
    await program.start();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await expectOnce(clientMessageId);
  });

  test("between the commit and the answer: the same send again is the same message", async () => {
    const clientMessageId = newId();
    await holdRoom();
    const answer = sendOnce(clientMessageId);
    await outside.untilWaiting("chonai");
    program.signal("SIGSTOP");
    await outside.letGo();
    await until("the message is committed", async () => (await keptMessages(clientMessageId)).length === 1);
    await program.kill();
    expect(await answer).toBeUndefined();
    await program.start();
    const again = await sendOnce(clientMessageId);
    expect(again?.status).toBe(200);
    expect(again?.body.id).toBe((await keptMessages(clientMessageId))[0]!.id);
    await expectOnce(clientMessageId);
  });

  test("between the commit and the sealing: the next start seals what nobody announced", async () => {
    const clientMessageId = newId();
    await holdRoom();
    const answer = sendOnce(clientMessageId);
    await outside.untilWaiting("chonai");
    program.signal("SIGSTOP");
    await outside.letGo();
    await until("the message is committed", async () => (await keptMessages(clientMessageId)).length === 1);
    expect(await isSealed(clientMessageId)).toBe(false);
    await program.kill();
    await answer;
    expect(await isSealed(clientMessageId)).toBe(false);
    await program.start();
    await expectOnce(clientMessageId);
  });

  test("while sealing, and the database finishes the seal of the dead", async () => {
    const clientMessageId = newId();
    await holdStream();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await outside.untilWaiting("chonai sealer");
    await program.kill();
    expect(await isSealed(clientMessageId)).toBe(false);
    await outside.letGo();
    await program.start();
    await expectOnce(clientMessageId);
  });

  test("while sealing, and the seal is undone", async () => {
    const clientMessageId = newId();
    await holdStream();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    const sealer = await outside.untilWaiting("chonai sealer");
    await program.kill();
    await outside.terminate(sealer).catch(() => {});
    await outside.letGo();
    expect(await isSealed(clientMessageId)).toBe(false);
    await program.start();
    await expectOnce(clientMessageId);
  });

  test("while sealing, and the next server starts before the dead one's seal is through", async () => {
    const [first, second] = [newId(), newId()];
    await holdStream();
    expect((await sendOnce(first))?.status).toBe(201);
    await outside.untilWaiting("chonai sealer");
    await program.kill();
    await program.start();
    // It cannot seal yet, but it acknowledges.
    expect((await sendOnce(second))?.status).toBe(201);
    await outside.letGo();
    await expectOnce(first);
    await expectOnce(second);
  });

  test("while the audit chain is being sealed: the chain holds", async () => {
    const clientMessageId = newId();
    await holdAudit();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await outside.untilWaiting("chonai audit");
    await program.kill();
    await outside.letGo();
    await program.start();
    await expectOnce(clientMessageId);
  });
});

describe("a connection that the database ends", () => {
  test("before the commit: the send is answered as unavailable and makes the message when it is sent again", async () => {
    const clientMessageId = newId();
    await holdRoom();
    const answer = sendOnce(clientMessageId);
    await outside.terminate(await outside.untilWaiting("chonai"));
    expect((await answer)?.status).toBe(503);
    expect((await answer)?.body.code).toBe("service-unavailable");
    expect((await answer)?.body.retryable).toBe(true);
    await outside.letGo();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await expectOnce(clientMessageId);
  });

  test("while sealing: the server takes the stream up again by itself and keeps its clients", async () => {
    const clientMessageId = newId();
    const { resumes } = listener.counts;
    await holdStream();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await outside.terminate(await outside.untilWaiting("chonai sealer"));
    await outside.letGo();
    await expectOnce(clientMessageId);
    expect(listener.counts.resumes).toBe(resumes);
  });

  test("while chaining the audit record: the server takes the chain up again by itself", async () => {
    const clientMessageId = newId();
    await holdAudit();
    expect((await sendOnce(clientMessageId))?.status).toBe(201);
    await outside.terminate(await outside.untilWaiting("chonai audit"));
    await outside.letGo();
    await until("every entry is chained", async () => {
      const open = await outside.query(
        `select from audit_entry e where tenant_id = $1
            and not exists (select from audit_link l where l.tenant_id = $1 and e.id = any(l.entry_ids))`,
        [tenantId],
      );
      return open.length === 0;
    });
    await expectOnce(clientMessageId);
  });
});

test("in the end the audit chain verifies, with one entry for each message", async () => {
  await program.stop();
  const verified = new Program(["audit", "verify", "--data", place.path], environment);
  const code = await verified.ended;
  expect(code, verified.output).toBe(0);
  expect(verified.output).toMatch(/未連鎖 0件/);
  const doubled = await outside.query(
    `select subject_id from audit_entry where tenant_id = $1 and action = 'message.sent'
      group by subject_id having count(*) > 1`,
    [tenantId],
  );
  expect(doubled).toEqual([]);
});
