import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defaultChatSettings } from "#capabilities/chat/contract.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

let tenantId: string;
let sender: BuiltPerson;
let api: ApiClient;
let section: { id: string; name: string };
let clerk: BuiltPerson;
let head: BuiltPerson;
let guest: BuiltPerson;
let roomId: string;

beforeEach(async () => {
  tenantId = await buildMunicipality(server.database);
  section = await buildSection(server.database, tenantId, { name: "財政課" });
  sender = await buildPerson(server.database, tenantId);
  clerk = await buildPerson(server.database, tenantId, { sectionId: section.id });
  head = await buildPerson(server.database, tenantId, { sectionId: section.id });
  guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  await change("person", head, { post_name: "課長" });
  api = await server.as(sender);
  roomId = (await api.createGroup([clerk.id, head.id, guest.id])).id;
});

function change(table: "person" | "account", person: BuiltPerson, values: Record<string, unknown>) {
  return server.database.transaction(scopeOf(person.tenantId), (tx) =>
    tx.run(
      build
        .updateTable(table)
        .set(values)
        .where("tenant_id", "=", person.tenantId)
        .where("id", "=", person.id),
    ),
  );
}

async function mentionsOf(person: BuiltPerson, zone: "lgwan" | "internet" = "lgwan") {
  const rooms = await (await server.as(person, zone)).get("/api/v1/rooms");
  return rooms.body.items.find((room: { id: string }) => room.id === roomId)?.mentionSeqs;
}

