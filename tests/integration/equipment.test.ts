import { afterAll, beforeAll, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { csvOf } from "#shared/csv.ts";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let keeper: ApiClient;
let holder: BuiltPerson;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  const section = await buildSection(server.database, tenantId, { name: "危機管理課" });
  holder = await buildPerson(server.database, tenantId, {
    name: "鈴木 一郎",
    kana: "すずき いちろう",
    sectionId: section.id,
  });
  keeper = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
});
afterAll(() => server.stop());

const headings = ["備品番号", "種類", "機種名", "状態", "職員番号", "返却予定日"];
const bring = (rows: readonly (readonly string[])[], isDryRun = false, by = keeper) =>
  by.post("/api/v1/equipment-imports", {
    file: Buffer.from(csvOf(rows)).toString("base64"),
    isDryRun,
  });
const find = async (query: string) => (await keeper.get(`/api/v1/equipment?${query}`)).body;
const idOf = async (number: string) => (await find(`q=${encodeURIComponent(number)}`)).items[0].id as string;
const move = (id: string, body: object) => keeper.post(`/api/v1/equipment/${id}/moves`, body);
const numberOf = (person: BuiltPerson) =>
  server.database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await tx.first(
      build
        .selectFrom("person")
        .select("number")
        .where("tenant_id", "=", tenantId)
        .where("id", "=", person.id),
    );
    return row!.number!;
  });

