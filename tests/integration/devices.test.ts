import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
  testPassword,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock("2026-11-21T01:00:00Z");
const minute = 60_000;
let server: TestServer;
let tenantId: string;
let slug: string;
let cities = 0;
let administrator: ApiClient;
let section: { id: string };

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  slug = `devices-${++cities}`;
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  section = await buildSection(server.database, tenantId);
  administrator = await signedIn({ isAdministrator: true });
});

type Given = Parameters<typeof buildPerson>[2];
/** The test's clock goes through days. */
const as = async (person: BuiltPerson, zone: "lgwan" | "internet") => {
  const expiresAt = new Date("2030-01-01T00:00:00Z");
  const { token } = await buildSession(server.database, person, { zone, expiresAt });
  return new ApiClient(server.url(zone), token);
};
const signedIn = async (given: Given = {}, zone: "lgwan" | "internet" = "lgwan") =>
  as(await buildPerson(server.database, tenantId, given), zone);

/** A browser: it keeps its cookies, as a program does that wants to be recognised. */
class Browser {
  cookies = new Map<string, string>();
  readonly person: BuiltPerson;
  readonly secret: string;
  readonly zone: "lgwan" | "internet";

  constructor(person: BuiltPerson, secret: string, zone: "lgwan" | "internet" = "internet") {
    this.person = person;
    this.secret = secret;
    this.zone = zone;
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const response = await fetch(server.url(this.zone) + path, {
      method,
      headers: {
        cookie: [...this.cookies].map((pair) => pair.join("=")).join("; "),
        "x-chonai-client": "test",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(";")[0]!.split("=");
      this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }

  /** Signs in with the present code; the clock goes on, since each code works once. */
  async signIn(more: Record<string, unknown> = {}) {
    clock.advance(minute);
    return this.call("POST", "/api/v1/sessions", {
      tenant: slug,
      loginId: this.person.loginId,
      password: testPassword,
      ...(this.zone === "internet" && { totp: await totpAt(this.secret, clock.now()) }),
      deviceName: "Chrome（Android）",
      ...more,
    });
  }
}

async function newBrowser(given: Given = {}, zone: "lgwan" | "internet" = "internet") {
  const secret = newTotpSecret();
  const totp = { keyring: server.keyring, secret };
  const person = await buildPerson(server.database, tenantId, { sectionId: section.id, totp, ...given });
  return new Browser(person, secret, zone);
}

const asked = {
  isApprovalNeeded: true,
  graceDays: 0,
  allowsPersonal: true,
  boundClasses: ["video-tablet"],
  consentText: null,
  idleMinutes: { lgwan: null, internet: 10 },
  reason: "在宅勤務の開始",
};
const askApproval = (more: Record<string, unknown> = {}) =>
  administrator.put("/api/v1/device-rule", { ...asked, ...more });
const waiting = async () => (await administrator.get("/api/v1/devices?approval=waiting")).body.items;

async function auditOf(subjectId: string): Promise<string[]> {
  const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select("action")
        .where("tenant_id", "=", tenantId)
        .where("subject_id", "=", subjectId)
        .orderBy("id"),
    ),
  );
  return rows.map((row) => row.action);
}

describe("approval", () => {
  test("nobody is asked until the municipality asks", async () => {
    const browser = await newBrowser();
    expect((await browser.signIn()).status).toBe(201);
    const own = await browser.call("GET", "/api/v1/me/devices");
    expect(own.body).toMatchObject({
      isApprovalNeeded: false,
      items: [{ approval: "unasked", isThis: true }],
    });
    expect((await administrator.get("/api/v1/device-rule")).body).toMatchObject({
      isApprovalNeeded: false,
      unapproved: 1,
    });
  });

  test("a new browser on the Internet side is noted, described, approved in the hall, and comes in then", async () => {
    await askApproval();
    const browser = await newBrowser();
    const refused = await browser.signIn();
    expect([refused.status, refused.body.code]).toEqual([403, "device-not-approved"]);
    expect(refused.body.facts).toMatchObject({ isRefused: false, allowsPersonal: true });
    // Without the second factor nobody learns anything of devices, and none is noted.
    const other = new Browser(browser.person, browser.secret);
    expect((await other.signIn({ totp: undefined })).body.code).toBe("totp-required");
    const [device, ...others] = await waiting();
    expect(others).toEqual([]);
    expect(device).toMatchObject({
      person: { id: browser.person.id },
      number: refused.body.facts.number,
      owned: null,
    });

    const words = { ticket: refused.body.facts.ticket, name: "自宅のスマートフォン", owned: "personal" };
    expect((await browser.call("POST", "/api/v1/device-requests", words)).status).toBe(400);
    const described = await browser.call("POST", "/api/v1/device-requests", { ...words, consents: true });
    expect(described.body).toEqual({ approval: "waiting", number: device.number });
    expect((await waiting())[0]).toMatchObject({
      name: "自宅のスマートフォン",
      owned: "personal",
      consentedAt: expect.any(String),
    });

    const decision = { isApproved: true, owned: "personal", note: "電話で番号を確かめた" };
    expect((await administrator.post(`/api/v1/devices/${device.id}/decision`, decision)).status).toBe(200);
    expect((await browser.signIn()).status).toBe(201);
    const own = await browser.call("GET", "/api/v1/me/devices");
    expect(own.body.items).toMatchObject([
      { id: device.id, approval: "approved", isThis: true, liveSessions: 1 },
    ]);
    // The same person on another browser waits anew.
    expect((await new Browser(browser.person, browser.secret).signIn()).body.code).toBe(
      "device-not-approved",
    );
    expect(await auditOf(device.id)).toEqual([
      "device.approval-asked",
      "device.described",
      "device.approved",
    ]);
  });

  test("a device that was refused stays out, and what is said of it afterwards changes nothing", async () => {
    await askApproval();
    const browser = await newBrowser();
    const { facts } = (await browser.signIn()).body;
    const [device] = await waiting();
    await administrator.post(`/api/v1/devices/${device.id}/decision`, { isApproved: false, owned: "issued" });
    const words = { ticket: facts.ticket, name: "別の端末", owned: "issued" };
    expect((await browser.call("POST", "/api/v1/device-requests", words)).body.approval).toBe("refused");
    const again = await browser.signIn();
    expect(again.body).toMatchObject({ code: "device-not-approved", facts: { isRefused: true } });
    expect(await waiting()).toEqual([]);
  });

  test("within the grace those who are in stay in until it ends, and no longer", async () => {
    const browser = await newBrowser();
    await browser.signIn();
    expect((await askApproval({ graceDays: 2 })).body).toMatchObject({
      isApprovalNeeded: true,
      unapproved: 1,
    });
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(200);
    expect(await waiting()).toHaveLength(1);
    const late = await newBrowser();
    expect((await late.signIn()).status).toBe(201);
    expect(await waiting()).toHaveLength(2);
    clock.advance(2 * 86_400_000);
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(401);
    expect((await late.call("GET", "/api/v1/me")).status).toBe(401);
    expect((await late.signIn()).body.code).toBe("device-not-approved");
  });

  test("tablets are bound to their device in the hall too; others, guests and administrators are not", async () => {
    await askApproval();
    const outcome = async (given: Given, zone: "lgwan" | "internet") => {
      const answer = await (await newBrowser(given, zone)).signIn();
      return answer.body.code ?? answer.status;
    };
    expect(await outcome({ class: "video-tablet" }, "lgwan")).toBe("device-not-approved");
    expect(await outcome({}, "lgwan")).toBe(201);
    expect(await outcome({ class: "video-tablet", isAdministrator: true }, "lgwan")).toBe(201);
    expect(await outcome({ kind: "guest" }, "internet")).toBe(201);
  });

  test("a ticket is good for half an hour, for its own device, and cannot be made up", async () => {
    await askApproval();
    const browser = await newBrowser();
    const { ticket } = (await browser.signIn()).body.facts;
    const describe = (given: string) =>
      browser.call("POST", "/api/v1/device-requests", { ticket: given, name: "端末", owned: "issued" });
    expect((await describe(`${newId()}.${ticket.split(".")[1]}`)).status).toBe(410);
    expect((await describe(`${ticket.slice(0, -4)}AAAA`)).status).toBe(410);
    expect((await describe(ticket)).status).toBe(200);
    clock.advance(31 * minute);
    expect((await describe(ticket)).body.code).toBe("device-ticket-over");
  });

  test("a recovery code is not spent on a device that stays out", async () => {
    const browser = await newBrowser();
    await browser.signIn();
    clock.advance(minute);
    const made = await browser.call("POST", "/api/v1/me/recovery-codes", {
      password: testPassword,
      totp: await totpAt(browser.secret, clock.now()),
    });
    const [recoveryCode] = made.body.recoveryCodes;
    await askApproval();
    const fresh = new Browser(browser.person, browser.secret);
    const use = { totp: undefined, recoveryCode };
    expect((await fresh.signIn(use)).body.code).toBe("device-not-approved");
    const device = (await waiting()).at(-1);
    await administrator.post(`/api/v1/devices/${device.id}/decision`, { isApproved: true, owned: "issued" });
    expect((await fresh.signIn(use)).status).toBe(201);
    expect((await fresh.signIn(use)).body.code).toBe("totp-failed");
  });
});

describe("who decides", () => {
  test("who administers accounts, and the systems officer for the own section, in the hall; nobody for themselves", async () => {
    await askApproval();
    const elsewhere = await buildSection(server.database, tenantId);
    const officer = await buildPerson(server.database, tenantId, { sectionId: section.id });
    const role = { role: "systems-officer", personId: officer.id };
    expect((await administrator.put(`/api/v1/sections/${section.id}/roles`, role)).status).toBeLessThan(300);
    const inside = await newBrowser();
    const outside = await newBrowser({ sectionId: elsewhere.id });
    await inside.signIn();
    await outside.signIn();
    const of = async (browser: Browser) =>
      (await waiting()).find((each: any) => each.person.id === browser.person.id).id;
    const [insideId, outsideId] = [await of(inside), await of(outside)];
    const yes = { isApproved: true, owned: "issued" };
    const hall = await as(officer, "lgwan");
    const seen = await hall.get("/api/v1/devices");
    expect(seen.body).toMatchObject({ items: [{ id: insideId }], waiting: 1 });
    expect((await hall.post(`/api/v1/devices/${outsideId}/decision`, yes)).status).toBe(404);
    expect((await hall.post(`/api/v1/devices/${newId()}/decision`, yes)).status).toBe(404);
    expect((await hall.post(`/api/v1/devices/${outsideId}/cut-off`, { because: "lost" })).status).toBe(404);
    expect((await hall.post(`/api/v1/devices/${insideId}/decision`, yes)).status).toBe(200);
    const fromOutside = await as(officer, "internet");
    expect((await fromOutside.get("/api/v1/devices")).body.facts.ruleId).toBe("device.in-the-hall-only");
    const colleague = await signedIn({ sectionId: section.id });
    expect((await colleague.get("/api/v1/devices")).status).toBe(403);
    expect((await colleague.post(`/api/v1/devices/${insideId}/decision`, yes)).status).toBe(403);
    expect((await hall.put("/api/v1/device-rule", asked)).status).toBe(403);
  });

  test("one's own device is approved by somebody else", async () => {
    await askApproval();
    const browser = await newBrowser({ isAdministrator: true });
    await browser.signIn();
    const [device] = await waiting();
    const self = await as(browser.person, "lgwan");
    const answer = await self.post(`/api/v1/devices/${device.id}/decision`, {
      isApproved: true,
      owned: "issued",
    });
    expect(answer.body.facts.ruleId).toBe("device.not-ones-own-approval");
  });

  test("personal devices are approved only where they are allowed", async () => {
    await askApproval({ allowsPersonal: false });
    const browser = await newBrowser();
    const { facts } = (await browser.signIn()).body;
    const words = { ticket: facts.ticket, name: "私物", owned: "personal", consents: true };
    expect((await browser.call("POST", "/api/v1/device-requests", words)).status).toBe(409);
    const [device] = await waiting();
    const yes = { isApproved: true, owned: "personal" };
    expect((await administrator.post(`/api/v1/devices/${device.id}/decision`, yes)).status).toBe(409);
  });
});

describe("cutting off", () => {
  test("a lost phone: sessions end, the stream closes, it must forget, and stays out until it is given back", async () => {
    const browser = await newBrowser();
    const { token } = (await browser.signIn()).body;
    const phone = new ApiClient(server.url("internet"), token);
    const stream = await phone.stream();
    // Somebody else was signed in on the same phone.
    const colleague = await newBrowser();
    colleague.cookies = new Map([...browser.cookies].filter(([name]) => name.endsWith("_device")));
    await colleague.signIn();
    const deviceId = (await browser.call("GET", "/api/v1/me/devices")).body.items[0].id;

    const answer = await administrator.post(`/api/v1/devices/${deviceId}/cut-off`, {
      because: "lost",
      note: "電車の中",
    });
    expect(answer.body).toEqual({ ended: 2 });
    await stream.until((frame) => frame.type === "session.ended");
    expect((await phone.get("/api/v1/me")).status).toBe(401);
    expect((await colleague.call("GET", "/api/v1/me")).status).toBe(401);
    expect((await browser.call("GET", "/api/v1/sign-in-page")).body.mustForget).toBe(true);
    expect((await browser.signIn()).body.code).toBe("device-cut-off");
    // Somebody else's browser is not told to forget.
    const stranger = await newBrowser();
    expect((await stranger.call("GET", "/api/v1/sign-in-page")).body.mustForget).toBe(false);
    await stranger.call("POST", "/api/v1/forgotten-device");
    expect((await browser.call("GET", "/api/v1/sign-in-page")).body.mustForget).toBe(true);

    await browser.call("POST", "/api/v1/forgotten-device");
    expect((await browser.call("GET", "/api/v1/sign-in-page")).body.mustForget).toBe(false);
    const [row] = (await administrator.get("/api/v1/devices?approval=cut-off")).body.items.filter(
      (each: any) => each.id === deviceId,
    );
    expect(row).toMatchObject({ cutOffBecause: "lost", wipedAt: expect.any(String), liveSessions: 0 });
    const again = await administrator.post(`/api/v1/devices/${deviceId}/cut-off`, { because: "lost" });
    expect(again.status).toBe(409);
    // Found in the lost property office.
    const back = await administrator.post(`/api/v1/devices/${deviceId}/restore`, {
      reason: "遺失物として戻った",
    });
    expect(back.status).toBe(204);
    expect((await browser.signIn()).status).toBe(201);
    expect(await auditOf(deviceId)).toEqual(["device.cut-off", "device.wiped", "device.restored"]);
  });

  test("one reports one's own phone lost from another device; that of somebody else is unknown", async () => {
    const phone = await newBrowser();
    await phone.signIn();
    const deviceId = (await phone.call("GET", "/api/v1/me/devices")).body.items[0].id;
    const colleague = await newBrowser();
    await colleague.signIn();
    const report = { because: "stolen" };
    expect((await colleague.call("POST", `/api/v1/me/devices/${deviceId}/cut-off`, report)).status).toBe(404);
    expect((await colleague.call("PUT", `/api/v1/me/devices/${deviceId}`, { name: "私の" })).status).toBe(
      404,
    );
    const desk = await as(phone.person, "lgwan");
    expect((await desk.post(`/api/v1/me/devices/${deviceId}/cut-off`, report)).body).toEqual({ ended: 1 });
    expect((await phone.call("GET", "/api/v1/me")).status).toBe(401);
    expect((await desk.get("/api/v1/me/devices")).body.items).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ id: deviceId, approval: "cut-off", cutOffBecause: "stolen" }),
      ]),
    );
  });

  test("the consent for one's own phone is taken back on the phone itself", async () => {
    const phone = await newBrowser();
    await phone.signIn();
    const deviceId = (await phone.call("GET", "/api/v1/me/devices")).body.items[0].id;
    const answer = await phone.call("POST", `/api/v1/me/devices/${deviceId}/cut-off`, {
      because: "consent-withdrawn",
    });
    expect(answer.body).toEqual({ ended: 1 });
    expect((await phone.call("GET", "/api/v1/sign-in-page")).body.mustForget).toBe(true);
  });

  test("a session that somebody puts back under a device that was cut off is none", async () => {
    const browser = await newBrowser();
    await browser.signIn();
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("device")
          .set({ approval: "cut-off" })
          .where("tenant_id", "=", tenantId)
          .where("account_id", "=", browser.person.id),
      ),
    );
    clock.advance(minute);
    expect((await browser.call("GET", "/api/v1/me")).status).toBe(401);
  });
});

test("the time after which the screen is covered is told by side", async () => {
  await askApproval({ isApprovalNeeded: false, idleMinutes: { lgwan: 15, internet: 5 } });
  expect((await administrator.get("/api/v1/me")).body.idleMinutes).toBe(15);
  expect((await (await signedIn({}, "internet")).get("/api/v1/me")).body.idleMinutes).toBe(5);
});
