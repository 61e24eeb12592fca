import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { beginDay } from "#core/identity/index.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let now = new Date("2026-11-21T03:00:00Z");
const clock = { now: () => now };
const far = { expiresAt: new Date("2028-01-01T00:00:00Z") };
let server: TestServer;
let tenantId: string;
let client: ApiClient;
let administrator: BuiltPerson;
let clerk: BuiltPerson;
let finance: string;
let general: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());
beforeEach(async () => {
  now = new Date("2026-11-21T03:00:00Z");
  const { database } = server;
  tenantId = await buildMunicipality(database);
  finance = (await buildSection(database, tenantId, { name: "財政課" })).id;
  general = (await buildSection(database, tenantId, { name: "総務課" })).id;
  administrator = await buildPerson(database, tenantId, { isAdministrator: true });
  clerk = await buildPerson(database, tenantId, {
    name: "佐藤 花子",
    kana: "さとう はなこ",
    sectionId: finance,
  });
  const { token } = await buildSession(database, administrator, far);
  client = Object.assign(server.anonymous(), { token });
});

const profile = async () => (await client.get(`/api/v1/people/${clerk.id}`)).body;
const assign = (body: object) => client.post(`/api/v1/people/${clerk.id}/posts`, body);
const move = (from: string) => assign({ sectionId: general, postName: "係長", isMain: true, from });
const day = () =>
  beginDay(
    {
      database: server.database,
      clock,
      keyring: server.keyring,
      organisationListeners: [],
      importProgress: new Map(),
    },
    tenantId,
  );

test("a move today is seen at once, and told over the stream to the staff and not to guests", async () => {
  const colleague = await server.anonymous();
  Object.assign(colleague, { token: (await buildSession(server.database, administrator, far)).token });
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  const outside = Object.assign(server.anonymous("internet"), {
    token: (await buildSession(server.database, guest, { ...far, zone: "internet" })).token,
  });
  const stream = await colleague.stream();
  const guestStream = await outside.stream();
  expect((await move("2026-11-21")).status).toBe(201);
  const event = await stream.until((frame) => frame.type === "person.changed");
  expect([event.person.id, event.person.sectionName, event.person.postName, event.hasLeft]).toEqual([
    clerk.id,
    "総務課",
    "係長",
    false,
  ]);
  expect((await profile()).person.sectionName).toBe("総務課");
  expect(guestStream.events).toEqual([]);
  stream.close();
  guestStream.close();
});

test("a move in April takes effect in April, and can be taken back before", async () => {
  const { body } = await move("2027-04-01");
  expect((await profile()).person.sectionName).toBe("財政課");
  expect((await profile()).upcoming.map((post: any) => post.section.name)).toEqual(["総務課"]);
  expect((await client.delete(`/api/v1/people/${clerk.id}/posts/${body.id}`)).status).toBe(204);
  await move("2027-04-01");
  now = new Date("2027-03-31T14:59:00Z");
  await day();
  expect((await profile()).person.sectionName).toBe("財政課");
  now = new Date("2027-03-31T15:00:00Z");
  await day();
  expect((await profile()).person).toMatchObject({ sectionName: "総務課", postName: "係長" });
});

test("a concurrent post stands beside the main one and ends by itself or by hand", async () => {
  const { body } = await assign({ sectionId: general, postName: "主査", isMain: false, from: "2026-11-21" });
  expect((await profile()).posts.map((post: any) => [post.section.name, post.isMain])).toEqual([
    ["総務課", false],
  ]);
  expect((await profile()).person.sectionName).toBe("財政課");
  expect((await client.delete(`/api/v1/people/${clerk.id}/posts/${body.id}`)).status).toBe(204);
  expect((await profile()).posts).toEqual([]);
});

test("a last day ends the account, its sessions and roles when it is over", async () => {
  const session = await buildSession(server.database, clerk, far);
  const me = Object.assign(server.anonymous(), { token: session.token });
  const give = { role: "information-head", personId: clerk.id };
  expect((await client.put(`/api/v1/sections/${finance}/roles`, give)).status).toBe(204);
  const roles = async () => (await client.get(`/api/v1/sections/${finance}`)).body.roles.length;
  expect(await roles()).toBe(1);
  expect((await client.put(`/api/v1/people/${clerk.id}`, { leavesOn: "2027-04-01" })).status).toBe(204);
  expect((await me.get("/api/v1/me")).status).toBe(200);
  now = new Date("2027-03-31T15:00:00Z");
  await day();
  expect((await me.get("/api/v1/me")).status).toBe(401);
  expect(await roles()).toBe(0);
  expect((await profile()).hasLeft).toBe(true);
});

test("names are found by their new form, and what could be a formula is refused", async () => {
  const put = (body: object) => client.put(`/api/v1/people/${clerk.id}`, body);
  const change = { name: "山﨑 花子", kana: "ヤマザキ ハナコ", formerName: "佐藤", extension: "2345" };
  expect((await put(change)).status).toBe(204);
  const found = await client.get(`/api/v1/people?q=${encodeURIComponent("山崎")}`);
  expect(found.body.items.map((person: any) => person.name)).toEqual(["山﨑 花子"]);
  expect((await put({ workplace: "=HYPERLINK(1)" })).status).toBe(400);
  expect((await put({ name: "" })).status).toBe(400);
});

test("nobody enters their own last day, sections must exist on the day, guests have no section", async () => {
  expect((await client.put(`/api/v1/people/${administrator.id}`, { leavesOn: "2027-01-01" })).status).toBe(
    409,
  );
  expect(
    (await assign({ sectionId: clerk.id, postName: null, isMain: true, from: "2026-11-21" })).status,
  ).toBe(400);
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  const refused = await client.post(`/api/v1/people/${guest.id}/posts`, {
    sectionId: general,
    postName: null,
    isMain: true,
    from: "2026-11-21",
  });
  expect(refused.status).toBe(400);
});

test("rooms of sections follow a move by hand", async () => {
  await move("2026-11-21");
  const me = Object.assign(server.anonymous(), {
    token: (await buildSession(server.database, clerk, far)).token,
  });
  const rooms = async () =>
    (await me.get("/api/v1/rooms")).body.items
      .filter((room: any) => room.kind === "section")
      .map((room: any) => room.name);
  expect(await rooms()).toEqual(["総務課"]);
  await assign({ sectionId: finance, postName: "課長", isMain: true, from: "2026-11-21" });
  expect(await rooms()).toEqual(["財政課"]);
});
