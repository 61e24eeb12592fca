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

  test("follows who may post now: where only owners do, nobody speaks on through older messages", async () => {
    const { id, seq } = await send("これまでの本文");
    await clients.sender.send(roomId, "返信", { threadSeq: seq });
    const room = await roomOf(clients.owner);
    const changed = await clients.owner.call("PUT", `/api/v1/rooms/${roomId}/settings`, {
      name: room.name,
      visibility: "closed",
      posting: "owners",
      version: room.version,
    });
    expect(changed.status).toBe(200);
    const only = [403, "forbidden", "room.only-owners-post"];
    expect(told(await clients.sender.put(path(id), { body: "新しい主張", version: 1 }))).toEqual(only);
    const title = { title: "新しい主張" };
    expect(told(await clients.sender.put(`/api/v1/rooms/${roomId}/threads/${seq}`, title))).toEqual(only);
    expect((await clients.owner.put(`/api/v1/rooms/${roomId}/threads/${seq}`, title)).status).toBe(200);
    expect((await clients.sender.put(path(id, "/deletion"), {})).status).toBe(200);
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

describe("asking to confirm (要確認)", () => {
  const ask = (more = {}) => send("避難計画を確認してください", { confirmation: {}, ...more });
  const mine = async (role: Role) => (await clients[role].get("/api/v1/me/confirmations")).body;

  test("waits for everybody but the sender, until each has confirmed", async () => {
    const deadline = "2026-11-30T17:00:00+09:00";
    const { id, confirmation } = await ask({ confirmation: { deadline } });
    expect(confirmation).toEqual({
      deadline: "2026-11-30T08:00:00.000Z",
      askedCount: 3,
      confirmedCount: 0,
      remindedAt: null,
    });
    expect((await lastOf(clients.guest)).confirmation.mine).toBe("waiting");
    expect((await mine("member")).waiting.map((item: any) => item.messageId)).toEqual([id]);
    expect((await clients.member.put(path(id, "/confirmation"))).status).toBe(204);
    expect((await clients.member.put(path(id, "/confirmation"))).status).toBe(204);
    expect((await mine("member")).waiting).toEqual([]);
    expect((await mine("sender")).asked[0].confirmation).toMatchObject({ askedCount: 3, confirmedCount: 1 });
    const { confirmed, waiting } = (await clients.owner.get(path(id, "/confirmations"))).body;
    expect(confirmed.map((each: any) => each.person.id)).toEqual([people.member.id]);
    expect(waiting.map((each: any) => each.id).sort()).toEqual([people.owner.id, people.guest.id].sort());
  });

  test("is confirmed by those who were asked alone", async () => {
    const { id } = await ask();
    await clients.owner.put(`/api/v1/rooms/${roomId}/members/${people.removed.id}`);
    const refused = [403, "forbidden", "message.not-asked"];
    expect(told(await clients.sender.put(path(id, "/confirmation")))).toEqual(refused);
    expect(told(await clients.removed.put(path(id, "/confirmation")))).toEqual(refused);
    const plain = await send("ふつうの投稿");
    expect(told(await clients.member.put(path(plain.id, "/confirmation")))).toEqual(refused);
    expect(told(await clients.member.get(path(plain.id, "/confirmations")))).toEqual([404, "not-found"]);
    await archive();
    expect(told(await clients.member.put(path(id, "/confirmation")))).toEqual([
      403,
      "forbidden",
      "room.archived",
    ]);
  });

  test("reminds those who have not, by who asked or owns the room, and counts as a mention", async () => {
    const { id } = await ask();
    await clients.member.put(path(id, "/confirmation"));
    const stream = await clients.guest.stream();
    const remind = (role: Role) => clients[role].post(path(id, "/confirmation/reminders"), {});
    expect(told(await remind("member"))).toEqual([403, "forbidden", "message.only-asker-reminds"]);
    expect((await remind("sender")).body).toEqual({ remindedCount: 2 });
    await stream.until((frame) => frame.type === "confirmation.reminded");
    stream.close();
    expect((await roomOf(clients.guest)).mentionSeqs).toEqual([1]);
    expect((await roomOf(clients.member)).mentionSeqs).toEqual([]);
    await clients.owner.delete(`/api/v1/rooms/${roomId}/members/${people.guest.id}`);
    expect((await remind("owner")).body).toEqual({ remindedCount: 1 });
    expect((await mine("guest")).waiting).toEqual([]);
  });

  test("ends with the message", async () => {
    const { id } = await ask();
    await clients.sender.put(path(id, "/deletion"), {});
    expect((await mine("member")).waiting).toEqual([]);
    expect((await mine("sender")).asked).toEqual([]);
    expect((await lastOf(clients.member)).confirmation).toBeUndefined();
  });

  test("by many at once, in one batch with ordinary messages, is asked and confirmed once each", async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? ask() : send(`ふつう ${i}`))),
    );
    const asked = sent.filter((message) => message.confirmation);
    expect(asked).toHaveLength(10);
    expect((await mine("guest")).waiting).toHaveLength(10);
    await Promise.all(
      asked.flatMap(({ id }) =>
        (["owner", "member", "guest"] as const).map((role) => clients[role].put(path(id, "/confirmation"))),
      ),
    );
    for (const item of (await mine("sender")).asked) expect(item.confirmation.confirmedCount).toBe(3);
  });
});

