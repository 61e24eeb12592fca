import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Role = "owner" | "sender" | "member" | "guest" | "removed";
let people: Record<Role, BuiltPerson>;
let clients: Record<Role, ApiClient>;
let tenantId: string;
let roomId: string;

beforeEach(async () => {
  tenantId = await buildMunicipality(server.database);
  const person = (kind?: "guest") => buildPerson(server.database, tenantId, kind ? { kind } : {});
  people = {
    owner: await person(),
    sender: await person(),
    member: await person(),
    guest: await person("guest"),
    removed: await person(),
  };
  clients = {
    owner: await server.as(people.owner),
    sender: await server.as(people.sender),
    member: await server.as(people.member),
    guest: await server.as(people.guest, "internet"),
    removed: await server.as(people.removed),
  };
  const others = [people.sender.id, people.member.id, people.guest.id, people.removed.id];
  roomId = (await clients.owner.createGroup(others)).id;
  await clients.owner.delete(`/api/v1/rooms/${roomId}/members/${people.removed.id}`);
});

const path = (id: string, part = "") => `/api/v1/rooms/${roomId}/messages/${id}${part}`;
const send = async (body: string, more = {}) => (await clients.sender.send(roomId, body, more)).body;
const lastOf = async (client: ApiClient) =>
  (await client.get(`/api/v1/rooms/${roomId}/messages`)).body.items.at(-1);
const roomOf = async (client: ApiClient) => (await client.get("/api/v1/rooms")).body.items[0];
const archive = () =>
  server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(
      build
        .updateTable("room")
        .set({ archived_at: new Date() })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", roomId),
    ),
  );

/** Status, code and rule of an answer, as far as it has them. */
const told = (answer: { status: number; body: any }) =>
  [answer.status, answer.body?.code, answer.body?.facts?.ruleId].filter((each) => each !== undefined);

describe("editing", () => {
  test("changes the text everywhere, keeps what it said, and says so", async () => {
    const { id } = await send("集合は9時です");
    const answer = await clients.sender.put(path(id), { body: "集合は10時です", version: 1 });
    expect([answer.status, answer.body.body, answer.body.version]).toEqual([200, "集合は10時です", 2]);
    expect(await lastOf(clients.guest)).toEqual(answer.body);
    expect((await roomOf(clients.member)).lastMessage.excerpt).toBe("集合は10時です");
    const versions = (await clients.member.get(path(id, "/versions"))).body.items;
    expect(versions.map((each: any) => [each.version, each.body])).toEqual([
      [1, "集合は9時です"],
      [2, "集合は10時です"],
    ]);
    expect(versions[1].writtenAt).toBe(answer.body.editedAt);
  });

  test("counts a mention that it adds, and no longer one that it takes back", async () => {
    const { id } = await send("確認してください", { mentions: [people.member.id] });
    await clients.sender.put(path(id), {
      body: "確認してください。",
      mentions: [people.guest.id],
      version: 1,
    });
    expect((await roomOf(clients.member)).mentionSeqs).toEqual([]);
    expect((await roomOf(clients.guest)).mentionSeqs).toEqual([1]);
    expect((await roomOf(clients.guest)).unread).toBe(1);
  });

  test("of an older version is refused and names the newer one; the same text is no change", async () => {
    const { id } = await send("一");
    const edits = await Promise.all(
      ["二", "三"].map((body) => clients.sender.put(path(id), { body, version: 1 })),
    );
    expect(edits.map((edit) => edit.status).sort()).toEqual([200, 409]);
    const refused = edits.find((edit) => edit.status === 409)!;
    expect([refused.body.code, refused.body.facts.version]).toEqual(["message-changed", 2]);
    const { body } = await lastOf(clients.sender);
    expect((await clients.sender.put(path(id), { body, version: 1 })).body.version).toBe(2);
  });

  test("is the sender's alone, and nobody's in an archived room", async () => {
    const { id } = await send("そのままで");
    const edit = (role: Role) => clients[role].put(path(id), { body: "別の本文", version: 1 });
    const refused = [403, "forbidden", "message.only-sender-edits"];
    expect(told(await edit("owner"))).toEqual(refused);
    expect(told(await edit("member"))).toEqual(refused);
    expect(told(await edit("guest"))).toEqual(refused);
    expect(told(await edit("removed"))).toEqual([404, "not-found"]);
    expect(told(await clients.sender.put(path(newId()), { body: "無い", version: 1 }))).toEqual([
      404,
      "not-found",
    ]);
    await archive();
    expect(told(await edit("sender"))).toEqual([403, "forbidden", "room.archived"]);
    expect(told(await clients.member.put(path(id, "/reactions/done")))).toEqual([
      403,
      "forbidden",
      "room.archived",
    ]);
  });

  test("leaves a message that is sent again the same message", async () => {
    const clientMessageId = newId();
    const { id } = await send("最初の本文", { clientMessageId });
    await clients.sender.put(path(id), { body: "直した本文", version: 1 });
    const again = await clients.sender.send(roomId, "最初の本文", { clientMessageId });
    expect([again.status, again.body.id, again.body.body]).toEqual([200, id, "直した本文"]);
  });

  test("checks the text as sending does", async () => {
    const { id } = await send("本文");
    const edit = (body: string) => clients.sender.put(path(id), { body, version: 1 });
    expect(told(await edit("   "))).toEqual([400, "invalid-request"]);
    expect(told(await edit("\u202e向き"))).toEqual([400, "invalid-text"]);
    expect(told(await edit("長".repeat(20_001)))).toEqual([400, "text-too-long"]);
  });
});

