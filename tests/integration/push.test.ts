import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { lookThroughGuests } from "#capabilities/guests/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
  testPassword,
} from "#tests/support/factories.ts";
import {
  type PushService,
  pushServiceCertificate,
  startPushService,
} from "#tests/support/push-service/push-service.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let service: PushService;
let server: TestServer;
let now: Date;
const clock = { now: () => now };
let tenantId: string;
let sato: BuiltPerson;
let suzuki: BuiltPerson;
let writer: ApiClient;

beforeAll(async () => {
  now = new Date();
  service = await startPushService();
  server = await startTestServer({
    clock,
    push: { hosts: [service.host], ca: pushServiceCertificate },
  });
});
afterAll(async () => {
  await server.stop();
  await service.stop();
});
beforeEach(async () => {
  now = new Date();
  tenantId = await buildMunicipality(server.database);
  sato = await buildPerson(server.database, tenantId, { name: "佐藤 花子" });
  suzuki = await buildPerson(server.database, tenantId, { name: "鈴木 一郎" });
  writer = await server.as(sato);
});
afterEach(() => {
  service.received.length = 0;
  service.answers.clear();
});

type Phone = { api: ApiClient; path: string };

/** A phone of this person with notifications switched on. */
async function phoneOf(person: BuiltPerson, name = newId()): Promise<Phone> {
  const api = await server.as(person, "internet");
  const answer = await api.put("/api/v1/push-subscription", { endpoint: service.endpoint(name) });
  expect(answer.status).toBe(204);
  return { api, path: `/${name}` };
}

const pushesTo = (path: string) => service.received.filter((push) => push.path === path);
const untilPushed = (path: string, count = 1) =>
  expect.poll(() => pushesTo(path).length, { timeout: 15_000 }).toBe(count);
const deviceOf = async (api: ApiClient) =>
  (await api.get("/api/v1/notification-settings")).body.devices.find(
    (device: { isThis: boolean }) => device.isThis,
  );

/** Rules for the staff, in effect from now on. */
async function publishRules(admin: ApiClient): Promise<void> {
  const draft = { title: "運用ルール", body: "守ること。", basedOn: null };
  const { body: made } = await admin.put("/api/v1/rule-drafts/staff", draft);
  const { items } = (await admin.get("/api/v1/rule-texts")).body;
  const { changedAt } = items.find((text: { id: string }) => text.id === made.id);
  const published = await admin.post(`/api/v1/rule-texts/${made.id}/publication`, {
    effectiveAt: null,
    graceDays: 3,
    reason: "年度の見直し",
    basedOn: changedAt,
  });
  expect(published.status).toBe(204);
}

async function directRoom(): Promise<string> {
  const answer = await writer.post(
    "/api/v1/rooms",
    { kind: "direct", memberIds: [suzuki.id] },
    { "idempotency-key": newId() },
  );
  return answer.body.id;
}

/** Waits until everything that was sent has been decided on, and what was due has been sent. */
async function settled(): Promise<void> {
  await expect
    .poll(
      async () => {
        const [position, head] = await server.database.transaction(scopeOf(tenantId), (tx) =>
          Promise.all([
            tx.first(build.selectFrom("push_position").select("position")),
            tx.first(build.selectFrom("stream_head").select("position").where("tenant_id", "=", tenantId)),
          ]),
        );
        const published = await server.database.transaction(scopeOf(tenantId), (tx) =>
          tx.first(build.selectFrom("outbox").select((eb) => eb.fn.countAll<number>().as("n"))),
        );
        return [head!.position - position!.position, (head!.position % 2 ** 40) - published!.n];
      },
      { timeout: 15_000 },
    )
    .toEqual([0, 0]);
  await server.chonai.pushWorker.sendDue(tenantId);
}

