import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Zone } from "#core/policy/index.ts";
import { endUnagreed } from "#core/rules/actions/end-unagreed.ts";
import { askAtItsMoment } from "#core/rules/actions/publish-rules.ts";
import type { OwnRules, RuleAudience, RulesEvents } from "#core/rules/contract.ts";
import { applyRules, type RulesEvent, type RulesState, stateOfRules } from "#core/rules/web/apply.ts";
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

let server: TestServer;
let now = new Date("2026-11-21T00:00:00Z");
const clock = { now: () => now };

beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());

/** A client whose session outlives the days that these tests let pass. */
async function as(person: BuiltPerson, zone: Zone = "lgwan"): Promise<ApiClient> {
  const expiresAt = new Date("2030-01-01T00:00:00Z");
  const { token } = await buildSession(server.database, person, { zone, expiresAt });
  return new ApiClient(server.url(zone), token);
}

type Town = { tenantId: string; slug: string; admin: ApiClient; staff: BuiltPerson; client: ApiClient };

/** A municipality with somebody who looks after the rules and somebody who has to agree. */
async function buildTown(): Promise<Town> {
  const slug = `town-${newId().slice(-8).replace(/^\d/, "a")}`;
  const tenantId = await buildMunicipality(server.database, { slug });
  const admin = await as(await buildPerson(server.database, tenantId, { isAdministrator: true }));
  const staff = await buildPerson(server.database, tenantId);
  return { tenantId, slug, admin, staff, client: await as(staff) };
}

async function publishText(
  admin: ApiClient,
  audience: RuleAudience,
  body = "守ること。",
  more: { effectiveAt?: string; graceDays?: number } = {},
): Promise<string> {
  const draft = await admin.put(`/api/v1/rule-drafts/${audience}`, {
    title: "運用ルール",
    body,
    basedOn: null,
  });
  expect(draft.status).toBe(200);
  const texts = await admin.get("/api/v1/rule-texts");
  const found = texts.body.items.find((text: any) => text.id === draft.body.id);
  const answer = await admin.post(`/api/v1/rule-texts/${found.id}/publication`, {
    effectiveAt: more.effectiveAt ?? null,
    graceDays: more.graceDays ?? 3,
    reason: "年度の見直し",
    basedOn: found.changedAt,
  });
  expect(answer.status).toBe(204);
  return found.id;
}

function signIn(town: Town, person: BuiltPerson, more: object = {}) {
  return server.anonymous().post("/api/v1/sessions", {
    loginId: person.loginId,
    password: testPassword,
    tenant: town.slug,
    ...more,
  });
}

describe("signing in", () => {
  test("is refused with the text until it is agreed to, in the same step", async () => {
    const town = await buildTown();
    expect((await signIn(town, town.staff)).status).toBe(201);
    const textId = await publishText(town.admin, "staff", "# 1. 基本\n守ること。");
    const refused = await signIn(town, town.staff);
    expect([refused.status, refused.body.code]).toEqual([403, "rules-not-agreed"]);
    expect(refused.body.facts).toMatchObject({ textId, version: 1, body: "# 1. 基本\n守ること。" });
    expect((await signIn(town, town.staff, { agreedRules: newId() })).body.code).toBe("rules-not-agreed");
    // A wrong password learns nothing of the rules.
    expect((await signIn(town, town.staff, { password: "wrong", agreedRules: textId })).body.code).toBe(
      "sign-in-failed",
    );
    expect((await signIn(town, town.staff, { agreedRules: textId })).status).toBe(201);
    expect((await signIn(town, town.staff)).status).toBe(201);
  });

  test("the refusal's token can agree and do nothing else, for an hour and this text alone", async () => {
    const town = await buildTown();
    const first = await publishText(town.admin, "staff");
    const { agreementToken } = (await signIn(town, town.staff)).body.facts;
    const outside = new ApiClient(server.url("lgwan"), agreementToken);
    expect((await outside.get("/api/v1/me")).status).toBe(401);
    const agree = (token: string) => server.anonymous().post("/api/v1/rule-agreements", { token });
    expect((await agree(`${agreementToken.slice(0, -3)}AAA`)).body.code).toBe("agreement-token-over");
    expect((await agree("x")).body.code).toBe("agreement-token-over");
    now = new Date(now.getTime() + 61 * 60_000);
    expect((await agree(agreementToken)).body.code).toBe("agreement-token-over");
    const fresh = (await signIn(town, town.staff)).body.facts;
    expect((await agree(fresh.agreementToken)).status).toBe(204);
    expect((await agree(fresh.agreementToken)).status).toBe(204);
    expect((await signIn(town, town.staff)).status).toBe(201);
    const second = await publishText(town.admin, "staff", "第2版");
    expect(second).not.toBe(first);
    expect((await agree(fresh.agreementToken)).body.code).toBe("agreement-token-over");
    expect((await signIn(town, town.staff)).body.facts).toMatchObject({ textId: second, version: 2 });
  });

  test("each audience has its own text, and at a section account each operator agrees", async () => {
    const town = await buildTown();
    const section = await buildSection(server.database, town.tenantId);
    const desk = await buildPerson(server.database, town.tenantId, {
      kind: "section",
      sectionId: section.id,
    });
    const [a, b] = [1, 2].map(() => buildPerson(server.database, town.tenantId, { sectionId: section.id }));
    const textId = await publishText(town.admin, "section");
    expect((await signIn(town, town.staff)).status).toBe(201);
    const asA = { operatorId: (await a!).id };
    const asB = { operatorId: (await b!).id };
    expect((await signIn(town, desk, asA)).body.code).toBe("rules-not-agreed");
    expect((await signIn(town, desk, { ...asA, agreedRules: textId })).status).toBe(201);
    expect((await signIn(town, desk, asA)).status).toBe(201);
    expect((await signIn(town, desk, asB)).body.code).toBe("rules-not-agreed");
  });
});

