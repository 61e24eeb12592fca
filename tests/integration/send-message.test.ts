import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "#shared/ids.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function roomOfTwo() {
  const tenantId = await buildMunicipality(server.database);
  const [sato, suzuki] = [
    await buildPerson(server.database, tenantId),
    await buildPerson(server.database, tenantId),
  ];
  const [a, b] = [await server.as(sato), await server.as(suzuki)];
  const room = await a.createGroup([suzuki.id]);
  return { tenantId, sato, suzuki, a, b, room };
}

describe("sending a message", () => {
  test("reaches the members in order, with its number in the room", async () => {
    const { a, b, room, sato } = await roomOfTwo();
    const stream = await b.stream();
    for (const body of ["一通目", "二通目", "三通目"]) expect((await a.send(room.id, body)).status).toBe(201);
    await stream.until((frame) => frame.message?.seq === 3);
    const events = stream.events.filter((frame) => frame.type === "message.sent");
    expect(events.map((frame) => [frame.message.seq, frame.message.body, frame.message.senderId])).toEqual([
      [1, "一通目", sato.id],
      [2, "二通目", sato.id],
      [3, "三通目", sato.id],
    ]);
    const positions = stream.events.map((frame) => frame.position);
    expect(positions).toEqual([...positions].sort((x, y) => x - y));
    stream.close();
    const page = await b.get(`/api/v1/rooms/${room.id}/messages`);
    expect(page.body.items.map((message: any) => message.seq)).toEqual([1, 2, 3]);
  });

  test("again with the same clientMessageId is the same message, with another text a conflict", async () => {
    const { a, room } = await roomOfTwo();
    const clientMessageId = newId();
    const first = await a.send(room.id, "本文", { clientMessageId });
    const again = await a.send(room.id, "本文", { clientMessageId });
    const other = await a.send(room.id, "別の本文", { clientMessageId });
    expect([first.status, again.status, other.status]).toEqual([201, 200, 409]);
    expect(again.body).toEqual(first.body);
    expect(other.body.code).toBe("message-id-reused");
  });

  test("a hundred at once, each twice, are a hundred messages without gaps", async () => {
    const { a, b, room } = await roomOfTwo();
    const ids = Array.from({ length: 100 }, () => newId());
    const answers = await Promise.all(
      [...ids, ...ids].map((clientMessageId, index) =>
        [a, b][(index % 100) % 2]!.send(room.id, `本文 ${index % 100}`, { clientMessageId }),
      ),
    );
    expect(answers.every((answer) => answer.status === 201 || answer.status === 200)).toBe(true);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(100);
    const page = await a.get(`/api/v1/rooms/${room.id}/messages?limit=200`);
    expect(page.body.items.map((message: any) => message.seq)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
  });

  test("is refused to strangers as if the room did not exist", async () => {
    const { room, tenantId } = await roomOfTwo();
    const stranger = await server.as(await buildPerson(server.database, tenantId));
    const refused = await stranger.send(room.id, "見えますか");
    const unknown = await stranger.send(newId(), "見えますか");
    expect([refused.status, unknown.status]).toEqual([404, 404]);
    const { requestId: _a, ...first } = refused.body;
    const { requestId: _b, ...second } = unknown.body;
    expect(first).toEqual(second);
  });
});