test("a direct message wakes the phone without a word in the push, and the phone asks what to show", async () => {
  const phone = await phoneOf(suzuki);
  const roomId = await directRoom();
  await writer.send(roomId, "至急お電話ください");
  await untilPushed(phone.path);
  const [push] = pushesTo(phone.path);
  expect(push).toMatchObject({ bodyBytes: 0, headers: { urgency: "high", ttl: "43200", topic: "chonai" } });

  const news = await phone.api.get("/api/v1/notifications");
  expect(news.body).toMatchObject({
    items: [{ title: "新しい連絡があります", body: "", path: `/rooms/${roomId}?at=1` }],
    waiting: 1,
  });
  expect(JSON.stringify(news.body)).not.toMatch(/佐藤|お電話/);
  // Asked again there is nothing new; what waits is counted all the same.
  const again = await phone.api.get(`/api/v1/notifications?after=${news.body.next}`);
  expect(again.body).toMatchObject({ items: [], waiting: 1 });
  expect(await deviceOf(phone.api)).toMatchObject({ outcome: "accepted" });
});

test("who allows it sees the room's name, or the text; who has left the room sees nothing", async () => {
  const phone = await phoneOf(suzuki);
  const room = await writer.createGroup([suzuki.id], "避難所");
  await writer.send(room.id, "鈴木さん、確認してください", { mentions: [suzuki.id] });
  await untilPushed(phone.path);
  const choices = { direct: true, mentions: true, confirmations: true, reminders: true };
  await phone.api.put("/api/v1/notification-settings", { ...choices, shows: "room" });
  expect((await phone.api.get("/api/v1/notifications")).body.items).toMatchObject([
    { title: "避難所", body: "あなた宛てのメッセージ" },
  ]);
  await phone.api.put("/api/v1/notification-settings", { ...choices, shows: "text" });
  expect((await phone.api.get("/api/v1/notifications")).body.items).toMatchObject([
    { title: "避難所", body: "佐藤 花子: 鈴木さん、確認してください" },
  ]);
  await writer.delete(`/api/v1/rooms/${room.id}/members/${suzuki.id}`);
  expect((await phone.api.get("/api/v1/notifications")).body).toMatchObject({ items: [], waiting: 0 });
});

test("a message that is for nobody in particular, a kind that is not wanted, and one's own wake nobody", async () => {
  const phone = await phoneOf(suzuki);
  const own = await phoneOf(sato);
  const room = await writer.createGroup([suzuki.id]);
  await phone.api.put("/api/v1/notification-settings", {
    direct: true,
    mentions: false,
    confirmations: true,
    reminders: true,
    shows: "nothing",
  });
  await writer.send(room.id, "お知らせです");
  await writer.send(room.id, "鈴木さんへ", { mentions: [suzuki.id, sato.id] });
  await settled();
  expect(pushesTo(phone.path)).toEqual([]);
  expect(pushesTo(own.path)).toEqual([]);
});

test("a muted room wakes nobody, one that is set to mentions only for them", async () => {
  const phone = await phoneOf(suzuki);
  const roomId = await directRoom();
  const group = await writer.createGroup([suzuki.id]);
  const mute = (id: string, notify: string) => phone.api.put(`/api/v1/rooms/${id}/preference`, { notify });
  await mute(roomId, "mentions");
  expect((await mute(group.id, "none")).status).toBe(200);
  await writer.send(roomId, "急ぎません");
  await writer.send(group.id, "鈴木さんへ", { mentions: [suzuki.id] });
  await settled();
  expect(pushesTo(phone.path)).toEqual([]);
  await mute(group.id, "mentions");
  await writer.send(group.id, "全員へ", { mentionTargets: [{ kind: "everybody" }] });
  await untilPushed(phone.path);
});