describe("open sessions", () => {
  test("are asked at the moment, may put it off for some days, and end without agreement", async () => {
    const town = await buildTown();
    const guest = await buildPerson(server.database, town.tenantId, { kind: "guest" });
    const asGuest = await as(guest, "internet");
    const [stream, guestStream] = [await town.client.stream(), await asGuest.stream()];
    const soon = new Date(now.getTime() + 3_600_000);
    const textId = await publishText(town.admin, "staff", "第1版", { effectiveAt: soon.toISOString() });
    expect((await town.client.get("/api/v1/me/rules")).body).toMatchObject({ text: null, isAgreed: true });
    expect((await signIn(town, town.staff)).status).toBe(201);
    now = new Date(soon.getTime() + 1000);
    await askAtItsMoment(server.database, clock, town.tenantId, textId);
    const told = await stream.until((frame) => frame.type === "rules.published");
    expect(told).toMatchObject({ text: { id: textId, version: 1, audience: "staff" } });
    expect((await town.client.get("/api/v1/me/rules")).body).toMatchObject({
      text: { id: textId },
      isAgreed: false,
    });
    // Working on is possible for the days of grace; then the session ends, and its stream with it.
    expect((await town.client.get("/api/v1/rooms")).status).toBe(200);
    now = new Date(soon.getTime() + 2.9 * 86_400_000);
    expect(await endUnagreed(server.database, town.tenantId, textId, now)).toEqual([]);
    now = new Date(soon.getTime() + 3 * 86_400_000);
    const fresh = await as(town.staff);
    const freshStream = await fresh.stream();
    const ended = await endUnagreed(server.database, town.tenantId, textId, now);
    expect(ended.length).toBeGreaterThan(0);
    await freshStream.untilClosed();
    expect((await fresh.get("/api/v1/me")).status).toBe(401);
    // The guest has heard nothing of a text that is not for guests.
    expect(guestStream.events.filter((event) => event.type.startsWith("rules."))).toEqual([]);
    guestStream.close();
  });

  test("apply(old, events) equals a fresh fetch, for everybody whom a text concerns or not", async () => {
    const town = await buildTown();
    const guest = await buildPerson(server.database, town.tenantId, { kind: "guest" });
    const watching = await Promise.all(
      [town.client, await as(town.staff), await as(guest, "internet")].map(async (client) => {
        const stream = await client.stream();
        const me = (await client.get("/api/v1/me")).body;
        const fetch = async (): Promise<RulesState> =>
          stateOfRules(me, (await client.get<OwnRules>("/api/v1/me/rules")).body);
        return { client, stream, fetch, before: await fetch() };
      }),
    );
    const settle = async (names: readonly (keyof RulesEvents)[][]) => {
      for (const [i, { stream, fetch, before }] of watching.entries()) {
        for (const name of names[i]!) await stream.until((frame) => frame.type === name);
        const events = stream.events as unknown as RulesEvent[];
        const applied = events.reduce(applyRules, before);
        expect(events.reduce(applyRules, applied)).toEqual(applied);
        const { remindedAt: _, ...rest } = applied;
        const { remindedAt: __, ...fresh } = await fetch();
        expect(rest).toEqual(fresh);
      }
    };
    const staffText = await publishText(town.admin, "staff");
    await settle([["rules.published"], ["rules.published"], []]);
    await publishText(town.admin, "guest");
    await settle([["rules.published"], ["rules.published"], ["rules.published"]]);
    expect((await town.admin.post("/api/v1/rule-reminders", { audience: "staff" })).status).toBe(200);
    await settle([["rules.reminded"], ["rules.reminded"], ["rules.published"]]);
    expect(watching[0]!.stream.events.some((event) => event.textId === staffText)).toBe(true);
    expect((await town.client.put(`/api/v1/me/rules/${staffText}/agreement`)).status).toBe(204);
    await settle([["rules.agreed"], ["rules.agreed"], ["rules.published"]]);
    for (const { stream } of watching) stream.close();
  });

  test("nobody agrees to another text than the one that holds for them", async () => {
    const town = await buildTown();
    const guestText = await publishText(town.admin, "guest");
    const old = await publishText(town.admin, "staff");
    await publishText(town.admin, "staff", "第2版");
    for (const id of [guestText, old, newId(), "x"])
      expect((await town.client.put(`/api/v1/me/rules/${id}/agreement`)).status).toBe(404);
  });
});

