import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#shared/ids.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { Outside } from "#tests/support/outside.ts";
import { expectSealedOnce } from "#tests/support/sealed-once.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

let server: TestServer;
let outside: Outside;
beforeAll(async () => {
  server = await startTestServer();
  outside = await Outside.open(server.testDatabase.superuser);
});
afterAll(async () => {
  await outside.close();
  await server.stop();
});

async function twoRooms() {
  const tenantId = await buildMunicipality(server.database);
  const [sato, suzuki] = [
    await buildPerson(server.database, tenantId),
    await buildPerson(server.database, tenantId),
  ];
  const [a, b] = [await server.as(sato), await server.as(suzuki)];
  const [held, free] = [await a.createGroup([suzuki.id]), await a.createGroup([suzuki.id])];
  return { tenantId, sato, a, b, held: held.id as string, free: free.id as string };
}

/** An import that works for long in one transaction, as the application's role: it has a number and holds a room. */
async function beginImport(tenantId: string, roomId: string) {
  const client = new pg.Client(server.testDatabase.application);
  await client.connect();
  await client.query("begin");
  await client.query("select set_config('chonai.tenant', $1, true)", [tenantId]);
  let count = 0;
  return {
    async write(messages: number): Promise<void> {
      for (let i = 0; i < messages; i++) {
        count++;
        await client.query(
          `with counted as (
             update room_counter set last_seq = last_seq + 1 where tenant_id = $1 and room_id = $2 returning last_seq
           ), written as (
             insert into message (tenant_id, room_id, seq, id, sender_id, body, sent_at, client_message_id)
             select $1, $2, last_seq, $3, $4, $5, now(), $6 from counted
           )
           insert into outbox (tenant_id, type, topic_id, fields, published_at)
           select $1, 'message.sent', $2,
                  format('"roomId":"%s","message":{"seq":%s,"id":"%s","body":"%s"}', $2::text, last_seq, $3::text, $5::text),
                  now() from counted`,
          [tenantId, roomId, newId(), newId(), `移行 ${count}`, `import-${count}`],
        );
      }
    },
    async end(command: "commit" | "rollback"): Promise<void> {
      await client.query(command);
      await client.end();
    },
  };
}

test("an import that holds a room and a transaction number for long holds up neither other rooms nor the stream", async () => {
  const { tenantId, a, b, held, free } = await twoRooms();
  const stream = await b.stream();
  const longImport = await beginImport(tenantId, held);
  await longImport.write(20);

  // In the held room a send waits; everybody else goes on, through many seals and over the waiting one.
  const waiting = a.send(held, "待っている本文");
  await outside.untilWaiting("chonai");
  for (let i = 1; i <= 30; i++) {
    const [first, second] = await Promise.all([a.send(free, `甲 ${i}`), b.send(free, `乙 ${i}`)]);
    expect([first.status, second.status]).toEqual([201, 201]);
    await stream.until((frame) => frame.roomId === free && frame.message?.seq === 2 * i);
    if (i === 15) await longImport.write(5);
  }
  expect(stream.events.some((frame) => frame.roomId === held)).toBe(false);

  await longImport.end("commit");
  const sent = await waiting;
  expect(sent.status).toBe(201);
  expect(sent.body.seq).toBe(26);
  await stream.until((frame) => frame.message?.id === sent.body.id);
  await expectSealedOnce(server.database, tenantId);
  const inHeld = stream.events.filter((frame) => frame.roomId === held).map((frame) => frame.message.seq);
  expect(inHeld).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  const positions = stream.events.map((frame) => frame.position);
  expect(positions).toEqual(positions.map((_, i) => positions[0]! + i));
  stream.close();
});

test("what it had written is nowhere when it is undone, and the waiting send follows the last kept one", async () => {
  const { tenantId, a, b, held } = await twoRooms();
  expect((await a.send(held, "前の本文")).body.seq).toBe(1);
  await expectSealedOnce(server.database, tenantId);
  const stream = await b.stream();
  const longImport = await beginImport(tenantId, held);
  await longImport.write(10);
  const waiting = a.send(held, "後の本文");
  await outside.untilWaiting("chonai");
  await longImport.end("rollback");
  expect((await waiting).body.seq).toBe(2);
  await stream.until((frame) => frame.message?.seq === 2);
  // The first message may have been sealed before the stream was ready.
  const bodies = stream.events.flatMap(({ message }) => (message && message.seq > 1 ? [message.body] : []));
  expect(bodies).toEqual(["後の本文"]);
  await expectSealedOnce(server.database, tenantId);
  stream.close();
});

test("several imports that end in another order than they began are each sealed once", async () => {
  const { tenantId, a, b, held, free } = await twoRooms();
  const rooms = [held, (await a.createGroup([])).id, (await a.createGroup([])).id];
  const stream = await a.stream();
  const imports = [];
  for (const roomId of rooms) {
    const one = await beginImport(tenantId, roomId);
    await one.write(3);
    imports.push(one);
    await b.send(free, "間の本文");
  }
  for (const index of [1, 2, 0]) {
    await imports[index]!.end("commit");
    await b.send(free, "間の本文");
    await stream.until((frame) => frame.roomId === rooms[index] && frame.message?.seq === 3);
  }
  const sent = () => stream.events.filter((frame) => frame.type === "message.sent").length;
  await until("all are there", () => sent() === 9 + 6);
  await expectSealedOnce(server.database, tenantId);
  stream.close();
});