test("who is asked to confirm is woken, in a muted room too, until they have confirmed; a reminder wakes those who have not", async () => {
  const phone = await phoneOf(suzuki);
  const tanaka = await buildPerson(server.database, tenantId, { name: "田中 健" });
  const other = await phoneOf(tanaka);
  const room = await writer.createGroup([suzuki.id, tanaka.id], "防災");
  const choices = { direct: true, mentions: true, confirmations: true, reminders: true, shows: "room" };
  for (const { api } of [phone, other]) await api.put("/api/v1/notification-settings", choices);
  await phone.api.put(`/api/v1/rooms/${room.id}/preference`, { notify: "none" });
  const asked = await writer.send(room.id, "避難所の鍵を確認してください", {
    mentions: [suzuki.id],
    confirmation: {},
  });
  await untilPushed(phone.path);
  await untilPushed(other.path);
  const news = await phone.api.get("/api/v1/notifications");
  expect(news.body).toMatchObject({ items: [{ title: "防災", body: "確認のお願い" }], waiting: 1 });
  // Reading is not confirming.
  await phone.api.put(`/api/v1/rooms/${room.id}/read-position`, { seq: 1 });
  expect((await phone.api.get("/api/v1/notifications")).body).toMatchObject({ waiting: 1 });

  const path = `/api/v1/rooms/${room.id}/messages/${asked.body.id}/confirmation`;
  expect((await other.api.put(path, undefined)).status).toBe(204);
  expect((await other.api.get("/api/v1/notifications")).body).toMatchObject({ items: [], waiting: 0 });
  now = new Date(now.getTime() + 3_600_000);
  await writer.post(`${path}/reminders`, {});
  await untilPushed(phone.path, 2);
  await settled();
  expect(pushesTo(other.path)).toHaveLength(1);
  const again = await phone.api.get(`/api/v1/notifications?after=${news.body.next}`);
  expect(again.body).toMatchObject({ items: [{ title: "防災", body: "確認のお願い（再度）" }], waiting: 1 });
  expect((await phone.api.put(path, undefined)).status).toBe(204);
  expect((await phone.api.get("/api/v1/notifications")).body).toMatchObject({ items: [], waiting: 0 });
});

test("a sponsor is woken when a guest's term ends or a review begins, a colleague by a reminder of the rules, once, until it is done", async () => {
  const phone = await phoneOf(suzuki);
  const admin = await server.as(
    await buildPerson(server.database, tenantId, { name: "管理 者子", isAdministrator: true }),
  );
  const guest = await buildPerson(server.database, tenantId, {
    name: "みずうみ 太郎",
    kind: "guest",
    expiresAt: new Date(now.getTime() + 10 * 86_400_000),
  });
  await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(build.updateTable("person").set({ sponsor_id: suzuki.id }).where("id", "=", guest.id)),
  );
  await lookThroughGuests(server.database, tenantId, now);
  await untilPushed(phone.path);
  expect(pushesTo(phone.path)[0]).toMatchObject({ bodyBytes: 0 });
  const news = await phone.api.get("/api/v1/notifications");
  expect(news.body.items).toMatchObject([{ title: "新しい連絡があります", body: "" }]);
  const choices = { direct: true, mentions: true, confirmations: true, reminders: true, shows: "room" };
  await phone.api.put("/api/v1/notification-settings", { ...choices, duties: true });
  const told = (await phone.api.get("/api/v1/notifications")).body.items;
  expect(told).toMatchObject([{ title: "ゲストの期限・棚卸しをご確認ください", body: "", path: "/waiting" }]);
  expect(JSON.stringify(told)).not.toContain("みずうみ");
  // What the sponsor does themselves wakes nobody, and then nothing is left to show.
  const until = new Date(now.getTime() + 200 * 86_400_000).toISOString();
  const extended = await (await server.as(suzuki)).put(`/api/v1/guests/${guest.id}/term`, {
    until,
    reason: "工期が延びたため",
  });
  expect(extended.status).toBe(204);
  await settled();
  expect(pushesTo(phone.path)).toHaveLength(1);
  expect((await phone.api.get("/api/v1/notifications")).body.items).toEqual([]);

  await publishRules(admin);
  await phone.api.put("/api/v1/notification-settings", { ...choices, duties: false });
  expect((await admin.post("/api/v1/rule-reminders", { audience: "staff" })).status).toBe(200);
  await settled();
  expect(pushesTo(phone.path)).toHaveLength(1);
  await phone.api.put("/api/v1/notification-settings", { ...choices, duties: true });
  expect((await admin.post("/api/v1/rule-reminders", { audience: "staff" })).status).toBe(200);
  await untilPushed(phone.path, 2);
  expect((await phone.api.get("/api/v1/notifications")).body.items).toMatchObject([
    { title: "運用ルールへの同意をお願いします", body: "" },
  ]);
});