describe("deleting", () => {
  test("leaves who and when, and takes the text out of everything", async () => {
    const { id } = await send("間違えて送った個人情報", { mentions: [people.member.id] });
    await clients.sender.put(path(id), { body: "直した個人情報", mentions: [people.member.id], version: 1 });
    await clients.member.put(path(id, "/reactions/understood"));
    const answer = await clients.sender.put(path(id, "/deletion"), {});
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      body: "",
      mentions: [],
      deletion: { personId: people.sender.id, reason: null },
    });
    const room = await roomOf(clients.member);
    expect([room.lastMessage.excerpt, room.unread, room.mentions]).toEqual(["", 1, 0]);
    for (const what of ["", `/${id}/versions`, `/${id}/reactions`]) {
      const seen = await clients.member.get(`/api/v1/rooms/${roomId}/messages${what}`);
      expect(JSON.stringify(seen.body)).not.toContain("個人情報");
      expect(JSON.stringify(seen.body)).not.toContain("understood");
    }
    expect(told(await clients.sender.get(path(id, "/versions")))).toEqual([
      403,
      "forbidden",
      "message.deleted-is-closed",
    ]);
    // Again, it is the same; and nothing can be done with it any more.
    expect((await clients.sender.put(path(id, "/deletion"), {})).body).toEqual(answer.body);
    expect(told(await clients.sender.put(path(id), { body: "戻す", version: 3 }))).toEqual([
      409,
      "message-deleted",
    ]);
    expect(told(await clients.member.put(path(id, "/reactions/done")))).toEqual([409, "message-deleted"]);
  });

  test("of others' messages is the owner's, with a reason that everybody sees", async () => {
    const { id } = await send("不適切な投稿");
    const remove = (role: Role, body = {}) => clients[role].put(path(id, "/deletion"), body);
    const refused = [403, "forbidden", "message.only-sender-or-owner-deletes"];
    expect(told(await remove("member", { reason: "嫌い" }))).toEqual(refused);
    expect(told(await remove("guest", { reason: "嫌い" }))).toEqual(refused);
    expect(told(await remove("removed", { reason: "嫌い" }))).toEqual([404, "not-found"]);
    expect(told(await remove("owner"))).toEqual([400, "invalid-request"]);
    expect((await remove("owner", { reason: "宛先の誤り" })).status).toBe(200);
    expect((await lastOf(clients.guest)).deletion).toMatchObject({
      personId: people.owner.id,
      reason: "宛先の誤り",
    });
  });

  test("while it is edited ends in one of the two, never in both", async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await send(`競合 ${round}`);
      const [edited, deleted] = await Promise.all([
        clients.sender.put(path(id), { body: `直し ${round}`, version: 1 }),
        clients.owner.put(path(id, "/deletion"), { reason: "誤送信" }),
      ]);
      expect(deleted.status).toBe(200);
      expect([200, 409]).toContain(edited.status);
      expect((await lastOf(clients.member)).body).toBe("");
    }
  });

  test("keeps what it said for the record alone", async () => {
    const { id } = await send("記録に残る本文");
    await clients.sender.put(path(id, "/deletion"), {});
    const kept = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build.selectFrom("message_version").select(["version", "body"]).where("tenant_id", "=", tenantId),
      ),
    );
    expect(kept).toEqual([{ version: 1, body: "記録に残る本文" }]);
  });
});
