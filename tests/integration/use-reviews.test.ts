import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openUseReviews, writeAllTraces } from "#capabilities/governance/index.ts";
import { defaultUseReviewRules } from "#capabilities/governance/server/use-review/default-rules.ts";
import { recordAudit } from "#core/audit/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import type { Office, Zone } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

/** 7 December 2026 in Japan: November is over. */
const clock = fixedClock(new Date("2026-12-07T03:00:00Z"));
let server: TestServer;
let tenantId: string;
let auditor: BuiltPerson;
let second: BuiltPerson;
let reader: BuiltPerson;
let auditing: ApiClient;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());

async function clientOf(person: BuiltPerson, zone: Zone = "lgwan"): Promise<ApiClient> {
  const expiresAt = new Date(clock.now().getTime() + 60 * 86_400_000);
  return new ApiClient(
    server.url(zone),
    (await buildSession(server.database, person, { zone, expiresAt })).token,
  );
}

beforeEach(async () => {
  clock.set(new Date("2026-12-07T03:00:00Z"));
  tenantId = await buildMunicipality(server.database);
  const person = (offices: readonly Office[] = []) => buildPerson(server.database, tenantId, { offices });
  [auditor, second, reader] = [await person(["audit"]), await person(["audit"]), await person()];
  auditing = await clientOf(auditor);
});

/** So many entries of somebody at a moment, as the actions leave them. */
async function happened(action: string, personId: string, at: string, count: number, facts: object = {}) {
  const actor = {
    tenantId,
    personId,
    operatorId: null,
    zone: "lgwan",
    deviceId: newId(),
    sessionId: newId(),
  };
  await server.database.transaction(scopeOf(tenantId), (tx) =>
    recordAudit(
      tx,
      actor as Parameters<typeof recordAudit>[1],
      new Date(at),
      ...Array.from({ length: count }, () => ({
        action,
        subjectId: newId(),
        rule: { id: "test.rule", ja: "試験", en: "test" },
        facts: { ...facts },
      })),
    ),
  );
}

/** Chains everything, makes it searchable, and does what happens early each morning. */
async function openReviews() {
  // What the program itself records tells its sealer of the municipality.
  await auditing.get("/api/v1/audit/entries");
  await server.chonai.auditSealer.flush();
  await writeAllTraces(server.database, tenantId);
  await openUseReviews(server.database, tenantId, clock.now());
}

const list = async (by = auditing) => (await by.get("/api/v1/use-reviews")).body;
const page = async (id: string, by = auditing) => (await by.get(`/api/v1/use-reviews/${id}`)).body;
const look = (id: string, entryId: string, by = auditing) =>
  by.post(`/api/v1/use-reviews/${id}/entries/${entryId}/looks`, undefined);
const judge = (id: string, entryId: string, by = auditing) =>
  by.put(`/api/v1/use-reviews/${id}/entries/${entryId}/judgement`, {
    judgement: "asked",
    note: "異動の引継ぎのため",
  });
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body?.facts?.ruleId];
const recorded = async () =>
  (
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("audit_entry")
          .select(["action", "payload"])
          .where("action", "like", "use-review%")
          .orderBy("id"),
      ),
    )
  ).map(({ action, payload }) => ({ action, facts: JSON.parse(payload!).facts }));