test("a device, an inspection or a medium that waits wakes whoever decides, and the answer whoever asked, without a word", async () => {
  const person = (name: string, more: Parameters<typeof buildPerson>[2] = {}) =>
    buildPerson(server.database, tenantId, { name, ...more });
  const section = await buildSection(server.database, tenantId, { name: "収納課" });
  const accounts = await person("台帳 花子", { offices: ["accounts"] });
  const audit = await person("監査 次郎", { offices: ["audit"] });
  const records = await person("記録 三郎", { offices: ["records"] });
  const clerk = await person("窓口 四郎", { class: "video-tablet", sectionId: section.id });
  const desk = await server.as(accounts);
  for (const role of ["systems-officer", "security-officer"])
    await desk.put(`/api/v1/sections/${section.id}/roles`, { role, personId: suzuki.id });
  const phones = await Promise.all([suzuki, audit, records, clerk, accounts].map((each) => phoneOf(each)));
  const [officer, second, asking, own, keeper] = phones as [Phone, Phone, Phone, Phone, Phone];
  for (const { api } of phones)
    await api.put("/api/v1/notification-settings", {
      ...{ direct: true, mentions: true, confirmations: true, reminders: true, duties: true, shows: "room" },
    });
  const told = async ({ api }: Phone) =>
    (await api.get("/api/v1/notifications")).body.items.map((item: any) => [item.title, item.path]);

  // A tablet that is bound to its place: its first sign-in waits for the section's officer, and not for everybody else.
  const bound = {
    isApprovalNeeded: true,
    graceDays: 30,
    allowsPersonal: true,
    boundClasses: ["video-tablet"],
  };
  const rule = {
    ...bound,
    consentText: null,
    idleMinutes: { lgwan: null, internet: null },
    reason: "会議室",
  };
  expect((await desk.put("/api/v1/device-rule", rule)).status).toBe(200);
  const { slug } = (await desk.get("/api/v1/me")).body.tenant;
  const signIn = { tenant: slug, loginId: clerk.loginId, password: testPassword, deviceName: "会議室" };
  expect((await new ApiClient(server.url("lgwan"), undefined).post("/api/v1/sessions", signIn)).status).toBe(
    201,
  );
  await untilPushed(officer.path);
  expect(await told(officer)).toEqual([["端末の承認についてご確認ください", "/settings/device-approval"]]);
  const { items } = (await (await server.as(suzuki)).get("/api/v1/devices?approval=waiting")).body;
  const decided = await desk.post(
    `/api/v1/devices/${items.find(({ zone }: any) => zone === "lgwan").id}/decision`,
    {
      isApproved: true,
      owned: "issued",
    },
  );
  expect(decided.status).toBe(200);
  await untilPushed(own.path);
  expect(await told(own)).toEqual([["端末の承認についてご確認ください", "/settings/devices"]]);
  expect(await told(officer)).toEqual([]);

  const roomId = await directRoom();
  const wanted = { roomIds: [roomId], reason: "苦情の調査", days: 3, laterBecause: null };
  const made = await (await server.as(records)).post("/api/v1/inspections", wanted);
  expect(made.status).toBe(201);
  await untilPushed(second.path);
  const inspection = ["ルームの閲覧の申請についてご確認ください", "/administration/inspections"];
  expect(await told(second)).toEqual([inspection]);
  const granted = { consents: false, reason: "範囲が広い" };
  await (await server.as(audit)).post(`/api/v1/inspections/${made.body.id}/decision`, granted);
  await untilPushed(asking.path);
  expect([await told(asking), await told(second)]).toEqual([[inspection], []]);

  const today = dateInJapan(now);
  const wish = {
    purpose: "口座振替",
    classification: "2",
    zone: "lgwan",
    system: "EB",
    fromOn: today,
    dueOn: today,
  };
  const loan = await (await server.as(clerk)).post("/api/v1/media-loans", wish);
  expect(loan.status).toBe(201);
  await untilPushed(officer.path, 2);
  expect(await told(officer)).toEqual([["可搬媒体の利用簿をご確認ください", "/settings/media"]]);
  await (await server.as(suzuki)).post(`/api/v1/media-loans/${loan.body.id}/steps`, {
    what: "approved",
    note: "",
  });
  await untilPushed(own.path, 2);
  expect(JSON.stringify(await told(own))).not.toContain("口座振替");
  await settled();
  // Whoever has done it, and whoever it does not concern, stays asleep.
  expect(pushesTo(keeper.path)).toEqual([]);
  expect(service.received.every(({ bodyBytes }) => bodyBytes === 0)).toBe(true);
});