test("a list of 2,108 terminals is checked first, brought in whole, found, counted and taken out again", async () => {
  const number = await numberOf(holder);
  const rows = Array.from({ length: 2108 }, (_, i) => [
    `R08-${String(i + 1).padStart(4, "0")}`,
    i % 10 === 0 ? "タブレット" : "パソコン",
    "業務端末",
    "",
    i < 3 ? number : "",
    i === 0 ? "2026-04-01" : "",
  ]);
  const wrong = await bring([
    headings,
    ...rows.slice(0, 2),
    ["R08-0001", "くるま", "", "", "x9", "2026-02-31"],
  ]);
  expect(wrong.body).toMatchObject({ isImported: false, added: 2 });
  expect(wrong.body.issues.map(({ row }: { row: number }) => row)).toContain(4);
  expect((await find("")).items).toEqual([]);

  expect((await bring([headings, ...rows], true)).body).toMatchObject({
    rows: 2108,
    added: 2108,
    isImported: false,
    issueCount: 0,
  });
  expect((await find("")).items).toEqual([]);
  expect((await bring([headings, ...rows])).body).toMatchObject({ added: 2108, isImported: true });
  expect((await bring([headings, ...rows])).body).toMatchObject({ unchanged: 2108, added: 0, changed: 0 });

  let cursor: string | null = "";
  const seen: string[] = [];
  while (cursor !== null) {
    const page: any = await find(`limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...page.items.map((item: { number: string }) => item.number));
    cursor = page.next;
  }
  expect(seen).toEqual(rows.map(([each]) => each));
  expect((await find("q=すずき")).items.map((item: any) => [item.number, item.holder.name])).toEqual([
    ["R08-0001", "鈴木 一郎"],
    ["R08-0002", "鈴木 一郎"],
    ["R08-0003", "鈴木 一郎"],
  ]);
  expect((await find("overdue=yes")).items.map((item: any) => item.number)).toEqual(["R08-0001"]);
  const counts = (await keeper.get("/api/v1/equipment-counts")).body;
  expect(counts.kinds).toContainEqual({ kind: "pc", state: "in-store", count: 1895 });

  // A list with fewer columns changes what it names and nothing else.
  expect(
    (
      await bring([
        ["備品番号", "種類", "備考"],
        ["R08-0001", "タブレット", "画面に傷"],
      ])
    ).body,
  ).toMatchObject({
    changed: 1,
  });
  expect((await find("q=R08-0001")).items[0]).toMatchObject({
    holder: { id: holder.id },
    state: "handed-out",
    dueOn: "2026-04-01",
    note: "画面に傷",
  });
  // What is taken out can be brought back, and changes nothing.
  const taken = (await keeper.post("/api/v1/equipment-exports", undefined)).body.rows;
  expect(taken).toHaveLength(2109);
  expect((await bring(taken)).body).toMatchObject({ unchanged: 2108, changed: 0, added: 0, issueCount: 0 });
});

test("a thing is handed out, linked with its browser, and its loss ends that browser's sessions at once", async () => {
  await bring([headings, ["P-1", "スマートフォン", "", "", "", ""]]);
  const id = await idOf("P-1");
  expect((await move(id, { what: "returned", note: "" })).status).toBe(409);
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  const out = { what: "handed-out", dueOn: null, note: "" };
  expect((await move(id, { ...out, holderId: guest.id })).status).toBe(400);
  expect((await move(id, { ...out, holderId: holder.id, dueOn: "2030-03-31" })).status).toBe(200);

  const phone = await buildSession(server.database, holder, { zone: "internet" });
  const desk = await buildSession(server.database, holder);
  const colleague = await buildPerson(server.database, tenantId);
  const other = await buildSession(server.database, colleague, { zone: "internet" });
  const link = (deviceId: string | null) => keeper.put(`/api/v1/equipment/${id}/device`, { deviceId });
  expect((await link(other.deviceId)).status).toBe(400);
  expect((await link(newId())).status).toBe(400);
  expect((await link(phone.deviceId)).status).toBe(204);
  expect((await link(phone.deviceId)).status).toBe(204);

  const client = new ApiClient(server.url("internet"), phone.token);
  const stream = await client.stream();
  expect((await client.get("/api/v1/me")).status).toBe(200);
  const lost = await move(id, { what: "lost", note: "駅で" });
  expect(lost.body).toEqual({ sessionsEnded: 1 });
  expect((await client.get("/api/v1/me")).status).toBe(401);
  await stream.untilClosed();
  // The other browser of the same person works on.
  expect((await new ApiClient(server.url("lgwan"), desk.token).get("/api/v1/me")).status).toBe(200);

  const { events, devices, state, holder: last } = (await keeper.get(`/api/v1/equipment/${id}`)).body;
  expect([state, last.id]).toEqual(["lost", holder.id]);
  expect(events.map(({ what }: { what: string }) => what)).toEqual([
    "lost",
    "linked",
    "handed-out",
    "imported",
  ]);
  expect(devices.find((device: { isLinked: boolean }) => device.isLinked)).toMatchObject({ isCutOff: true });
  expect((await move(id, { what: "found", note: "" })).status).toBe(200);
  expect((await find("q=P-1")).items[0]).toMatchObject({ state: "in-store", holder: null, isLinked: false });
});

test("a list that says that a thing is lost cuts its browser off as well", async () => {
  const number = await numberOf(holder);
  await bring([headings, ["P-2", "スマートフォン", "", "貸出中", number, ""]]);
  const id = await idOf("P-2");
  const phone = await buildSession(server.database, holder, { zone: "internet" });
  await keeper.put(`/api/v1/equipment/${id}/device`, { deviceId: phone.deviceId });
  expect(
    (
      await bring([
        ["備品番号", "種類", "状態"],
        ["P-2", "スマートフォン", "紛失"],
      ])
    ).body.changed,
  ).toBe(1);
  expect((await new ApiClient(server.url("internet"), phone.token).get("/api/v1/me")).status).toBe(401);
});

test("only the office of accounts keeps the register, in the hall; another municipality has its own", async () => {
  const id = await idOf("P-1");
  const outside = await server.as(
    await buildPerson(server.database, tenantId, { offices: ["accounts"] }),
    "internet",
  );
  const clerk = await server.as(holder);
  for (const client of [outside, clerk]) {
    expect((await client.get("/api/v1/equipment")).status).toBe(403);
    expect((await client.get(`/api/v1/equipment/${id}`)).status).toBe(403);
  }
  const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
  expect((await (await server.as(guest, "internet")).get("/api/v1/equipment")).status).toBe(404);
  const neighbour = await buildMunicipality(server.database);
  const theirs = await server.as(await buildPerson(server.database, neighbour, { offices: ["accounts"] }));
  expect((await theirs.get("/api/v1/equipment")).body.items).toEqual([]);
  expect((await theirs.get(`/api/v1/equipment/${id}`)).status).toBe(404);
  expect((await theirs.post(`/api/v1/equipment/${id}/moves`, { what: "lost", note: "" })).status).toBe(404);
});