describe("mentions of sections, posts and everybody", () => {
  test("count for the members whom they meant when the message was sent, and are told with how many", async () => {
    const sent = await api.send(roomId, "@財政課 @課長 確認をお願いします", {
      mentionTargets: [
        { kind: "section", sectionId: section.id },
        { kind: "post", name: "課長" },
      ],
    });
    expect(sent.status).toBe(201);
    expect(sent.body.mentions).toEqual([]);
    expect(sent.body.mentionTargets).toEqual([
      { kind: "section", name: "財政課", count: 2, personIds: [clerk.id, head.id].sort() },
      { kind: "post", name: "課長", count: 1, personIds: [head.id] },
    ]);
    expect([await mentionsOf(clerk), await mentionsOf(head), await mentionsOf(guest, "internet")]).toEqual([
      [1],
      [1],
      [],
    ]);
    const page = await api.get(`/api/v1/rooms/${roomId}/messages`);
    expect(page.body.items[0].mentionTargets).toEqual(sent.body.mentionTargets);
    // Who comes to the section later is not told of what was said before.
    const late = await buildPerson(server.database, tenantId, { sectionId: section.id });
    await api.put(`/api/v1/rooms/${roomId}/members/${late.id}`);
    expect(await mentionsOf(late)).toEqual([]);
  });

  test("everybody is every member but the sender, and never by a guest", async () => {
    const sent = await api.send(roomId, "@全員 集合", { mentionTargets: [{ kind: "everybody" }] });
    expect(sent.body.mentionTargets).toEqual([{ kind: "everybody", name: "全員", count: 3, personIds: [] }]);
    expect(await mentionsOf(guest, "internet")).toEqual([1]);
    expect(await mentionsOf(sender)).toEqual([]);
    const outside = await server.as(guest, "internet");
    const refused = await outside.send(roomId, "@全員", { mentionTargets: [{ kind: "everybody" }] });
    expect([refused.status, refused.body.facts.ruleId]).toEqual([
      403,
      "room.guests-do-not-mention-everybody",
    ]);
    const offered = await outside.get(`/api/v1/rooms/${roomId}/mention-targets`);
    expect(offered.body.everybody.isAllowed).toBe(false);
  });

  test("can be added by an edit, by the right and for the members of that moment", async () => {
    const sent = await api.send(roomId, "14時に集合");
    const edit = (client: ApiClient, body: string, version: number, more: object) =>
      client.put(`/api/v1/rooms/${roomId}/messages/${sent.body.id}`, { body, version, ...more });
    const sectionOf = { kind: "section", sectionId: section.id };
    const named = await edit(api, "@財政課 14時に集合", 1, { mentionTargets: [sectionOf] });
    expect(named.body.mentionTargets).toEqual([
      { kind: "section", name: "財政課", count: 2, personIds: [clerk.id, head.id].sort() },
    ]);
    expect([await mentionsOf(clerk), await mentionsOf(guest, "internet")]).toEqual([[1], []]);
    // What the text does not name reaches nobody; what it names stays without being asked for again.
    const everybody = { mentionTargets: [{ kind: "everybody" }] };
    expect((await edit(api, "@財政課 15時に集合", 2, everybody)).body.mentionTargets).toHaveLength(1);
    expect(await mentionsOf(guest, "internet")).toEqual([]);
    const all = await edit(api, "@全員 15時に集合", 3, everybody);
    expect(all.body.mentionTargets).toEqual([{ kind: "everybody", name: "全員", count: 3, personIds: [] }]);
    expect([await mentionsOf(clerk), await mentionsOf(guest, "internet"), await mentionsOf(sender)]).toEqual([
      [1],
      [1],
      [],
    ]);
    expect((await edit(api, "15時に集合", 4, {})).body.mentionTargets).toBeUndefined();
    expect(await mentionsOf(guest, "internet")).toEqual([]);
    // By nobody who may not at sending: guests, and in a large room who is no owner.
    const outside = await server.as(guest, "internet");
    const theirs = await outside.send(roomId, "到着しました");
    const refused = await outside.put(`/api/v1/rooms/${roomId}/messages/${theirs.body.id}`, {
      body: "@全員 到着しました",
      version: 1,
      ...everybody,
    });
    expect([refused.status, refused.body.facts.ruleId]).toEqual([
      403,
      "room.guests-do-not-mention-everybody",
    ]);
    const elsewhere = await buildSection(server.database, tenantId);
    const unknown = { mentionTargets: [{ kind: "section", sectionId: elsewhere.id }] };
    expect((await edit(api, `@${elsewhere.name} 集合`, 5, unknown)).status).toBe(400);
  });

  test("in a large room only owners mention everybody, unless the municipality lets all members", async () => {
    const administrator = await buildPerson(server.database, tenantId);
    await change("account", administrator, { offices: ["rules"] });
    const settings = { ...defaultChatSettings, everybodyAbove: 3 };
    const asAdministrator = await server.as(administrator);
    expect((await asAdministrator.put("/api/v1/chat-settings", settings)).status).toBe(200);
    expect((await api.get("/api/v1/chat-settings")).body).toEqual(settings);
    const member = await server.as(clerk);
    const everybody = { mentionTargets: [{ kind: "everybody" }] };
    const refused = await member.send(roomId, "@全員", everybody);
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "room.only-owners-mention-everybody"]);
    expect((await api.send(roomId, "@全員", everybody)).status).toBe(201);
    await asAdministrator.put("/api/v1/chat-settings", { ...settings, everybodyBy: "members" });
    expect((await member.send(roomId, "@全員", everybody)).status).toBe(201);
    expect((await member.put("/api/v1/chat-settings", settings)).status).toBe(403);
  });

  test("whom nobody in the room is meant by is refused, and the room of another is not found", async () => {
    const elsewhere = await buildSection(server.database, tenantId, { name: "税務課" });
    const none = await api.send(roomId, "@税務課", {
      mentionTargets: [{ kind: "section", sectionId: elsewhere.id }],
    });
    expect([none.status, none.body.code]).toEqual([400, "invalid-request"]);
    const stranger = await server.as(await buildPerson(server.database, tenantId));
    const hidden = await stranger.send(roomId, "@全員", { mentionTargets: [{ kind: "everybody" }] });
    expect([hidden.status, hidden.body.code]).toEqual([404, "not-found"]);
  });

  test("the same clientMessageId again is the same message", async () => {
    const body = { clientMessageId: "twice", body: "@全員", mentionTargets: [{ kind: "everybody" }] };
    const path = `/api/v1/rooms/${roomId}/messages`;
    const [first, second] = [await api.post(path, body), await api.post(path, body)];
    expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
  });
});

