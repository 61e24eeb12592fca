import { afterAll, beforeAll, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { warnOfOverdueMedia } from "#core/equipment/index.ts";
import { csvOf } from "#shared/csv.ts";
import { addDays, dateInJapan } from "#shared/time.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let now = new Date();
/** Goes on with every look, so that what happens stands in its order. */
const clock = { now: () => (now = new Date(now.getTime() + 1)) };
const today = dateInJapan(now);
let server: TestServer;
let tenantId: string;
let keeper: ApiClient;
let officer: ApiClient;
let clerk: ApiClient;
let colleague: ApiClient;
let officerOfOthers: ApiClient;
let people: Record<"keeper" | "officer" | "clerk" | "colleague" | "other", BuiltPerson>;

beforeAll(async () => {
  server = await startTestServer({ clock });
  tenantId = await buildMunicipality(server.database);
  const tax = await buildSection(server.database, tenantId, { name: "収納課" });
  const others = await buildSection(server.database, tenantId, { name: "福祉課" });
  const person = (name: string, sectionId?: string, offices: ("accounts" | "audit")[] = []) =>
    buildPerson(server.database, tenantId, { name, ...(sectionId && { sectionId }), offices });
  people = {
    keeper: await person("機器 管理", undefined, ["accounts"]),
    officer: await person("収納 担当", tax.id),
    clerk: await person("鈴木 一郎", tax.id),
    colleague: await person("高橋 次郎", tax.id),
    other: await person("福祉 担当", others.id),
  };
  keeper = await as(people.keeper);
  for (const [sectionId, personId] of [
    [tax.id, people.officer.id],
    [others.id, people.other.id],
  ] as const) {
    const role = { role: "security-officer", personId };
    expect((await keeper.put(`/api/v1/sections/${sectionId}/roles`, role)).status).toBeLessThan(300);
  }
  officer = await as(people.officer);
  clerk = await as(people.clerk);
  colleague = await as(people.colleague);
  officerOfOthers = await as(people.other);
  const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(build.selectFrom("section").select("code").where("id", "=", tax.id)),
  );
  const brought = await bring([
    ["備品番号", "種類", "所属コード"],
    ["U-1", "USBメモリ", row!.code],
    ["U-2", "USBメモリ", ""],
  ]);
  expect(brought.body).toMatchObject({ isImported: true, issueCount: 0 });
});
afterAll(() => server.stop());

/** The test's clock goes through weeks. */
async function as(person: BuiltPerson, given: { operatorId?: string } = {}): Promise<ApiClient> {
  const expiresAt = new Date(Date.now() + 60 * 86_400_000);
  const { token } = await buildSession(server.database, person, { ...given, expiresAt });
  return new ApiClient(server.url("lgwan"), token);
}
const bring = (rows: readonly (readonly string[])[]) =>
  keeper.post("/api/v1/equipment-imports", {
    file: Buffer.from(csvOf(rows)).toString("base64"),
    isDryRun: false,
  });
const wish = {
  purpose: "口座振替の依頼データを EB システムへ移す",
  classification: "3B",
  zone: "lgwan",
  system: "EB システム",
  fromOn: today,
  dueOn: addDays(today, 7),
};
const ask = async (by: ApiClient, fields: object = {}) => {
  const answer = await by.post("/api/v1/media-loans", { ...wish, ...fields });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id as string;
};
const step = (by: ApiClient, id: string, what: string, more: object = {}) =>
  by.post(`/api/v1/media-loans/${id}/steps`, { what, note: "", ...more });
const thing = async (number: string) =>
  (await keeper.get(`/api/v1/equipment?q=${number}`)).body.items[0] as { id: string; state: string };
const lending = async (number: string, more: object = {}) => ({
  equipmentId: (await thing(number)).id,
  isEncrypted: true,
  isScanned: true,
  isEmptied: true,
  ...more,
});
const seen = async (by: ApiClient) =>
  (await by.get("/api/v1/media-loans")).body.items.map((item: { id: string }) => item.id) as string[];

