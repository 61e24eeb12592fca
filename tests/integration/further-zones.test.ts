import { afterAll, beforeAll, expect, test } from "vitest";
import { type CrossingTable, defaultTable } from "#core/crossing/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let person: BuiltPerson;
let colleague: BuiltPerson;
let officer: ApiClient;
const secret = newTotpSecret();

beforeAll(async () => {
  server = await startTestServer({
    furtherZones: [
      {
        id: "cloud",
        ja: "庁内クラウド網",
        en: "Cloud network",
        kind: "outside",
        needsSecondFactor: true,
        needsApprovedDevice: false,
        destinations: ["fcm.googleapis.com"],
      },
      {
        id: "kiban",
        ja: "基幹系",
        en: "Core systems",
        kind: "closed",
        needsSecondFactor: false,
        needsApprovedDevice: true,
        destinations: [],
      },
    ],
  });
  tenantId = await buildMunicipality(server.database, { slug: "zones" });
  server.chonai.tenants.forget();
  person = await buildPerson(server.database, tenantId, { totp: { keyring: server.keyring, secret } });
  colleague = await buildPerson(server.database, tenantId);
  officer = await server.as(
    await buildPerson(server.database, tenantId, { offices: ["rules", "audit", "accounts"] }),
  );
});
afterAll(() => server.stop());

const signIn = (zone: string, who: BuiltPerson, more: object = {}) =>
  server
    .anonymous(zone)
    .post("/api/v1/sessions", { tenant: "zones", loginId: who.loginId, password: testPassword, ...more });

/** A session in the cloud zone; each code works once, so the next one is of the half minute behind. */
let codes = 0;
async function inCloud(): Promise<ApiClient> {
  const totp = await totpAt(secret, new Date(Date.now() + 30_000 * (codes++ - 1)));
  const answer = await signIn("cloud", person, { totp });
  expect([answer.status, answer.body.zone]).toEqual([201, "cloud"]);
  expect(answer.headers.get("set-cookie")).toMatch(/^chonai_cloud=/);
  return new ApiClient(server.url("cloud"), answer.body.token);
}

test("each zone says what it asks for, and is open to accounts of its side alone", async () => {
  const page = async (zone: string) => (await server.anonymous(zone).get("/api/v1/sign-in-page")).body;
  expect(await page("cloud")).toMatchObject({
    zone: "cloud",
    needsTotp: true,
    furtherZones: [{ id: "cloud", ja: "庁内クラウド網", kind: "outside" }],
  });
  // Whoever stands outside learns of no other zone.
  expect(await page("internet")).toMatchObject({ zone: "internet", needsTotp: true, furtherZones: [] });
  expect(await page("kiban")).toMatchObject({ needsTotp: false });

  expect((await signIn("cloud", person)).body.code).toBe("totp-required");
  const inside = await buildPerson(server.database, tenantId, { zones: ["lgwan"] });
  const refused = await signIn("cloud", inside);
  expect([refused.body.code, refused.body.messageJa ?? refused.body.detail]).toEqual([
    "zone-not-allowed",
    expect.stringContaining("庁内クラウド網"),
  ]);
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  expect((await signIn("cloud", guest)).body.code).toBe("zone-not-allowed");
  // A closed zone that asks for approved devices asks at once, though the municipality's rule asks for none.
  expect((await signIn("kiban", inside)).body.code).toBe("device-not-approved");
});

test("a session of one zone is nothing on another's listener, and ends with the side of its account", async () => {
  const cloud = await inCloud();
  expect((await cloud.get("/api/v1/me")).body).toMatchObject({
    zone: "cloud",
    furtherZones: [{ id: "cloud" }, { id: "kiban" }],
  });
  for (const zone of ["lgwan", "internet", "kiban"])
    expect((await new ApiClient(server.url(zone), cloud.token).get("/api/v1/me")).status, zone).toBe(401);
  for (const zone of ["lgwan", "internet"]) {
    const { token } = await server.as(person, zone);
    expect((await new ApiClient(server.url("cloud"), token).get("/api/v1/me")).status, zone).toBe(401);
  }
  // What claims to be of a zone without having come in there.
  expect((await (await server.as(person, "cloud")).get("/api/v1/me")).status).toBe(401);
  // Administration stays on the LGWAN side.
  expect((await cloud.get("/api/v1/zones")).status).toBe(403);

  const setSides = (zones: string[]) =>
    server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(build.updateTable("account").set({ zones }).where("id", "=", person.id)),
    );
  await setSides(["lgwan"]);
  expect((await signIn("cloud", person)).body.code).toBe("zone-not-allowed");
  await server.restart(async () => {});
  expect((await new ApiClient(server.url("cloud"), cloud.token).get("/api/v1/me")).status).toBe(401);
  await setSides(["lgwan", "internet"]);
  officer = new ApiClient(server.url("lgwan"), officer.token);
});