describe("threads (話題)", () => {
  const threads = async (role: Role) =>
    (await clients[role].get(`/api/v1/rooms/${roomId}/threads`)).body.items;

  test("keep the room's numbers, and can be read alone", async () => {
    await send("避難所の鍵について");
    await send("別の話");
    const reply = (await clients.member.send(roomId, "鍵は守衛室です", { threadSeq: 1 })).body;
    expect([reply.seq, reply.threadSeq, reply.replyTo]).toEqual([3, 1, 1]);
    await send("また別の話");
    await clients.guest.send(roomId, "受け取りました", { threadSeq: 1, replyTo: 3 });
    const all = (await clients.owner.get(`/api/v1/rooms/${roomId}/messages`)).body.items;
    expect(all.map((each: any) => each.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(all[0].thread).toMatchObject({ replyCount: 2, lastReplySeq: 5, title: null });
    const thread = await clients.owner.get(`/api/v1/rooms/${roomId}/messages?thread=1`);
    expect(thread.body.items.map((each: any) => each.seq)).toEqual([1, 3, 5]);
    const page = await clients.owner.get(`/api/v1/rooms/${roomId}/messages?thread=1&limit=2`);
    expect([page.body.items.map((each: any) => each.seq), page.body.hasBefore]).toEqual([[3, 5], true]);
    expect((await roomOf(clients.owner)).unread).toBe(5);
  });

  test("are listed with the newest first and what one has not read", async () => {
    await send("一つ目");
    await send("二つ目");
    await clients.member.send(roomId, "二つ目への返信", { threadSeq: 2 });
    await clients.member.send(roomId, "一つ目への返信", { threadSeq: 1 });
    await clients.owner.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 3 });
    expect((await threads("owner")).map((each: any) => [each.seq, each.unread])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    const next = await clients.owner.get(`/api/v1/rooms/${roomId}/threads?limit=1`);
    expect([next.body.items.length, next.body.hasMore]).toEqual([1, true]);
    const rest = await clients.owner.get(
      `/api/v1/rooms/${roomId}/threads?limit=1&before=${next.body.items[0].newestSeq}`,
    );
    expect([rest.body.items[0].seq, rest.body.hasMore]).toEqual([2, false]);
  });

  test("get their title from who started them, or an owner", async () => {
    await send("話題の元");
    const title = (role: Role, words: string | null) =>
      clients[role].put(`/api/v1/rooms/${roomId}/threads/1`, { title: words });
    expect((await title("sender", "避難所の鍵")).body.title).toBe("避難所の鍵");
    expect((await title("owner", "鍵の受け渡し")).status).toBe(200);
    expect(told(await title("member", "別名"))).toEqual([403, "forbidden", "message.only-starter-titles"]);
    expect((await threads("guest"))[0].thread.title).toBe("鍵の受け渡し");
    expect((await title("sender", null)).body.title).toBeNull();
    expect(await threads("guest")).toEqual([]);
  });

  test("do not nest, begin with a message that is there, and say nothing to strangers", async () => {
    await send("元");
    await clients.member.send(roomId, "返信", { threadSeq: 1 });
    const send400 = [400, "invalid-request"];
    expect(told(await clients.member.send(roomId, "入れ子", { threadSeq: 2 }))).toEqual(send400);
    expect(told(await clients.member.send(roomId, "無い", { threadSeq: 99 }))).toEqual(send400);
    for (const threadSeq of [1, 99])
      expect(told(await clients.removed.send(roomId, "外から", { threadSeq }))).toEqual([404, "not-found"]);
    const clientMessageId = newId();
    const again = { clientMessageId, threadSeq: 1 };
    const first = await clients.member.send(roomId, "二度", again);
    const second = await clients.member.send(roomId, "二度", again);
    expect([first.status, second.status, second.body]).toEqual([201, 200, first.body]);
    expect((await threads("owner"))[0].thread.replyCount).toBe(2);
  });
});
