import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chatEvents } from "#capabilities/chat/contract.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { type Observer, verifyAction } from "#tests/support/verify-action.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

type Cast = {
  sender: BuiltPerson;
  member: BuiltPerson;
  guest: BuiltPerson;
  removed: BuiltPerson;
  outside: BuiltPerson;
};
let cast: Cast;
let sender: ApiClient;
let roomId: string;
let observers: Observer[];
const seen = new Set<string>();

beforeEach(async () => {
  const tenantId = await buildMunicipality(server.database);
  const person = (kind?: "guest") => buildPerson(server.database, tenantId, kind ? { kind } : {});
  cast = {
    sender: await person(),
    member: await person(),
    guest: await person("guest"),
    removed: await person(),
    outside: await person(),
  };
  sender = await server.as(cast.sender);
  roomId = (await sender.createGroup([cast.member.id, cast.guest.id, cast.removed.id, cast.outside.id])).id;
  await sender.send(roomId, "前からある投稿");
  await sender.delete(`/api/v1/rooms/${roomId}/members/${cast.removed.id}`);
  observers = [
    { name: "sender", person: cast.sender },
    { name: "member", person: cast.member },
    { name: "guest", person: cast.guest, zone: "internet" },
    { name: "removed member", person: cast.removed },
    { name: "staff outside", person: cast.outside, zone: "internet" },
  ];
});

async function verify(action: () => Promise<unknown>, racing?: () => Promise<unknown>) {
  const received = await verifyAction(server, observers, action, racing);
  for (const types of Object.values(received)) for (const type of types) seen.add(type);
  return received;
}

describe("apply(old, events) equals a fresh fetch", () => {
  test("when a message is sent, with mentions and an answer, while another member sends too", async () => {
    const member = await server.as(cast.member);
    const received = await verify(
      async () => {
        await sender.send(roomId, "確認をお願いします", {
          mentions: [cast.member.id, cast.guest.id, cast.removed.id],
        });
        await sender.send(roomId, "返信です", { replyTo: 1 });
      },
      async () => {
        for (let i = 0; i < 5; i++) await member.send(roomId, `同時の投稿 ${i}`);
      },
    );
    expect(received.member).toHaveLength(7);
    expect(received["removed member"]).toEqual([]);
  });

  test("when sections, posts and everybody are mentioned, while somebody joins", async () => {
    const received = await verify(
      async () => {
        const answer = await sender.send(roomId, "@全員 集合してください", {
          mentionTargets: [{ kind: "everybody" }],
        });
        expect(answer.status).toBe(201);
      },
      () => sender.put(`/api/v1/rooms/${roomId}/members/${cast.removed.id}`),
    );
    expect(received.member).toContain("message.sent");
  });

  test("when a draft is kept and thrown away: only its writer hears of it", async () => {
    const draft = { body: "書きかけ", mentioned: [], replyTo: null, basedOn: 0 };
    const received = await verify(
      async () => {
        await sender.put(`/api/v1/drafts/${roomId}`, draft);
        await sender.delete(`/api/v1/drafts/${roomId}?version=1`);
      },
      () => sender.send(roomId, "書いている間の投稿"),
    );
    expect(received.sender!.filter((type) => type === "draft.changed")).toHaveLength(2);
    expect(received.member).not.toContain("draft.changed");
  });

  test("when members read, while somebody sends", async () => {
    const [member, guest] = [await server.as(cast.member), await server.as(cast.guest, "internet")];
    await verify(
      async () => {
        await Promise.all([
          member.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 1 }),
          guest.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 99 }),
        ]);
      },
      () => sender.send(roomId, "読んでいる間の投稿"),
    );
  });

  test("when members react and take it back, while others react to the same message", async () => {
    const [member, guest] = [await server.as(cast.member), await server.as(cast.guest, "internet")];
    const { id } = (await sender.get(`/api/v1/rooms/${roomId}/messages`)).body.items[0];
    const path = (reaction: string) => `/api/v1/rooms/${roomId}/messages/${id}/reactions/${reaction}`;
    const received = await verify(
      async () => {
        await member.put(path("understood"));
        await member.put(path("done"));
        await member.delete(path("understood"));
        await sender.delete(path("done"));
      },
      async () => {
        await Promise.all([guest.put(path("understood")), sender.put(path("understood"))]);
        await guest.delete(path("understood"));
      },
    );
    // Taking back what is not there says nothing.
    expect(received.guest).toHaveLength(6);
    expect(received["removed member"]).toEqual([]);
  });

  test("when messages are edited and deleted, while others react, read and send", async () => {
    const [member, guest] = [await server.as(cast.member), await server.as(cast.guest, "internet")];
    const [first, second] = await Promise.all([
      sender.send(roomId, "直すメッセージ", { mentions: [cast.member.id] }),
      sender.send(roomId, "@全員 消すメッセージ", { mentionTargets: [{ kind: "everybody" }] }),
    ]);
    const path = (id: string, part = "") => `/api/v1/rooms/${roomId}/messages/${id}${part}`;
    const received = await verify(
      async () => {
        const mentions = [cast.guest.id];
        await sender.put(path(first.body.id), { body: "直したメッセージ", mentions, version: 1 });
        await sender.put(path(second.body.id, "/deletion"), {});
        const mentionTargets = [{ kind: "everybody" }];
        const { id } = (await sender.send(roomId, "@全員 最後の投稿", { mentionTargets })).body;
        await sender.put(path(id), { body: "最後の投稿（訂正）", version: 1 });
      },
      async () => {
        await Promise.all([
          member.put(path(second.body.id, "/reactions/done")),
          guest.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 2 }),
          member.send(roomId, "同時の投稿"),
        ]);
      },
    );
    expect(received.guest).toEqual(expect.arrayContaining(["message.edited", "message.deleted"]));
    expect(received["removed member"]).toEqual([]);
  });

  test("when a room is made, and a direct one, by two people at the same moment", async () => {
    const member = await server.as(cast.member);
    const direct = (client: ApiClient, peer: BuiltPerson) =>
      client.post("/api/v1/rooms", { kind: "direct", memberIds: [peer.id] }, { "idempotency-key": newId() });
    await verify(
      async () => {
        await sender.createGroup([cast.member.id, cast.guest.id], "新しいルーム");
        await direct(sender, cast.member);
      },
      () => direct(member, cast.sender),
    );
  });

  test("when somebody is added, while messages are sent", async () => {
    const received = await verify(
      () => sender.put(`/api/v1/rooms/${roomId}/members/${cast.removed.id}`),
      async () => {
        for (let i = 0; i < 5; i++) await sender.send(roomId, `追加の前後 ${i}`);
      },
    );
    expect(received["removed member"]).toContain("room.joined");
  });

  test("when somebody is removed, and leaves, while they themselves are sending", async () => {
    const member = await server.as(cast.member);
    await verify(
      async () => {
        await sender.delete(`/api/v1/rooms/${roomId}/members/${cast.member.id}`);
        await (await server.as(cast.outside)).delete(`/api/v1/rooms/${roomId}/members/${cast.outside.id}`);
      },
      async () => {
        for (let i = 0; i < 5; i++) await member.send(roomId, `退出の前後 ${i}`);
      },
    );
  });

  test("for every event that the chat publishes", () => {
    expect([...seen].sort()).toEqual(Object.keys(chatEvents).sort());
  });
});