describe("the list of a month", () => {
  test("is made once when the month is over, by the days of Japan, and reminds until all is looked at", async () => {
    // 1 November 0:30 in Japan is in it, 30 November 23:30 too, 1 December 0:30 is not.
    await happened("file.downloaded", reader.id, "2026-10-31T15:30:00Z", 30);
    await happened("file.downloaded", reader.id, "2026-11-01T05:00:00Z", 20);
    await happened("file.downloaded", reader.id, "2026-11-30T14:30:00Z", 49);
    await happened("file.downloaded", reader.id, "2026-11-30T15:30:00Z", 60);
    await openReviews();
    await openUseReviews(server.database, tenantId, clock.now());
    const { items, waiting } = await list();
    expect(items).toMatchObject([{ month: "2026-11", entries: 1, left: 1, leftOut: 0, remindedAt: null }]);
    expect(waiting).toBe(1);
    const { entries } = await page(items[0].id);
    expect(entries).toMatchObject([
      { rule: "mass-downloads", count: 50, days: [{ day: "2026-11-01", count: 50 }], isOwn: false },
    ]);
    expect(entries[0].person.id).toBe(reader.id);

    clock.set(new Date("2026-12-15T03:00:00Z"));
    const stream = await auditing.stream();
    await openUseReviews(server.database, tenantId, clock.now());
    await stream.until((frame) => frame.type === "governance.changed");
    stream.close();
    await openUseReviews(server.database, tenantId, clock.now());
    expect((await recorded()).map(({ action }) => action)).toEqual([
      "use-review.opened",
      "use-review.reminded",
    ]);
    clock.set(new Date("2026-12-22T03:00:00Z"));
    expect((await list()).items[0].isOverdue).toBe(true);
  });

  test("holds what each rule is for, from the record itself", async () => {
    const leaver = await buildPerson(server.database, tenantId);
    await happened("file.page-read", reader.id, "2026-11-10T03:00:00Z", 200);
    for (const day of ["04", "05", "09", "10", "11"])
      await happened("session.started", second.id, `2026-11-${day}T14:00:00Z`, 1, { knownDevice: false });
    await happened("deed.refused", reader.id, "2026-11-12T03:00:00Z", 1, { route: "files", count: 25 });
    await happened("file.page-read", leaver.id, "2026-10-25T03:00:00Z", 100);
    const left = {
      action: "person.left",
      subjectId: leaver.id,
      rule: { id: "a.b", ja: "", en: "" },
      facts: {},
    };
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      recordAudit(tx, { tenantId, system: "test" }, new Date("2026-11-05T00:00:00Z"), left),
    );
    await openReviews();
    // October has entries too, and is made good.
    const { items } = await list();
    expect(items.map(({ month }: any) => month)).toEqual(["2026-11", "2026-10"]);
    const { entries } = await page(items[0].id);
    expect(entries.map(({ rule, person, count }: any) => [rule, person.id, count]).sort()).toEqual(
      [
        ["leavers", leaver.id, 100],
        ["mass-reading", reader.id, 200],
        ["new-devices", second.id, 5],
        ["odd-hours", second.id, 5],
        ["refused", reader.id, 25],
      ].sort(),
    );
    const own = entries.find(({ rule }: any) => rule === "new-devices");
    expect((await look(items[0].id, own.id)).body.items).toHaveLength(5);
  });
});