describe("drafts", () => {
  const content = (body: string) => ({ body, mentioned: [], replyTo: null });
  const save = (client: ApiClient, body: string, basedOn: number, more = {}) =>
    client.put(`/api/v1/drafts/${roomId}`, { ...content(body), basedOn, ...more });

  test("are found by the account's other devices", async () => {
    expect((await save(api, "明日の", 0)).body.version).toBe(1);
    expect((await save(api, "明日の会議は", 1)).body).toMatchObject({ version: 2, others: [] });
    const other = await server.as(sender);
    expect((await other.get("/api/v1/drafts")).body.items).toMatchObject([
      { roomId, version: 2, content: content("明日の会議は") },
    ]);
  });

  test("of two devices that wrote apart, the later stays and the other is offered until it is put away", async () => {
    const phone = await server.as(sender);
    await save(api, "机で書いた文", 0);
    const met = await save(phone, "電車で書いた文", 0);
    expect(met.body).toMatchObject({
      version: 2,
      content: content("電車で書いた文"),
      others: [content("机で書いた文")],
    });
    const kept = await save(phone, "電車で書いた文。", 2);
    expect(kept.body.others).toEqual([content("机で書いた文")]);
    expect((await save(phone, "電車で書いた文。", 3, { others: [] })).body.others).toEqual([]);
    // What only goes on from the other's text is no loss and is not offered.
    await save(api, "電車で書いた文。続き", 0);
    expect((await api.get("/api/v1/drafts")).body.items[0].others).toEqual([]);
  });

  test("go when they are sent, but not what another device wrote since", async () => {
    await save(api, "一", 0);
    await save(api, "二", 1);
    expect((await api.delete(`/api/v1/drafts/${roomId}?version=1`)).status).toBe(204);
    expect((await api.get("/api/v1/drafts")).body.items).toHaveLength(1);
    await api.delete(`/api/v1/drafts/${roomId}?version=2`);
    expect((await api.get("/api/v1/drafts")).body.items).toEqual([]);
  });

  test("are read in the zone where they were written, and by nobody else", async () => {
    await save(api, "機密性の高い下書き", 0);
    const outside = await server.as(sender, "internet");
    expect((await outside.get("/api/v1/drafts")).body.items).toEqual([]);
    expect((await (await server.as(clerk)).get("/api/v1/drafts")).body.items).toEqual([]);
    const stream = await outside.stream();
    await save(api, "まだ書いている", 1);
    const heard = await stream.until((frame) => frame.type === "draft.changed");
    expect(JSON.stringify(heard)).not.toContain("書いている");
    stream.close();
  });

  test("of one section account are apart for each who sits at it", async () => {
    const desk = await buildPerson(server.database, tenantId, { kind: "section", sectionId: section.id });
    await api.put(`/api/v1/rooms/${roomId}/members/${desk.id}`);
    const [one, two] = await Promise.all(
      [clerk, head].map(async (operator) => {
        const session = await buildSession(server.database, desk, { operatorId: operator.id });
        return new ApiClient(server.url("lgwan"), session.token);
      }),
    );
    await save(one!, "一人目の下書き", 0);
    expect((await two!.get("/api/v1/drafts")).body.items).toEqual([]);
    expect((await one!.get("/api/v1/drafts")).body.items).toHaveLength(1);
  });

  test("with characters that cannot be stored are refused, and removed members' are no longer shown", async () => {
    const refused = await save(api, "\u0000", 0);
    expect([refused.status, refused.body.code]).toEqual([400, "invalid-text"]);
    const member = await server.as(clerk);
    await save(member, "書きかけ", 0);
    await api.delete(`/api/v1/rooms/${roomId}/members/${clerk.id}`);
    expect((await member.get("/api/v1/drafts")).body.items).toEqual([]);
    expect((await save(member, "続き", 1)).status).toBe(404);
  });
});
