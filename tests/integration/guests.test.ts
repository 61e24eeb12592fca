import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lookThroughGuests } from "#capabilities/guests/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import { totpAt } from "#core/identity/index.ts";
import type { Zone } from "#core/policy/index.ts";
import { publishFirstVersions } from "#core/rules/index.ts";
import { organisationListeners } from "#server/organisation-listeners.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSection, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const day = 86_400_000;
const password = "山の上の小さな図書館と川下の橋";
let server: TestServer;
let now = new Date("2026-11-21T01:00:00Z");
const clock = { now: () => now };
const inDays = (days: number) => new Date(now.getTime() + days * day).toISOString();

beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());
beforeEach(() => {
  now = new Date("2026-11-21T01:00:00Z");
});

async function as(person: { id: string; tenantId: string }, zone: Zone = "lgwan"): Promise<ApiClient> {
  const expiresAt = new Date("2030-01-01T00:00:00Z");
  const { token } = await buildSession(server.database, person, { zone, expiresAt });
  return new ApiClient(server.url(zone), token);
}

/** A section whose staff have a room, and terms for guests that are published. */
async function buildTown() {
  const tenantId = await buildMunicipality(server.database);
  await publishFirstVersions(server.database, tenantId, now);
  const section = await buildSection(server.database, tenantId, { name: "社会教育課" });
  const sponsor = await buildPerson(server.database, tenantId, { sectionId: section.id, name: "担当 花子" });
  const colleague = await buildPerson(server.database, tenantId, { sectionId: section.id });
  const stranger = await buildPerson(server.database, tenantId, {});
  const admin = await buildPerson(server.database, tenantId, { isAdministrator: true });
  const client = await as(sponsor);
  const room = await client.createGroup([colleague.id], "市民会館の運営");
  return { tenantId, section, sponsor, colleague, stranger, admin, client, roomId: room.id as string };
}
type Town = Awaited<ReturnType<typeof buildTown>>;

function invitation(town: Town, more: object = {}) {
  return {
    name: "客 次郎",
    kana: "きゃく じろう",
    affiliation: "みなと施設管理㈱",
    address: "kyaku@example.jp",
    purpose: "舞台設備の点検",
    roomIds: [town.roomId],
    until: inDays(60),
    ...more,
  };
}

