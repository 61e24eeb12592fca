import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tellFinishedInspections } from "#capabilities/governance/index.ts";
import {
  decideAskInspection,
  decideConsentInspection,
  decideReadInspected,
} from "#capabilities/governance/server/inspection-policy.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { type Actor, type Office, offices, type Zone } from "#core/policy/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock(new Date());
const day = 86_400_000;
let server: TestServer;
let tenantId: string;
let asker: BuiltPerson;
let auditor: BuiltPerson;
let member: BuiltPerson;
let asking: ApiClient;
let auditing: ApiClient;
let within: ApiClient;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());
/** A client whose session outlasts the terms of these tests. */
async function clientOf(person: BuiltPerson, zone: Zone = "lgwan"): Promise<ApiClient> {
  const expiresAt = new Date(Date.now() + 60 * day);
  return new ApiClient(
    server.url(zone),
    (await buildSession(server.database, person, { zone, expiresAt })).token,
  );
}

beforeEach(async () => {
  clock.set(new Date());
  tenantId = await buildMunicipality(server.database);
  const person = (given: readonly Office[] = []) =>
    buildPerson(server.database, tenantId, { offices: given });
  [asker, auditor, member] = [await person(["records"]), await person(["audit"]), await person()];
  asking = await clientOf(asker);
  auditing = await clientOf(auditor);
  within = await clientOf(member);
  roomId = (await within.createGroup([(await person()).id], "内部の相談")).id;
  for (const body of ["一つ目", "二つ目", "三つ目"]) await within.send(roomId, body);
});

const ask = async (more: object = {}, by = asking) =>
  by.post("/api/v1/inspections", {
    roomIds: [roomId],
    reason: "ハラスメントの申し出の調査",
    days: 3,
    laterBecause: null,
    ...more,
  });
const decide = (id: string, by = auditing, consents = true) =>
  by.post(`/api/v1/inspections/${id}/decision`, { consents, reason: "申し出の記録を確認" });
const read = (id: string, by = asking, query = "") =>
  by.get(`/api/v1/inspections/${id}/rooms/${roomId}/messages${query}`);
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body?.facts?.ruleId];
const lines = async () =>
  (await within.get(`/api/v1/rooms/${roomId}/changes`)).body.items.filter(
    (each: any) => each.kind === "inspected",
  );
const recorded = async () =>
  (
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("audit_entry")
          .select(["action", "actor_id", "payload"])
          .where("action", "like", "inspection.%")
          .orderBy("id"),
      ),
    )
  ).map(({ action, actor_id, payload }) => ({ action, by: actor_id, facts: JSON.parse(payload!).facts }));

describe("nobody reads a room of others", () => {
  test("with every office in the world, and no second person", async () => {
    const everything = await clientOf(await buildPerson(server.database, tenantId, { offices }));
    expect((await everything.get(`/api/v1/rooms/${roomId}/messages`)).status).toBe(404);
    const { id } = (await ask({}, everything)).body;
    expect(refusal(await decide(id, everything))).toEqual([403, "inspection.audit-consents"]);
    expect(refusal(await read(id, everything))).toEqual([403, "inspection.not-open"]);
    expect(JSON.stringify((await everything.get("/api/v1/inspections")).body)).not.toContain("一つ目");
  });

  test("before the consent, after the term, after a refusal, or without the office that one had", async () => {
    const { id } = (await ask()).body;
    expect(refusal(await read(id))).toEqual([403, "inspection.not-open"]);
    expect((await decide(id)).status).toBe(204);
    expect((await read(id)).body.items.map((item: any) => item.body)).toEqual(["一つ目", "二つ目", "三つ目"]);
    const colleague = await clientOf(await buildPerson(server.database, tenantId, { offices: ["records"] }));
    expect(refusal(await read(id, colleague))).toEqual([403, "inspection.reads-for-the-term"]);
    expect((await read(id, await clientOf(asker, "internet"))).status).toBe(404);
    clock.set(new Date(clock.now().getTime() + 3 * day + 1));
    const later = await clientOf(asker);
    expect((await later.get("/api/v1/inspections")).body.items[0].state).toBe("over");
    expect(refusal(await read(id, later))).toEqual([403, "inspection.not-open"]);
    const refused = (await ask({}, later)).body;
    const auditorNow = await clientOf(auditor);
    expect((await decide(refused.id, auditorNow, false)).status).toBe(204);
    expect(refusal(await read(refused.id, later))).toEqual([403, "inspection.not-open"]);
    expect(refusal(await decide(refused.id, auditorNow))).toEqual([403, "inspection.not-open"]);
  });

  test("in a room that was not asked for, or of another municipality", async () => {
    const other = (await within.createGroup([auditor.id], "別の相談")).id;
    const { id } = (await ask()).body;
    await decide(id);
    const path = `/api/v1/inspections/${id}/rooms`;
    expect((await asking.get(`${path}/${other}/messages`)).status).toBe(404);
    const elsewhere = await buildMunicipality(server.database);
    const foreign = await clientOf(await buildPerson(server.database, elsewhere, { offices: ["records"] }));
    expect((await read(id, foreign)).status).toBe(404);
    expect((await ask({}, foreign)).status).toBe(404);
    expect((await foreign.get("/api/v1/inspections")).body.items).toEqual([]);
  });
});