test("asked for, approved by another person, lent in a noted condition, extended, and returned emptied", async () => {
  const id = await ask(clerk);
  // Its borrower, the section's officer and the IT division see it; a colleague and another section's officer do not.
  for (const by of [clerk, officer, keeper]) {
    expect(await seen(by)).toContain(id);
    expect((await by.get(`/api/v1/media-loans/${id}`)).status).toBe(200);
  }
  for (const by of [colleague, officerOfOthers]) {
    expect(await seen(by)).not.toContain(id);
    expect((await by.get(`/api/v1/media-loans/${id}`)).status).toBe(404);
    expect((await step(by, id, "approved")).status).toBe(404);
  }
  expect((await clerk.get(`/api/v1/media-loans/${id}`)).body.steps).toEqual(["withdrawn"]);
  expect((await step(clerk, id, "approved")).body).toMatchObject({ facts: { ruleId: "media.not-ones-own" } });
  expect((await step(officer, id, "withdrawn")).status).toBe(403);
  expect((await step(officer, id, "refused")).status).toBe(400);
  expect((await step(officer, id, "lent", await lending("U-1"))).status).toBe(409);
  expect((await step(officer, id, "approved")).body).toMatchObject({ state: "approved", steps: ["lent"] });

  // The officer lends what the section keeps, emptied, checked, and for class 3 encrypted.
  expect((await officer.get(`/api/v1/media-loans/${id}`)).body.media.map((m: any) => m.number)).toEqual([
    "U-1",
  ]);
  expect((await step(officer, id, "lent", await lending("U-2"))).status).toBe(400);
  expect((await step(officer, id, "lent", await lending("U-1", { isEmptied: false }))).status).toBe(400);
  expect((await step(officer, id, "lent", await lending("U-1", { isEncrypted: false }))).status).toBe(409);
  expect((await step(officer, id, "lent", await lending("U-1"))).body).toMatchObject({
    state: "lent",
    mediumNumber: "U-1",
  });
  expect(await thing("U-1")).toMatchObject({
    state: "handed-out",
    holder: { id: people.clerk.id },
    dueOn: wish.dueOn,
  });

  // Its borrower sees it as their own, the section's officer as the section's, a colleague not at all.
  const held = async (by: ApiClient) => {
    const { own, section } = (await by.get("/api/v1/me/equipment")).body;
    return [own, section].map((items: any[]) => items.map((item) => item.number));
  };
  expect([await held(clerk), await held(officer), await held(colleague)]).toEqual([
    [["U-1"], []],
    [[], ["U-1"]],
    [[], []],
  ]);

  // What is lent by the log is neither moved by hand nor by a list.
  const { id: thingId } = await thing("U-1");
  const byHand = { what: "returned", note: "" };
  expect((await keeper.post(`/api/v1/equipment/${thingId}/moves`, byHand)).status).toBe(409);
  const byList = await bring([
    ["備品番号", "種類", "状態", "職員番号"],
    ["U-1", "USBメモリ", "保管中", ""],
  ]);
  expect(byList.body).toMatchObject({ isImported: false, issueCount: 1 });

  const later = addDays(today, 14);
  expect((await step(clerk, id, "extension-asked", { dueOn: wish.dueOn, note: "長引く" })).status).toBe(400);
  const endless = { dueOn: addDays(today, 93), note: "長引く" };
  expect((await step(clerk, id, "extension-asked", endless)).status).toBe(400);
  expect((await step(clerk, id, "extension-asked", { dueOn: later, note: "長引く" })).status).toBe(200);
  expect((await step(clerk, id, "extended", { dueOn: later })).status).toBe(403);
  // Another day than the officer saw is not agreed to.
  const otherDay = { dueOn: addDays(today, 13) };
  expect((await step(officer, id, "extended", otherDay)).body.code).toBe("conflict");
  const agreed = await step(officer, id, "extended", { dueOn: later });
  expect(agreed.body).toMatchObject({ dueOn: later, wantedDueOn: null });
  expect(await thing("U-1")).toMatchObject({ dueOn: later });

  const back = { isScanned: true, isEmptied: true };
  expect((await step(clerk, id, "returned", back)).status).toBe(403);
  const { body } = await step(officer, id, "returned", back);
  expect(body.state).toBe("returned");
  expect(body.events.map((event: any) => event.what)).toEqual(
    ["asked", "approved", "lent", "extension-asked", "extended", "returned"].reverse(),
  );
  expect(body.events[0]).toMatchObject({ byName: "収納 担当", checks: { isEmptied: true, isScanned: true } });
  expect(await thing("U-1")).toMatchObject({ state: "in-store", holder: null });

  const { rows } = (await officer.post("/api/v1/media-loan-exports", undefined)).body;
  expect(rows[1]).toEqual(expect.arrayContaining(["鈴木 一郎", "返却済み", "U-1", "収納 担当"]));
  expect((await colleague.post("/api/v1/media-loan-exports", undefined)).body.rows).toHaveLength(1);
});