test("who wants no questions and no reminders is not woken by them", async () => {
  const phone = await phoneOf(suzuki);
  await phone.api.put("/api/v1/notification-settings", {
    direct: true,
    mentions: true,
    confirmations: false,
    reminders: false,
    shows: "nothing",
  });
  const room = await writer.createGroup([suzuki.id]);
  const asked = await writer.send(room.id, "ご確認ください", { confirmation: {} });
  await settled();
  await writer.post(`/api/v1/rooms/${room.id}/messages/${asked.body.id}/confirmation/reminders`, {});
  await settled();
  expect(pushesTo(phone.path)).toEqual([]);
});

test("who looks at the application is given a minute to read, and is woken when they do not", async () => {
  const phone = await phoneOf(suzuki);
  const roomId = await directRoom();
  const stream = await (await server.as(suzuki)).stream();
  stream.socket.send(JSON.stringify({ type: "activity", isActive: true, roomId: null }));
  await expect
    .poll(() => server.chonai.realtime.knownDispatcher(tenantId)?.presence.isActive(suzuki.id), {
      timeout: 15_000,
    })
    .toBe(true);
  await writer.send(roomId, "一件目");
  await settled();
  expect(pushesTo(phone.path)).toEqual([]);
  now = new Date(now.getTime() + 61_000);
  await untilPushed(phone.path);

  await writer.send(roomId, "二件目");
  await settled();
  await phone.api.put(`/api/v1/rooms/${roomId}/read-position`, { seq: 2 });
  now = new Date(now.getTime() + 61_000);
  await server.chonai.pushWorker.sendDue(tenantId);
  expect(pushesTo(phone.path)).toHaveLength(1);
  stream.close();
});

test("a service that is busy is asked again later, one that says gone is forgotten", async () => {
  const phone = await phoneOf(suzuki);
  service.answers.set(phone.path, [
    { status: 503 },
    { status: 429, retryAfter: 300 },
    { status: 201 },
    { status: 410 },
  ]);
  const roomId = await directRoom();
  await writer.send(roomId, "届くまで");
  await untilPushed(phone.path, 1);
  await expect.poll(async () => (await deviceOf(phone.api)).outcome, { timeout: 15_000 }).toBe("refused");
  await server.chonai.pushWorker.sendDue(tenantId);
  expect(pushesTo(phone.path)).toHaveLength(1);
  now = new Date(now.getTime() + 21_000);
  await untilPushed(phone.path, 2);
  now = new Date(now.getTime() + 100_000);
  await server.chonai.pushWorker.sendDue(tenantId);
  expect(pushesTo(phone.path)).toHaveLength(2);
  now = new Date(now.getTime() + 201_000);
  await untilPushed(phone.path, 3);
  await expect.poll(async () => (await deviceOf(phone.api)).outcome, { timeout: 15_000 }).toBe("accepted");

  await writer.send(roomId, "もう一件");
  await untilPushed(phone.path, 4);
  await expect.poll(() => deviceOf(phone.api), { timeout: 15_000 }).toBeUndefined();
});

