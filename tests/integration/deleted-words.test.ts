import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "#tests/support/api-client.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let owner: ApiClient;
let member: BuiltPerson;
let guest: BuiltPerson;

beforeAll(async () => {
  server = await startTestServer();
  const tenantId = await buildMunicipality(server.database);
  owner = await server.as(await buildPerson(server.database, tenantId));
  member = await buildPerson(server.database, tenantId);
  guest = await buildPerson(server.database, tenantId, { kind: "guest" });
});
afterAll(() => server.stop());

/** Everything that a person is told who says to have been away since a position. */
async function toldSince(person: BuiltPerson, position: number, until: string): Promise<any[]> {
  const stream = await (await server.as(person)).stream(position);
  await stream.until((frame) => frame.type === "message.sent" && frame.message.body === until);
  stream.socket.close();
  return stream.events;
}

test("what a deleted message said is told nobody again, from memory or from the log", async () => {
  const watching = await owner.stream();
  const from = watching.frames[0]!.position;
  const room = (await owner.createGroup([member.id])).id;
  const send = async (body: string) => (await owner.send(room, body)).body;
  const path = (id: string) => `/api/v1/rooms/${room}/messages/${id}`;
  const kept = await send("残る本文");
  const secret = await send("誤って貼った口座番号");
  await owner.put(path(secret.id), { body: "誤って貼った口座番号です", version: 1 });
  // Who comes now is shown the newest words of the room in the event of the invitation.
  const late = await buildPerson(server.database, member.tenantId);
  await owner.put(`/api/v1/rooms/${room}/members/${late.id}`);
  expect((await owner.put(`${path(secret.id)}/deletion`, {})).status).toBe(200);
  await owner.put(`/api/v1/rooms/${room}/members/${guest.id}`);
  await send("ここまで");
  await watching.until((frame) => frame.message?.body === "ここまで");
  watching.socket.close();

  const check = async () => {
    // Who came and left before a guest came is none of a guest's business: no replay at all.
    const asGuest = await (await server.as(guest, "internet")).stream(from);
    expect(asGuest.frames[0]!.type).toBe("reset");
    asGuest.socket.close();
    for (const person of [member, late]) {
      const told = await toldSince(person, from, "ここまで");
      expect(JSON.stringify(told)).not.toContain("口座番号");
      expect(JSON.stringify(told)).toContain("残る本文");
      const page = (await (await server.as(member)).get(`/api/v1/rooms/${room}/messages`)).body.items;
      // What is told is what is read: a client needs no other event to show it rightly.
      const sent = told.filter((frame) => frame.type === "message.sent").map((frame) => frame.message);
      expect(sent).toEqual(page);
      expect(sent.map((message) => message.seq)).toEqual([kept.seq, secret.seq, secret.seq + 1]);
    }
  };
  await check();
  await server.restart(async () => {});
  await check();
  // As deletions were told before an event could take words back; the migration mends them.
  const { owner: role, superuser } = server.testDatabase;
  const mend = readFileSync("migrations/20261121195200-withdraw-words-deleted-before.sql", "utf8");
  await server.restart(async () => {
    await asSuperuser(superuser, ["update outbox set effect = null where type = 'message.deleted'"]);
    await asSuperuser(role, [mend]);
  });
  await check();
});