async function invite(town: Town, more: object = {}): Promise<{ id: string; token: string; code: string }> {
  const answer = await town.client.post("/api/v1/guest-invitations", invitation(town, more));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const outside = () => server.anonymous("internet");
const open = (made: { token: string; code: string }) =>
  outside().post("/api/v1/guest-invitations/opening", { token: made.token, code: made.code });

async function accept(made: { token: string; code: string }, more: object = {}) {
  const opened = await open(made);
  expect(opened.status, JSON.stringify(opened.body)).toBe(200);
  return outside().post("/api/v1/guest-invitations/acceptance", {
    token: made.token,
    code: made.code,
    password,
    totp: await totpAt(opened.body.totpSecret, now),
    agreedTerms: opened.body.terms.id,
    ...more,
  });
}

async function admit(town: Town, more: object = {}) {
  const answer = await accept(await invite(town, more));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const id: string = answer.body.me.person.id;
  return {
    id,
    loginId: answer.body.loginId as string,
    client: new ApiClient(server.url("internet"), answer.body.token),
    person: { id, tenantId: town.tenantId },
  };
}

const listed = async (client: ApiClient, id: string, view = "own") =>
  (await client.get(`/api/v1/guests?view=${view}`)).body.items.find((item: any) => item.person.id === id);

describe("an invitation", () => {
  test("is accepted with password, app and terms; the guest is in, on the Internet side, in the named rooms only", async () => {
    const town = await buildTown();
    const stream = await town.client.stream();
    const other = await town.client.createGroup([town.colleague.id], "内輪の話");
    const guest = await admit(town);
    const added = await stream.until((frame) => frame.type === "member.added");
    expect(added).toMatchObject({
      roomId: town.roomId,
      guestCount: 1,
      member: { person: { kind: "guest" } },
    });
    stream.close();
    const rooms = await guest.client.get("/api/v1/rooms");
    expect(rooms.body.items.map((room: any) => room.id)).toEqual([town.roomId]);
    expect(rooms.body.items[0].guestCount).toBe(1);
    expect((await guest.client.get(`/api/v1/rooms/${other.id}/messages`)).status).toBe(404);
    // They see their room's people and nobody else; no tree of sections, no other guests, no page about guests.
    const people = (await guest.client.get("/api/v1/people?limit=200")).body.items.map(
      (each: any) => each.id,
    );
    expect(new Set(people)).toEqual(new Set([guest.id, town.sponsor.id, town.colleague.id]));
    for (const path of ["guests", "guests?view=all", "guest-reviews", "rule-texts", "licences"])
      expect([path, (await guest.client.get(`/api/v1/${path}`)).status]).toEqual([path, 404]);
    // The token of the Internet side is nothing on the LGWAN side, and neither is the password.
    expect((await new ApiClient(server.url("lgwan"), guest.client.token).get("/api/v1/me")).status).toBe(401);
    const inside = await server
      .anonymous("lgwan")
      .post("/api/v1/sessions", { loginId: guest.loginId, password });
    expect(["zone-not-allowed", "tenant-required"]).toContain(inside.body.code);
    expect((await listed(town.client, guest.id)).state).toBe("staying");
  });

  test("needs link and code together, works once, and locks after ten wrong codes", async () => {
    const town = await buildTown();
    const made = await invite(town);
    const wrong = { ...made, code: "AAAA-AAAA" };
    const refusals = [
      await open(wrong),
      await open({ ...made, token: `${made.token.slice(0, -2)}AA` }),
      await open({ token: "x", code: "y" }),
    ];
    expect(new Set(refusals.map(({ body }) => body.code))).toEqual(new Set(["invitation-not-valid"]));
    // As it is told on the telephone: small letters, no hyphen.
    expect((await open({ ...made, code: made.code.toLowerCase().replace("-", " ") })).status).toBe(200);
    for (let i = 0; i < 10; i++) expect((await open(wrong)).status).toBe(403);
    expect((await open(made)).body.code).toBe("invitation-not-valid");
    const { invitations } = (await town.client.get("/api/v1/guests")).body;
    expect(invitations[0]).toMatchObject({ id: made.id, state: "locked" });
    const again = await town.client.post(`/api/v1/guest-invitations/${made.id}/renewal`, undefined);
    expect((await open(made)).body.code).toBe("invitation-not-valid");
    const both = await Promise.all([accept(again.body), accept(again.body)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect((await open(again.body)).body.code).toBe("invitation-not-valid");
  });

  test("does not exist on the LGWAN side, ends with its days, by withdrawal and with its sponsor", async () => {
    const town = await buildTown();
    const made = await invite(town);
    const inside = await server.anonymous("lgwan").post("/api/v1/guest-invitations/opening", made);
    expect(inside.status).toBe(404);
    expect((await town.client.delete(`/api/v1/guest-invitations/${made.id}`)).status).toBe(204);
    expect((await open(made)).body.code).toBe("invitation-not-valid");
    const late = await invite(town);
    now = new Date(now.getTime() + 14 * day);
    expect((await open(late)).body.code).toBe("invitation-not-valid");
    const left = await invite(town, { until: inDays(60) });
    await leave(town);
    expect((await open(left)).body.code).toBe("invitation-not-valid");
  });

  test("keeps a weak password, a wrong code of the app and unread terms out, and lets them be tried again", async () => {
    const town = await buildTown();
    const made = await invite(town);
    expect((await accept(made, { password: "password1234" })).body.code).toBe("password-too-weak");
    expect((await accept(made, { totp: "000000" })).body.code).toBe("totp-failed");
    expect((await accept(made, { agreedTerms: made.id })).body.code).toBe("agreement-token-over");
    expect((await accept(made)).status).toBe(201);
  });

  test("goes only to rooms into which one may invite, for a term that is allowed, and under published terms", async () => {
    const town = await buildTown();
    const post = (client: ApiClient, more: object = {}) =>
      client.post("/api/v1/guest-invitations", invitation(town, more));
    expect((await post(await as(town.stranger))).status).toBe(404);
    expect((await post(town.client, { until: inDays(400) })).body.code).toBe("guest-term-too-long");
    expect((await post(town.client, { until: inDays(-1) })).status).toBe(400);
    const desk = await buildPerson(server.database, town.tenantId, { kind: "section" });
    expect((await post(await as(desk))).body.facts.ruleId).toBe("guest.person-invites");
    const elsewhere = await buildMunicipality(server.database);
    const alone = await as(await buildPerson(server.database, elsewhere));
    const room = await alone.createGroup([]);
    const answer = await post(alone, { roomIds: [room.id] });
    expect(answer.body.code).toBe("guest-terms-missing");
  });
});

describe("a stay", () => {
  test("is extended by its sponsor with a reason, ends by itself at its moment, and can be ended at once", async () => {
    const town = await buildTown();
    const guest = await admit(town, { until: inDays(10) });
    const term = `/api/v1/guests/${guest.id}/term`;
    const body = { until: inDays(20), reason: "工期が延びたため" };
    const refused = await (await as(town.colleague)).put(term, body);
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "guest.only-sponsor"]);
    expect((await town.client.put(term, { ...body, reason: "" })).status).toBe(400);
    expect((await town.client.put(term, { ...body, until: inDays(400) })).body.code).toBe(
      "guest-term-too-long",
    );
    now = new Date(now.getTime() + 1000);
    expect((await town.client.put(term, body)).status).toBe(204);
    expect(await listed(town.client, guest.id)).toMatchObject({ until: body.until, endsAt: body.until });
    now = new Date(now.getTime() + 20 * day);
    expect((await guest.client.get("/api/v1/me")).status).toBe(401);
    expect((await listed(town.client, guest.id)).state).toBe("over");
    expect((await town.client.put(term, { until: inDays(5), reason: "検収のため" })).status).toBe(204);
    now = new Date(now.getTime() + 1000);
    const client = await as(guest.person, "internet");
    const stream = await client.stream();
    expect((await town.client.post(`/api/v1/guests/${guest.id}/end`, { reason: "契約の終了" })).status).toBe(
      204,
    );
    await stream.untilClosed();
    expect((await client.get("/api/v1/me")).status).toBe(401);
    const room = (await town.client.get("/api/v1/rooms")).body.items.find(
      (each: any) => each.id === town.roomId,
    );
    expect(room.guestCount).toBe(0);
    expect((await town.client.put(term, { until: inDays(5), reason: "再開" })).body.code).toBe("conflict");
    expect((await listed(town.client, guest.id)).changes.map((each: any) => each.kind)).toEqual([
      "ended",
      "extended",
      "extended",
      "accepted",
    ]);
  });

  test("warns the sponsor fourteen and three days before, once each", async () => {
    const town = await buildTown();
    const guest = await admit(town, { until: inDays(30) });
    const told = async () => {
      const stream = await town.client.stream();
      await lookThroughGuests(server.database, town.tenantId, now);
      await lookThroughGuests(server.database, town.tenantId, now);
      await mark(town);
      await stream.until((frame) => frame.type === "message.sent");
      const count = stream.events.filter((event) => event.type === "guests.changed").length;
      stream.close();
      return count;
    };
    expect(await told()).toBe(0);
    now = new Date(now.getTime() + 16 * day);
    expect(await told()).toBe(1);
    expect((await listed(town.client, guest.id)).needs).toEqual(["extension"]);
    now = new Date(now.getTime() + 5 * day);
    expect(await told()).toBe(0);
    now = new Date(now.getTime() + 7 * day);
    expect(await told()).toBe(1);
    // Two weeks after the end the rooms no longer show the guest.
    now = new Date(now.getTime() + 17 * day);
    await lookThroughGuests(server.database, town.tenantId, now);
    const room = (await town.client.get("/api/v1/rooms")).body.items.find(
      (each: any) => each.id === town.roomId,
    );
    expect(room.guestCount).toBe(0);
  });

  test("waits for somebody of the section when the sponsor leaves, and ends after two weeks without", async () => {
    const town = await buildTown();
    const [guest, forgotten] = [
      await admit(town, { until: inDays(90) }),
      await admit(town, { until: inDays(90) }),
    ];
    const colleague = await as(town.colleague);
    const stream = await colleague.stream();
    await leave(town);
    await stream.until((frame) => frame.type === "guests.changed");
    stream.close();
    const seen = await listed(colleague, guest.id);
    expect(seen).toMatchObject({ needs: ["sponsor"], mayTakeOver: true, isOwn: false, endsAt: inDays(14) });
    const sponsor = `/api/v1/guests/${guest.id}/sponsor`;
    const refused = await (await as(town.stranger)).put(sponsor, { reason: "引継ぎ" });
    expect(refused.status).toBe(403);
    // Nobody names somebody else but the office of accounts.
    const named = { reason: "引継ぎ", sponsorId: town.stranger.id };
    expect((await colleague.put(sponsor, named)).status).toBe(403);
    expect((await colleague.put(sponsor, { reason: "引継ぎ" })).status).toBe(204);
    expect(await listed(colleague, guest.id)).toMatchObject({
      isOwn: true,
      needs: [],
      endsAt: (await listed(colleague, guest.id)).until,
    });
    now = new Date(now.getTime() + 14 * day);
    const rooms = async (who: typeof guest) => (await as(who.person, "internet")).get("/api/v1/rooms");
    expect((await rooms(guest)).status).toBe(200);
    expect((await rooms(forgotten)).status).toBe(401);
    const admin = await as(town.admin);
    expect((await admin.put(`/api/v1/guests/${forgotten.id}/sponsor`, named)).status).toBe(204);
    expect((await (await as(forgotten.person, "internet")).get("/api/v1/rooms")).status).toBe(200);
  });
});

describe("the half-yearly review", () => {
  test("opens on its day, lists every guest, renews or ends, and ends who was not renewed", async () => {
    const town = await buildTown();
    const admin = await as(town.admin);
    const guests = [await admit(town), await admit(town), await admit(town)];
    const [kept, ended, lapsed] = guests as [(typeof guests)[0], (typeof guests)[0], (typeof guests)[0]];
    await lookThroughGuests(server.database, town.tenantId, now);
    expect((await admin.get("/api/v1/guest-reviews")).body.items).toEqual([]);
    for (const guest of guests)
      await town.client.put(`/api/v1/guests/${guest.id}/term`, { until: inDays(300), reason: "年間の委託" });
    // Missed on the first of April, made good on the third.
    now = new Date("2027-04-02T22:00:00Z");
    await lookThroughGuests(server.database, town.tenantId, now);
    await lookThroughGuests(server.database, town.tenantId, now);
    const reviews = (await admin.get("/api/v1/guest-reviews")).body.items;
    expect(reviews).toHaveLength(1);
    expect(reviews[0]).toMatchObject({ total: 3, renewed: 0, closedAt: null, closesAt: inDays(30) });
    expect(await listed(town.client, kept.id)).toMatchObject({ needs: ["renewal"], endsAt: inDays(30) });
    const put = (guest: { id: string }, body: object, client = town.client) =>
      client.put(`/api/v1/guests/${guest.id}/review`, body);
    const renewal = { outcome: "renewed", until: inDays(200), reason: "今年度も委託するため" };
    expect((await put(kept, renewal, await as(town.colleague))).status).toBe(403);
    expect((await put(kept, renewal)).status).toBe(204);
    expect((await put(kept, renewal)).body.code).toBe("conflict");
    expect((await put(ended, { outcome: "ended", reason: "契約の終了" })).status).toBe(204);
    expect((await ended.client.get("/api/v1/me")).status).toBe(401);
    expect(await listed(town.client, kept.id)).toMatchObject({ needs: [], endsAt: renewal.until });
    now = new Date(now.getTime() + 30 * day);
    // Access ends at the moment itself, before the morning's work has closed the review.
    expect((await (await as(lapsed.person, "internet")).get("/api/v1/rooms")).status).toBe(401);
    await lookThroughGuests(server.database, town.tenantId, now);
    const report = (await admin.get(`/api/v1/guest-reviews/${reviews[0].id}`)).body;
    expect(report.closedAt).not.toBeNull();
    const outcomes = Object.fromEntries(report.items.map((item: any) => [item.person.id, item.outcome]));
    expect(outcomes).toEqual({ [kept.id]: "renewed", [ended.id]: "ended", [lapsed.id]: "lapsed" });
    expect((await (await as(kept.person, "internet")).get("/api/v1/rooms")).status).toBe(200);
    // No second one in the same month; the next opens in October.
    await lookThroughGuests(server.database, town.tenantId, now);
    expect((await admin.get("/api/v1/guest-reviews")).body.items).toHaveLength(1);
    now = new Date("2027-10-01T00:00:00Z");
    await lookThroughGuests(server.database, town.tenantId, now);
    expect((await admin.get("/api/v1/guest-reviews")).body.items).toHaveLength(2);
  });

  test("guests of the office's lists are in it too; all of it is for the office of accounts on the LGWAN side", async () => {
    const town = await buildTown();
    const guest = await buildPerson(server.database, town.tenantId, { kind: "guest" });
    const admin = await as(town.admin);
    expect((await admin.post("/api/v1/guest-reviews", undefined)).status).toBe(201);
    expect((await admin.post("/api/v1/guest-reviews", undefined)).body.code).toBe("conflict");
    expect(await listed(admin, guest.id, "all")).toMatchObject({
      needs: ["sponsor", "renewal"],
      isOwn: true,
    });
    for (const path of ["guests?view=all", "guest-reviews"]) {
      expect((await town.client.get(`/api/v1/${path}`)).body.facts.ruleId).toBe("guest.office-only");
      const refused = await (await as(town.admin, "internet")).get(`/api/v1/${path}`);
      expect(refused.body.facts.ruleId).toBe("guest.lgwan-only");
    }
    const settings = {
      defaultDays: 30,
      longestDays: 60,
      invitationDays: 7,
      reviewMonths: [6],
      reviewDays: 20,
    };
    expect((await admin.put("/api/v1/guest-settings", settings)).status).toBe(204);
    expect((await town.client.get("/api/v1/guests")).body.settings).toEqual(settings);
    expect((await admin.put("/api/v1/guest-settings", { ...settings, defaultDays: 61 })).status).toBe(400);
  });
});

/** Something behind everything that was published until now. */
async function mark(town: Town): Promise<void> {
  await town.client.send(town.roomId, "ここまで");
}

/** The sponsor leaves the office today, as the office's own action does it. */
async function leave(town: Town): Promise<void> {
  await server.database.transaction(scopeOf(town.tenantId), async (tx) => {
    await tx.run(
      {
        name: "test.leave",
        text: "update person set left_at = $3 where tenant_id = $1 and id = $2",
      },
      [town.tenantId, town.sponsor.id, now],
    );
    await recordAudit(tx, { tenantId: town.tenantId, system: "test" }, now, {
      action: "person.left",
      subjectId: town.sponsor.id,
      rule: { id: "test", ja: "試験", en: "test" },
      facts: {},
    });
    for (const listen of organisationListeners)
      await listen(tx, { tenantId: town.tenantId, personIds: [town.sponsor.id], now });
  });
}