describe("looking after the rules", () => {
  test("is for the office of the rules on the LGWAN side; guests do not learn of it", async () => {
    const town = await buildTown();
    const admin = await buildPerson(server.database, town.tenantId, { isAdministrator: true });
    const guest = await buildPerson(server.database, town.tenantId, { kind: "guest" });
    const calls = (client: ApiClient) => [
      client.get("/api/v1/rule-texts"),
      client.put("/api/v1/rule-drafts/staff", { title: "あ", body: "い", basedOn: null }),
      client.post(`/api/v1/rule-texts/${newId()}/withdrawal`, { reason: "う" }),
      client.get("/api/v1/rule-agreements?audience=staff"),
      client.post("/api/v1/rule-reminders", { audience: "staff" }),
    ];
    const codes = async (client: ApiClient) =>
      (await Promise.all(calls(client))).map(({ status, body }) => [status, body.facts?.ruleId]);
    for (const answer of await codes(town.client)) expect(answer).toEqual([403, "rules.office-only"]);
    for (const answer of await codes(await as(admin, "internet")))
      expect(answer).toEqual([403, "rules.lgwan-only"]);
    for (const [status] of await codes(await as(guest, "internet"))) expect(status).toBe(404);
  });

  test("a draft that somebody else changed is not overwritten; a moment to come can be taken back", async () => {
    const { admin } = await buildTown();
    const put = (basedOn: string | null) =>
      admin.put("/api/v1/rule-drafts/staff", { title: "題", body: "本文", basedOn });
    expect((await put(null)).status).toBe(200);
    expect((await put(null)).body.code).toBe("conflict");
    const draft = async () => (await admin.get("/api/v1/rule-texts")).body.items[0];
    now = new Date(now.getTime() + 1000);
    expect((await put((await draft()).changedAt)).status).toBe(200);
    const { id, changedAt } = await draft();
    const publish = (effectiveAt: string) =>
      admin.post(`/api/v1/rule-texts/${id}/publication`, {
        effectiveAt,
        graceDays: 0,
        reason: "見直し",
        basedOn: changedAt,
      });
    expect((await publish(new Date(now.getTime() - 1).toISOString())).status).toBe(400);
    expect((await publish(new Date(now.getTime() + 86_400_000).toISOString())).status).toBe(204);
    expect((await draft()).state).toBe("scheduled");
    expect((await admin.post(`/api/v1/rule-texts/${id}/withdrawal`, { reason: "誤り" })).status).toBe(204);
    expect((await draft()).state).toBe("draft");
    await publishAgain();
    expect((await draft()).state).toBe("in-effect");
    expect((await admin.post(`/api/v1/rule-texts/${id}/withdrawal`, { reason: "誤り" })).body.code).toBe(
      "conflict",
    );

    async function publishAgain() {
      const { changedAt: basedOn } = await draft();
      const body = { effectiveAt: null, graceDays: 0, reason: "見直し", basedOn };
      expect((await admin.post(`/api/v1/rule-texts/${id}/publication`, body)).status).toBe(204);
    }
  });

  test("the list says who has not agreed, by section, and asks them once more", async () => {
    const town = await buildTown();
    const section = await buildSection(server.database, town.tenantId, { name: "財政課" });
    const [one, two] = [
      await buildPerson(server.database, town.tenantId, { sectionId: section.id, name: "財政 一郎" }),
      await buildPerson(server.database, town.tenantId, { sectionId: section.id, name: "財政 二郎" }),
    ];
    const textId = await publishText(town.admin, "staff");
    const asOne = await as(one);
    expect((await asOne.put(`/api/v1/me/rules/${textId}/agreement`)).status).toBe(204);
    const list = async () => (await town.admin.get("/api/v1/rule-agreements?audience=staff")).body;
    expect(await list()).toMatchObject({ total: 4, agreed: 1 });
    const finance = (await list()).sections.find((each: any) => each.sectionId === section.id);
    expect(finance).toMatchObject({ total: 2, agreed: 1, missing: [{ id: two.id, remindedAt: null }] });
    const asked = await town.admin.post("/api/v1/rule-reminders", {
      audience: "staff",
      sectionId: section.id,
    });
    expect(asked.body).toEqual({ reminded: 1 });
    const again = (await list()).sections.find((each: any) => each.sectionId === section.id);
    expect(again.missing[0].remindedAt).not.toBeNull();
  });
});
