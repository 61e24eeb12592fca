import { afterAll, beforeAll, expect, test } from "vitest";
import type { Licences } from "#core/licences/contract.ts";
import { planAsInThePaper } from "#core/licences/index.ts";
import { cheapestPurchase, yearlyCost } from "#shared/licence-cost.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let admin: ApiClient;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  admin = await server.as(await buildPerson(server.database, tenantId, { isAdministrator: true }));
});
afterAll(() => server.stop());

const get = async (): Promise<Licences> => (await admin.get("/api/v1/licences")).body;
const save = (body: object) => admin.post("/api/v1/licences/changes", body);

test("the paper's prices hold until others are entered, and the paper's 501 accounts cost 2,314,620 yen", async () => {
  await planAsInThePaper(server.database, tenantId, new Date());
  const licences = await get();
  const planned = licences.classes.reduce((sum, each) => sum + (each.planned ?? 0), 0);
  expect(planned).toBe(501);
  expect(yearlyCost(licences, 2026, planned)!.total).toBe(2_314_620);
  expect(cheapestPurchase(licences, 2026, 500)!.count).toBe(501);
});

test("use is counted by class; what cannot be used needs no licence", async () => {
  const before = (await get()).classes.find((each) => each.class === "telework")!;
  const used = await buildPerson(server.database, tenantId);
  await server.as(used);
  const idle = await buildPerson(server.database, tenantId, { name: "休眠 太郎" });
  await buildPerson(server.database, tenantId, { expiresAt: new Date(Date.now() - 1000) });
  const after = (await get()).classes.find((each) => each.class === "telework")!;
  expect(after.accounts - before.accounts).toBe(2);
  expect(after.active30 - before.active30).toBe(1);
  expect(after.never - before.never).toBe(1);
  const unused = (await admin.get("/api/v1/licences/unused?days=90")).body.items;
  expect(unused).toContainEqual(
    expect.objectContaining({ loginId: idle.loginId, lastUsedAt: null, class: "telework" }),
  );
  expect(unused.map((item: any) => item.loginId)).not.toContain(used.loginId);
});

test("prices are entered with a reason, keep their history, and are not overwritten unseen", async () => {
  const prices = [
    { validFrom: "2027-04-01", tiers: [{ from: 1, to: 10_000, yen: 330 }], source: "令和9年度 契約書" },
  ];
  const entered = { kind: "prices", value: prices, reason: "契約更新", basedOn: null };
  expect((await save(entered)).status).toBe(204);
  expect((await save(entered)).body.code).toBe("conflict");
  const licences = await get();
  expect(licences.prices).toEqual(prices);
  expect(yearlyCost(licences, 2027, 501)!.total).toBe(501 * 330 * 12 * 1.1);
  const { items } = (await admin.get("/api/v1/licences/history")).body;
  expect(items[0]).toMatchObject({ kind: "prices", reason: "契約更新", value: prices });
  expect(items[0].changedByName).not.toBeNull();
});

test("a table with a gap, an overlap or no reason is refused", async () => {
  const { ids } = await get();
  const tiers = (...pairs: [number, number][]) => [
    { validFrom: "2028-04-01", tiers: pairs.map(([from, to]) => ({ from, to, yen: 1 })), source: "" },
  ];
  const base = { kind: "prices", reason: "試験", basedOn: ids.prices };
  for (const value of [tiers([1, 10], [12, 20]), tiers([1, 10], [10, 20]), tiers([2, 10]), tiers([1, 0]), []])
    expect((await save({ ...base, value })).status).toBe(400);
  expect((await save({ ...base, value: tiers([1, 10]), reason: " " })).status).toBe(400);
});

test("guests do not learn of it, the Internet side does not show it", async () => {
  const guest = await server.as(await buildPerson(server.database, tenantId, { kind: "guest" }), "internet");
  expect((await guest.get("/api/v1/licences")).status).toBe(404);
  const outside = await server.as(
    await buildPerson(server.database, tenantId, { isAdministrator: true }),
    "internet",
  );
  expect((await outside.get("/api/v1/licences/unused")).body.facts.ruleId).toBe("licences.lgwan-only");
});