test("a subscription ends with its session, and with another account in the same browser", async () => {
  const first = await phoneOf(suzuki, "shared");
  await phoneOf(sato, "shared");
  expect(await deviceOf(first.api)).toBeUndefined();
  const phone = await phoneOf(suzuki);
  const roomId = await directRoom();
  await phone.api.delete("/api/v1/sessions/current");
  await writer.send(roomId, "退勤後");
  await settled();
  expect(service.received).toEqual([]);
  const left = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(build.selectFrom("push_subscription").select("account_id")),
  );
  expect(left).toEqual([{ account_id: sato.id }]);
});

test("nothing is lost while the program is away", async () => {
  const phone = await phoneOf(suzuki);
  const roomId = await directRoom();
  await settled();
  await server.restart(async () => {});
  writer = await server.as(sato);
  await writer.send(roomId, "再起動の前後");
  await untilPushed(phone.path);
});

test("the test says what the service answered, and shows on this device alone", async () => {
  const phone = await phoneOf(suzuki);
  const other = await phoneOf(suzuki);
  expect((await phone.api.post("/api/v1/push-subscription/test", undefined)).body).toEqual({
    outcome: "accepted",
    status: 201,
    service: service.host,
  });
  expect((await phone.api.get("/api/v1/notifications")).body.items).toMatchObject([
    { title: "試しの通知です" },
  ]);
  expect((await other.api.get("/api/v1/notifications")).body.items).toEqual([]);
  service.answers.set(phone.path, [{ status: 410 }]);
  expect((await phone.api.post("/api/v1/push-subscription/test", undefined)).body).toMatchObject({
    outcome: "gone",
  });
  expect((await phone.api.post("/api/v1/push-subscription/test", undefined)).body.code).toBe(
    "push-not-subscribed",
  );
});

test("the LGWAN side, and services that nobody knows, are refused", async () => {
  const inside = await server.as(suzuki, "lgwan");
  const outside = await server.as(suzuki, "internet");
  expect((await inside.get("/api/v1/notification-settings")).body.pushKey).toBeNull();
  expect((await outside.get("/api/v1/notification-settings")).body.pushKey).toMatch(/^[\w-]{87}$/);
  const endpoint = service.endpoint("x");
  expect((await inside.put("/api/v1/push-subscription", { endpoint })).body.code).toBe("push-unavailable");
  for (const forged of [
    "https://127.0.0.1:5432/",
    "http://fcm.googleapis.com/x",
    "https://intra.city.lg.jp/x",
  ])
    expect((await outside.put("/api/v1/push-subscription", { endpoint: forged })).body.code).toBe(
      "push-service-refused",
    );
});

test("a hall with a proxy to the Internet sends through it", async () => {
  const asked: string[] = [];
  const proxy: Server = createServer();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    const [host, port] = (request.url ?? "").split(":");
    const through = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    through.on("error", () => socket.destroy());
    socket.on("error", () => through.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const other = await startTestServer({
    push: { hosts: [service.host], ca: pushServiceCertificate, proxy: url },
  });
  const person = await buildPerson(other.database, await buildMunicipality(other.database));
  const api = await other.as(person, "internet");
  await api.put("/api/v1/push-subscription", { endpoint: service.endpoint("proxied") });
  expect((await api.post("/api/v1/push-subscription/test", undefined)).body.outcome).toBe("accepted");
  expect(asked).toEqual([service.host]);
  await other.stop();
  proxy.closeAllConnections();
  proxy.close();
});

test("the private key is not readable in the database, and stays the same", async () => {
  const row = await server.testDatabase
    .open()
    .transaction({ kind: "installation" }, (tx) =>
      tx.first(build.selectFrom("installation").select(["vapid_public_key", "vapid_sealed_key"])),
    );
  expect(row!.vapid_sealed_key!.includes(row!.vapid_public_key!.subarray(1, 33))).toBe(false);
  await buildSession(server.database, suzuki);
});