describe("an entry", () => {
  let reviewId: string;
  let entries: any[];
  beforeEach(async () => {
    await happened("file.downloaded", reader.id, "2026-11-10T03:00:00Z", 50);
    await happened("file.downloaded", auditor.id, "2026-11-10T03:00:00Z", 50);
    await openReviews();
    reviewId = (await list()).items[0].id;
    entries = (await page(reviewId)).entries;
  });
  const of = (person: BuiltPerson) => entries.find((entry) => entry.person.id === person.id);

  test("is judged by who looked, once, with a note; nobody reviews oneself", async () => {
    const { id } = of(reader);
    expect(refusal(await judge(reviewId, id))).toEqual([403, "use-review.look-first"]);
    const evidence = await look(reviewId, id);
    expect(evidence.body.items).toHaveLength(50);
    const other = await clientOf(second);
    expect(refusal(await judge(reviewId, id, other))).toEqual([403, "use-review.look-first"]);
    expect((await judge(reviewId, id)).status).toBe(204);
    expect(refusal(await judge(reviewId, id))).toEqual([403, "use-review.judged-once"]);
    expect((await page(reviewId)).entries.find((entry: any) => entry.id === id)).toMatchObject({
      judgement: "asked",
      note: "異動の引継ぎのため",
      judgedBy: { id: auditor.id },
    });

    const own = of(auditor).id;
    expect((await list()).waiting).toBe(0);
    expect(refusal(await look(reviewId, own))).toEqual([403, "use-review.not-oneself"]);
    expect(refusal(await judge(reviewId, own))).toEqual([403, "use-review.not-oneself"]);
    expect((await look(reviewId, own, other)).status).toBe(200);
    expect((await judge(reviewId, own, other)).status).toBe(204);
    expect((await list()).items[0].left).toBe(0);
    expect((await recorded()).map(({ action }) => action)).toEqual([
      "use-review.opened",
      ...["use-review.looked-at", "use-review.judged", "use-review.looked-at", "use-review.judged"],
    ]);
  });

  test("is for the office of audit in the hall alone, and unknown elsewhere", async () => {
    const { id } = of(reader);
    for (const offices of [[], ["accounts", "rules", "records"]] as Office[][]) {
      const client = await clientOf(await buildPerson(server.database, tenantId, { offices }));
      expect(refusal(await client.get("/api/v1/use-reviews"))).toEqual([403, "use-review.office-only"]);
      expect(refusal(await look(reviewId, id, client))).toEqual([403, "use-review.office-only"]);
    }
    expect(refusal(await (await clientOf(auditor, "internet")).get("/api/v1/use-reviews"))).toEqual([
      403,
      "use-review.in-the-hall-only",
    ]);
    const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
    expect((await (await clientOf(guest, "internet")).get("/api/v1/use-reviews")).status).toBe(404);
    const elsewhere = await buildMunicipality(server.database);
    const foreign = await clientOf(await buildPerson(server.database, elsewhere, { offices: ["audit"] }));
    expect((await look(reviewId, id, foreign)).status).toBe(404);
    expect((await foreign.get(`/api/v1/use-reviews/${reviewId}`)).status).toBe(404);
  });

  test("goes into the office's file with what was found, and the export is recorded", async () => {
    await look(reviewId, of(reader).id);
    await judge(reviewId, of(reader).id);
    const { body } = await auditing.post(`/api/v1/use-reviews/${reviewId}/exports`, { reason: "年次監査" });
    expect(body.name).toBe("利用状況の点検_2026-11.csv");
    expect(body.text).toContain("本人に確認した");
    expect(body.text).toContain("未点検");
    expect((await recorded()).at(-1)).toMatchObject({
      action: "use-review.exported",
      facts: { reason: "年次監査", entries: 2 },
    });
  });
});

test("thresholds change only from a month on that has not begun, and what was decided stays visible", async () => {
  const change = (validFrom: string, basedOn: string | null, downloadsADay = 5) =>
    auditing.post("/api/v1/use-review-settings", {
      validFrom,
      rules: { ...defaultUseReviewRules, massDownloads: { downloadsADay } },
      source: "実施手順 第12条",
      reason: "初年度の見直し",
      basedOn,
    });
  for (const begun of ["2026-11", "2026-12"]) expect((await change(begun, null)).status).toBe(409);
  expect((await change("2027-01", null)).status).toBe(204);
  expect((await change("2027-01", null)).status).toBe(409);
  const { settings, nextMonth } = await list();
  expect([settings.length, settings[0].validFrom, nextMonth]).toEqual([2, "2027-01", "2027-01"]);

  await happened("file.downloaded", reader.id, "2026-12-20T03:00:00Z", 6);
  await happened("file.downloaded", reader.id, "2027-01-20T03:00:00Z", 6);
  clock.set(new Date("2027-02-03T03:00:00Z"));
  auditing = await clientOf(auditor);
  await openReviews();
  const { items } = await list();
  const entriesOf = (month: string) => items.find((item: any) => item.month === month).entries;
  expect([entriesOf("2026-12"), entriesOf("2027-01")]).toEqual([0, 1]);
});