test("nothing is read there until a rule permits it; rules, simulator, presets and search know the zone", async () => {
  const owner = await server.as(colleague);
  const room = await owner.createGroup([person.id], "災害対策");
  await owner.send(room.id, "本部は二階です");
  const cloud = await inCloud();
  const refused = await cloud.get(`/api/v1/rooms/${room.id}/messages`);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    403,
    expect.stringContaining("庁内クラウド網で職員が機密性2のものを読むことを認めるルールはありません"),
  ]);
  expect(JSON.stringify((await cloud.get("/api/v1/rooms")).body)).not.toContain("二階");

  const { zones, presets, newest } = (await officer.get("/api/v1/crossing")).body;
  expect(zones.slice(0, 4)).toEqual(["lgwan", "internet", "cloud", "kiban"]);
  const alphaPrime: CrossingTable = presets.find(({ id }: { id: string }) => id === "alpha-prime").table;
  expect(alphaPrime.rules.find(({ id }) => id === "cloud-works")?.zones).toEqual({ is: ["cloud"] });
  const question = {
    deed: "read",
    zone: "cloud",
    kind: "staff",
    offices: [],
    classification: "2",
    origin: null,
  };
  const ask = async (table: CrossingTable) =>
    (await officer.post("/api/v1/crossing/questions", { table, question })).body.isAllowed;
  expect([await ask(defaultTable), await ask(alphaPrime)]).toEqual([false, true]);
  const saved = await officer.post("/api/v1/crossing/versions", {
    table: alphaPrime,
    reason: "庁内クラウド網を使い始めるため",
    takesEffectAt: null,
    basedOn: newest,
  });
  expect(saved.status).toBe(201);
  const read = await cloud.get(`/api/v1/rooms/${room.id}/messages`);
  expect(read.body.items.at(-1).body).toBe("本部は二階です");
  // The other zone beside it stays closed.
  expect(
    (
      await officer.post("/api/v1/crossing/questions", {
        table: null,
        question: { ...question, zone: "kiban" },
      })
    ).body.isAllowed,
  ).toBe(false);

  const { items } = (await officer.get("/api/v1/audit/entries?zone=cloud")).body;
  expect(new Set(items.map((item: { zone: string }) => item.zone))).toEqual(new Set(["cloud"]));
  expect(items.map((item: { action: string }) => item.action)).toContain("session.started");
});

test("a destination that is not on the zone's list is not called for it", async () => {
  const cloud = await inCloud();
  const subscribe = (client: ApiClient, endpoint: string) =>
    client.put("/api/v1/push-subscription", { endpoint, language: "ja" });
  const known = "https://updates.push.services.mozilla.com/wpush/v2/abc";
  expect((await subscribe(cloud, known)).body.code).toBe("push-service-refused");
  expect((await subscribe(cloud, "https://fcm.googleapis.com/fcm/send/abc")).status).toBe(204);
  // The same service from the Internet side, whose list is that of pushes.
  expect((await subscribe(await server.as(person, "internet"), known)).status).toBe(204);
  expect((await subscribe(officer, known)).body.code).toBe("push-unavailable");
});

test("who administers the rules sees the zones as they are set up", async () => {
  const { items } = (await officer.get("/api/v1/zones")).body;
  expect(items).toMatchObject([
    { id: "lgwan", kind: "closed", isBase: true, needsSecondFactor: false, destinations: [] },
    { id: "internet", kind: "outside", isBase: true, needsSecondFactor: true, destinations: null },
    {
      id: "cloud",
      ja: "庁内クラウド網",
      kind: "outside",
      isBase: false,
      needsSecondFactor: true,
      destinations: ["fcm.googleapis.com"],
      listeners: [{ address: "127.0.0.1", isTls: false }],
    },
    { id: "kiban", kind: "closed", needsApprovedDevice: true, liveSessions: 0 },
  ]);
  expect(items[2].liveSessions).toBeGreaterThan(0);
});

test("a rule names a room by its name, and nobody finds a room there that is not theirs to know", async () => {
  const owner = await server.as(colleague);
  await owner.createGroup([], "個別の相談（秘）");
  const closed = await owner.createGroup([], "人事の相談");
  const open = await owner.createGroup([], "防災の相談");
  const { items } = (await owner.get("/api/v1/rooms")).body;
  const { version } = items.find((room: { id: string }) => room.id === open.id);
  await owner.put(`/api/v1/rooms/${open.id}/settings`, {
    version,
    name: "防災の相談",
    kana: "ぼうさいのそうだん",
    visibility: "public",
    posting: "everybody",
    classification: "2",
  });
  const find = async (q: string) =>
    (await officer.get(`/api/v1/crossing/rooms?q=${encodeURIComponent(q)}`)).body.items.map(
      (room: { name: string }) => room.name,
    );
  expect(await find("相談")).toEqual(["防災の相談"]);
  expect(await find("ぼうさい")).toEqual(["防災の相談"]);

  const { table, newest } = (await officer.get("/api/v1/crossing")).body;
  const rule = {
    ...defaultTable.rules[0],
    id: "two-rooms",
    rank: "exception",
    effect: "refuse",
    zones: { is: ["internet"] },
    kinds: null,
    classifications: null,
    deeds: ["read"],
    rooms: { ids: [open.id, closed.id] },
  };
  const saved = await officer.post("/api/v1/crossing/versions", {
    table: { ...table, rules: [...table.rules, rule] },
    reason: "試験のため",
    takesEffectAt: null,
    basedOn: newest,
  });
  expect(saved.status).toBe(201);
  const { rooms } = (await officer.get("/api/v1/crossing")).body;
  expect(rooms).toEqual([{ id: open.id, name: "防災の相談", kind: "group", classification: "2" }]);
});