describe("the members", () => {
  test("are told together with the consent, by a line in the room", async () => {
    const stream = await within.stream();
    const { id } = (await ask()).body;
    expect(await lines()).toEqual([]);
    await decide(id);
    const told = await stream.until((frame) => frame.type === "room.noted");
    expect(told).toMatchObject({ roomId, change: { kind: "inspected", actorId: asker.id } });
    expect(await lines()).toHaveLength(1);
    stream.close();
  });

  test("are told when the term is over where that was asked for with a reason, once", async () => {
    const { id } = (await ask({ laterBecause: "証拠が消されるおそれがある" })).body;
    await decide(id);
    await tellFinishedInspections(server.database, clock, tenantId);
    expect(await lines()).toEqual([]);
    clock.set(new Date(clock.now().getTime() + 3 * day + 1));
    within = await clientOf(member);
    await tellFinishedInspections(server.database, clock, tenantId);
    await tellFinishedInspections(server.database, clock, tenantId);
    expect(await lines()).toHaveLength(1);
    expect((await recorded()).at(-1)!.action).toBe("inspection.told");
  });
});

test("every step is in the record: who listed, asked, consented and read which messages", async () => {
  const found = await asking.get(`/api/v1/inspection-rooms?person=${member.id}`);
  expect(found.body.items).toEqual([{ id: roomId, name: "内部の相談", kind: "group", memberCount: 2 }]);
  const { id } = (await ask()).body;
  await decide(id);
  await read(id, auditing, "?limit=2");
  await read(id, auditing, "?limit=2&before=2");
  expect(await recorded()).toMatchObject([
    { action: "inspection.rooms-listed", by: asker.id },
    { action: "inspection.asked", by: asker.id, facts: { reason: "ハラスメントの申し出の調査", days: 3 } },
    { action: "inspection.granted", by: auditor.id, facts: { reason: "申し出の記録を確認" } },
    { action: "inspection.read", by: auditor.id, facts: { from: 2, to: 3 } },
    { action: "inspection.read", by: auditor.id, facts: { from: 1, to: 1 } },
  ]);
});

test("a request says why and for how long; a deleted message stays hidden", async () => {
  for (const wrong of [{ reason: " " }, { days: 0 }, { days: 15 }, { roomIds: [] }])
    expect((await ask(wrong)).status, JSON.stringify(wrong)).toBe(400);
  const [last] = (await within.get(`/api/v1/rooms/${roomId}/messages`)).body.items.slice(-1);
  expect((await within.put(`/api/v1/rooms/${roomId}/messages/${last.id}/deletion`, {})).status).toBeLessThan(
    300,
  );
  const { id } = (await ask()).body;
  await decide(id);
  const shown = (await read(id)).body.items.at(-1);
  expect([shown.body, shown.isDeleted]).toEqual(["", true]);
});

test("whoever may read had two persons of two offices: over every actor and every state", () => {
  const person = fc.constantFrom("a", "b", "c");
  const actor = fc.record({
    personId: person,
    kind: fc.constantFrom("staff", "section", "guest"),
    offices: fc.subarray([...offices]),
    zone: fc.constantFrom("lgwan", "internet"),
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Actor>;
  const facts = fc.record({
    requestedBy: person,
    decidedBy: fc.option(person),
    isGranted: fc.option(fc.boolean()),
    isOver: fc.boolean(),
  });
  const hits = { ask: 0, consent: 0, read: 0 };
  fc.assert(
    fc.property(actor, facts, (who, inspection) => {
      const isInside = who.kind === "staff" && who.zone === "lgwan";
      if (decideAskInspection(who).kind === "allow") {
        hits.ask++;
        expect(isInside && who.offices.includes("records")).toBe(true);
      }
      if (decideConsentInspection(who, inspection).kind === "allow") {
        hits.consent++;
        expect(isInside && who.offices.includes("audit")).toBe(true);
        expect(who.personId).not.toBe(inspection.requestedBy);
        expect([inspection.isGranted, inspection.isOver]).toEqual([null, false]);
      }
      if (decideReadInspected(who, inspection).kind === "allow") {
        hits.read++;
        expect([isInside, inspection.isGranted, inspection.isOver]).toEqual([true, true, false]);
        expect([inspection.requestedBy, inspection.decidedBy]).toContain(who.personId);
      }
    }),
    { numRuns: 5000, seed: 20261121 },
  );
  for (const count of Object.values(hits)) expect(count).toBeGreaterThan(5);
});
