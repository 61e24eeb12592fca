import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chatEvents } from "#capabilities/chat/contract.ts";
import { disposeMessages, disposeReadPositions } from "#capabilities/chat/index.ts";
import { scopeOf, type Transaction } from "#core/db/index.ts";
import { type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { buildOffice } from "#tests/support/office.ts";
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
        await sender.put(path(id), { body: "@全員 最後の投稿（訂正）", mentionTargets, version: 2 });
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

  test("when members confirm and are reminded, while others confirm, join, leave and delete", async () => {
    const [member, guest] = [await server.as(cast.member), await server.as(cast.guest, "internet")];
    const ask = async (body: string) =>
      (await sender.send(roomId, body, { confirmation: { deadline: "2026-11-30T17:00:00+09:00" } })).body;
    const [first, second] = [await ask("避難計画を確認してください"), await ask("取り消す依頼")];
    const path = (id: string, part: string) => `/api/v1/rooms/${roomId}/messages/${id}${part}`;
    const received = await verify(
      async () => {
        await member.put(path(first.id, "/confirmation"));
        await sender.post(path(first.id, "/confirmation/reminders"), {});
        await sender.put(path(second.id, "/deletion"), {});
        await ask("もう一つの依頼");
      },
      async () => {
        await guest.put(path(first.id, "/confirmation"));
        await sender.put(`/api/v1/rooms/${roomId}/members/${cast.removed.id}`);
        await sender.delete(`/api/v1/rooms/${roomId}/members/${cast.outside.id}`);
      },
    );
    expect(received.sender).not.toContain("confirmation.reminded");
    expect(received.member).not.toContain("confirmation.reminded");
  });

  test("when a thread grows and gets a title, while others write in it and outside", async () => {
    const member = await server.as(cast.member);
    await sender.send(roomId, "話題の返信", { threadSeq: 1 });
    await verify(
      async () => {
        await sender.send(roomId, "続きの返信", { threadSeq: 1 });
        await sender.put(`/api/v1/rooms/${roomId}/threads/1`, { title: "避難所の鍵" });
        const { id } = (await sender.send(roomId, "消す返信", { threadSeq: 1 })).body;
        await sender.put(`/api/v1/rooms/${roomId}/messages/${id}/deletion`, {});
      },
      async () => {
        for (let i = 0; i < 5; i++)
          await member.send(roomId, `同時 ${i}`, i % 2 === 0 ? { threadSeq: 1 } : {});
      },
    );
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

  test("when a section is reorganised, while its people are sending", async () => {
    const office = await buildOffice(server);
    const sections = [
      { code: "01", name: "財政課" },
      { code: "02", name: "情報政策課" },
    ];
    const line = (number: number, section: string) => ({ number: String(number), section });
    const staff = [1, 2, 3, 4].map((number) => line(number, number < 4 ? "01" : "02"));
    await office.run(sections, staff);
    const people = await Promise.all(["1", "2", "3", "4"].map((number) => office.person(number)));
    const clients = await Promise.all(people.map((person) => server.as(person)));
    const room = (await clients[0]!.get("/api/v1/rooms")).body.items[0].id;
    const watching = people.map((person, index) => ({ name: `職員 ${index + 1}`, person }));
    // Thirty newcomers are told as one change of the list, the renamed and the closed section's rooms as themselves.
    const newcomers = Array.from({ length: 30 }, (_, index) => line(100 + index, "01"));
    const received = await verifyAction(
      server,
      watching,
      () =>
        office.run(
          [
            { code: "01", name: "財政経営課" },
            { code: "03", name: "行政経営課" },
          ],
          [line(1, "01"), line(2, "01"), line(3, "03"), line(4, "01"), ...newcomers],
        ),
      async () => {
        for (let i = 0; i < 6; i++)
          await Promise.all(clients.map((client) => client.send(room, `送信中 ${i}`)));
      },
    );
    for (const types of Object.values(received)) for (const type of types) seen.add(type);
    expect(received["職員 1"]).toEqual(
      expect.arrayContaining(["room.changed", "members.changed", "room.noted"]),
    );
    expect(received["職員 3"]).toContain("room.left");
    expect(received["職員 4"]).toContain("room.joined");
  });

  test("when a room gets a class that may be read on LGWAN alone, while it is written to", async () => {
    const member = await buildPerson(server.database, cast.sender.tenantId);
    const room = await sender.createGroup([member.id]);
    const { version, name, visibility, posting } = room;
    const received = await verifyAction(
      server,
      [
        { name: "管理者", person: cast.sender },
        { name: "メンバー", person: member },
      ],
      () =>
        sender.put(`/api/v1/rooms/${room.id}/settings`, {
          ...{ version, name, visibility, posting },
          classification: "3B",
        }),
      async () => {
        for (let i = 0; i < 5; i++) await sender.send(room.id, `区分の変更中 ${i}`);
      },
    );
    for (const types of Object.values(received)) for (const type of types) seen.add(type);
    expect(received.メンバー).toContain("room.classified");
  });

  test("when somebody joins a public room while it is put away", async () => {
    await sender.delete(`/api/v1/rooms/${roomId}/members/${cast.guest.id}`);
    const settings = { version: 1, name: "公開のルーム", visibility: "public", posting: "everybody" };
    expect((await sender.put(`/api/v1/rooms/${roomId}/settings`, settings)).status).toBe(200);
    const joining = await server.as(cast.removed);
    const statuses: number[] = [];
    await verify(
      () => sender.put(`/api/v1/rooms/${roomId}/archive`, { isArchived: true }),
      async () => {
        statuses.push((await joining.put(`/api/v1/rooms/${roomId}/members/${cast.removed.id}`)).status);
        statuses.push((await joining.send(roomId, "入りました")).status);
      },
    );
    // Before the archive or after it, never half: who joined in time may be too late to write.
    expect([
      [200, 201],
      [200, 403],
      [403, 404],
    ]).toContainEqual(statuses);
    await verify(() => sender.put(`/api/v1/rooms/${roomId}/archive`, { isArchived: false }));
  });

  test("when settings and owners change, while others send and change them too", async () => {
    await sender.put(`/api/v1/rooms/${roomId}/members/${cast.member.id}/role`, { role: "owner" });
    const member = await server.as(cast.member);
    const settings = { version: 1, kana: "", description: "", visibility: "closed", posting: "owners" };
    const change = (client: ApiClient, name: string) =>
      client.put(`/api/v1/rooms/${roomId}/settings`, { ...settings, name });
    const answers: number[] = [];
    await verify(
      async () => {
        answers.push((await change(sender, "甲")).status);
        await sender.put(`/api/v1/rooms/${roomId}/members/${cast.outside.id}/role`, { role: "owner" });
        await sender.put(`/api/v1/rooms/${roomId}/members/${cast.member.id}/role`, { role: "member" });
      },
      async () => {
        answers.push((await change(member, "乙")).status);
        for (let i = 0; i < 5; i++) await member.send(roomId, `設定の前後 ${i}`);
      },
    );
    expect(answers.sort()).toEqual([200, 409]);
  });

  test("when a whole section is added by hand, while one of its people leaves", async () => {
    const office = await buildOffice(server);
    await office.run(
      [
        { code: "01", name: "財政課" },
        { code: "02", name: "情報政策課" },
      ],
      [1, 2, 3, 4, 5].map((number) => ({ number: String(number), section: number < 2 ? "01" : "02" })),
    );
    const people = await Promise.all(["1", "2", "3"].map((number) => office.person(number)));
    const [maker, second] = await Promise.all(people.map((person) => server.as(person)));
    const room = (await maker!.createGroup([people[1]!.id])).id;
    const { sectionId } = (await maker!.get(`/api/v1/people?ids=${people[1]!.id}`)).body.items[0];
    let added: unknown;
    await verifyAction(
      server,
      people.map((person, index) => ({ name: `職員 ${index + 1}`, person })),
      async () => {
        added = (await maker!.post(`/api/v1/rooms/${room}/members`, { sectionId })).body;
      },
      () => second!.delete(`/api/v1/rooms/${room}/members/${people[1]!.id}`),
    );
    expect([
      { added: 3, memberCount: 5, guestCount: 0 },
      { added: 4, memberCount: 5, guestCount: 0 },
    ]).toContainEqual(added);
  });

  test("when one arranges the own list on two devices, and mutes a room", async () => {
    const other = await server.as(cast.sender);
    const arrange = (client: ApiClient, name: string) =>
      client.put("/api/v1/room-list", {
        version: 0,
        favourites: [roomId, roomId, newId()],
        sections: [{ id: newId(), name, roomIds: [roomId] }],
        folded: ["archived"],
      });
    const answers: { status: number; body: { favourites?: string[] } }[] = [];
    const received = await verify(
      async () => {
        answers.push(await arrange(sender, "自分の担当"));
        await sender.put(`/api/v1/rooms/${roomId}/preference`, { notify: "mentions" });
      },
      async () => {
        answers.push(await arrange(other, "ほかの端末"));
      },
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 200)!.body.favourites).toEqual([roomId]);
    expect(received.sender?.sort()).toEqual(["room-list.arranged", "room-preference.changed"]);
    expect(received.member).toEqual([]);
  });

  test("when many rooms are read at once", async () => {
    const second = (await sender.createGroup([cast.member.id])).id;
    await sender.send(second, "こちらも");
    const member = await server.as(cast.member);
    const positions = [roomId, second, newId()].map((id) => ({ roomId: id, seq: 99 }));
    await verify(
      async () => expect((await member.put("/api/v1/read-positions", { positions })).status).toBe(204),
      () => sender.send(roomId, "その間の投稿"),
    );
  });

  test("when what is due is disposed of, while the room goes on", async () => {
    const member = await server.as(cast.member);
    const asked = (await sender.send(roomId, "要確認です", { confirmation: {}, mentions: [cast.member.id] }))
      .body;
    await member.put(`/api/v1/rooms/${roomId}/messages/${asked.id}/reactions/done`, undefined);
    await member.send(roomId, "話題の返信", { threadSeq: asked.seq });
    await sender.put(`/api/v1/rooms/${roomId}/threads/${asked.seq}`, { title: "古い話題" });
    const gone = (await sender.send(roomId, "先に消したもの")).body;
    await sender.put(`/api/v1/rooms/${roomId}/messages/${gone.id}/deletion`, {});
    const last = (await sender.send(roomId, "最後の投稿")).body;
    const due = { roomId, before: new Date(), heldPeople: [] };
    const { tenantId } = cast.sender;
    const inTransaction = (work: (tx: Transaction, now: Date) => Promise<OutgoingEvent[]>) =>
      server.database.transaction(scopeOf(tenantId), async (tx) =>
        publish(tx, new Date(), await work(tx, new Date())),
      );
    await verify(
      async () => {
        for (let afterSeq = 0; afterSeq < last.seq; afterSeq += 2)
          await inTransaction(async (tx, now) => {
            const batch = { ...due, afterSeq, limit: 2, byId: cast.sender.id };
            return (await disposeMessages(tx, tenantId, now, batch)).events;
          });
        await inTransaction((tx) => disposeReadPositions(tx, tenantId, { roomId, upTo: last.seq }));
      },
      () => member.send(roomId, "その間の投稿"),
    );
    const { items } = (await member.get(`/api/v1/rooms/${roomId}/messages`)).body;
    expect(items.map((item: { body: string }) => item.body)).toEqual(["", "", "", "", "", "その間の投稿"]);
  });

  test("for every event that the chat publishes", () => {
    // Other modules' events come too.
    expect([...seen]).toEqual(expect.arrayContaining(Object.keys(chatEvents)));
  });
});