test("the table of what may cross decides what goes onto a medium", async () => {
  const secret = await clerk.post("/api/v1/media-loans", { ...wish, classification: "3A", zone: "internet" });
  expect([secret.status, secret.body.facts.ruleId]).toEqual([403, "crossing.secret-stays"]);
  const personal = await clerk.post("/api/v1/media-loans", { ...wish, zone: "internet" });
  expect([personal.status, personal.body.facts.ruleId]).toEqual([403, "crossing.unpermitted"]);
  await ask(clerk, { zone: "internet", classification: "2" });
  const tooLong = await clerk.post("/api/v1/media-loans", { ...wish, dueOn: addDays(today, 200) });
  expect(tooLong.status).toBe(400);
});

test("who is overdue is told, once a week; a loss by its borrower stands in both registers", async () => {
  const id = await ask(colleague);
  await step(keeper, id, "approved");
  await step(keeper, id, "lent", await lending("U-2"));
  const stream = await colleague.stream();
  const others = await officer.stream();
  const before = now;
  const warn = async () => {
    await warnOfOverdueMedia(server.database, tenantId, now);
    const { events } = (await keeper.get(`/api/v1/media-loans/${id}`)).body;
    return events.filter((event: { what: string }) => event.what === "warned").length;
  };
  expect(await warn()).toBe(0);
  now = new Date(before.getTime() + 8 * 86_400_000);
  expect([await warn(), await warn()]).toEqual([1, 1]);
  for (const each of [stream, others])
    expect(await each.until((frame) => frame.type === "duty.called")).toMatchObject({
      duty: "media",
      subjectId: id,
    });
  now = new Date(before.getTime() + 15 * 86_400_000);
  expect(await warn()).toBe(2);
  now = before;
  stream.close();
  others.close();

  expect((await step(clerk, id, "lost", { note: "庁内で見当たらない" })).status).toBe(404);
  expect((await step(colleague, id, "lost", { note: "庁内で見当たらない" })).body.state).toBe("lost");
  expect(await thing("U-2")).toMatchObject({ state: "lost", holder: { id: people.colleague.id } });
});

test("guests learn nothing, the Internet side is told where to go, another municipality has its own", async () => {
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  expect((await (await server.as(guest, "internet")).get("/api/v1/media-loans")).status).toBe(404);
  const outside = await server.as(people.clerk, "internet");
  expect((await outside.get("/api/v1/media-loans")).body.facts.ruleId).toBe("media.in-the-hall-only");
  expect((await outside.post("/api/v1/media-loans", wish)).status).toBe(403);
  const neighbour = await buildMunicipality(server.database);
  const theirs = await server.as(await buildPerson(server.database, neighbour, { offices: ["accounts"] }));
  expect(await seen(theirs)).toEqual([]);
  const [id] = await seen(clerk);
  expect((await theirs.get(`/api/v1/media-loans/${id}`)).status).toBe(404);
});

test("nobody approves at a section's account what they asked for there", async () => {
  const section = await buildPerson(server.database, tenantId, {
    kind: "section",
    sectionId: (await clerk.get(`/api/v1/people?ids=${people.clerk.id}`)).body.items[0].sectionId,
  });
  const desk = await as(section, { operatorId: people.officer.id });
  const id = await ask(desk);
  expect((await step(officer, id, "approved")).body.facts.ruleId).toBe("media.not-ones-own");
  expect((await step(desk, id, "approved")).status).toBe(403);
  expect((await step(keeper, id, "approved")).body.state).toBe("approved");
});
