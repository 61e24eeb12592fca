import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAllTraces } from "#capabilities/governance/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let auditor: BuiltPerson;
let api: ApiClient;
let clerk: BuiltPerson;
let other: BuiltPerson;
let theirs: ApiClient;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer({ rateFactor: 1000 });
  tenantId = await buildMunicipality(server.database);
  auditor = await buildPerson(server.database, tenantId, { name: "監物 正子", offices: ["audit"] });
  clerk = await buildPerson(server.database, tenantId, { name: "佐藤 花子" });
  other = await buildPerson(server.database, tenantId, { name: "鈴木 一郎" });
  api = await server.as(auditor);
  theirs = await server.as(clerk);
  roomId = (await theirs.createGroup([other.id], "予算の相談")).id;
  for (let i = 0; i < 5; i++) await theirs.send(roomId, `秘密の中身 ${i}`);
  await (await server.as(clerk, "internet")).send(roomId, "外から");
  await traced();
});
afterAll(() => server.stop());

async function traced() {
  await server.chonai.auditSealer.flush();
  await writeAllTraces(server.database, tenantId);
}
const search = async (query: string, by = api) => (await by.get(`/api/v1/audit/entries?${query}`)).body;
const actions = async (query: string) => (await search(query)).items.map((item: any) => item.action);

describe("the record is searched", () => {
  test("by who did it, what it is about, action, zone and days, in the office's words", async () => {
    const byClerk = (await search(`actor=${clerk.id}&limit=200`)).items;
    expect(byClerk.every((item: any) => item.actor.id === clerk.id)).toBe(true);
    expect(byClerk.filter((item: any) => item.action === "message.sent")).toHaveLength(6);
    const aboutRoom = (await search(`about=${roomId}&limit=200`)).items;
    expect(aboutRoom.filter((item: any) => item.action === "message.sent")).toHaveLength(6);
    expect(aboutRoom.at(-1).ja).toBe("佐藤 花子がルーム「予算の相談」を作りました");
    expect(aboutRoom[0].ja).toBe("佐藤 花子がルーム「予算の相談」にメッセージを送りました");
    expect(await actions(`about=${other.id}&action=member.added`)).toEqual([]);
    expect((await search(`zone=internet&actor=${clerk.id}`)).items).toHaveLength(1);
    expect(await actions("action=room.created")).toEqual(["room.created"]);
    const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
    expect((await search(`from=${today}&until=${today}&actor=${clerk.id}`)).items.length).toBe(
      byClerk.length,
    );
    expect((await search("from=2020-01-01&until=2020-12-31")).items).toEqual([]);
  });

  test("page by page, each entry once, with nothing that anybody wrote in it", async () => {
    const seen: number[] = [];
    let next: number | null | undefined;
    do {
      const page = await search(`actor=${clerk.id}&limit=2${next ? `&before=${next}` : ""}`);
      seen.push(...page.items.map((item: any) => item.id));
      expect(JSON.stringify(page)).not.toContain("秘密の中身");
      next = page.next;
    } while (next);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    expect(seen.length).toBe((await search(`actor=${clerk.id}&limit=200`)).items.length);
  });

  test("only by the office of audit, in the hall; that somebody looked, and for whom, is an entry", async () => {
    const stranger = await server.as(
      await buildPerson(server.database, tenantId, { offices: ["accounts", "rules", "records"] }),
    );
    const outside = await server.as(auditor, "internet");
    const guest = await server.as(
      await buildPerson(server.database, tenantId, { kind: "guest" }),
      "internet",
    );
    const elsewhere = await server.as(
      await buildPerson(server.database, await buildMunicipality(server.database), { offices: ["audit"] }),
    );
    for (const path of ["/entries", "/status", `/exports/${newId()}`]) {
      expect((await stranger.get(`/api/v1/audit${path}`)).status).toBe(403);
      expect((await outside.get(`/api/v1/audit${path}`)).body.facts.ruleId).toBe("audit.in-the-hall-only");
      expect((await guest.get(`/api/v1/audit${path}`)).status).toBe(404);
    }
    expect((await search(`about=${roomId}`, elsewhere)).items).toEqual([]);
    await search(`about=${other.id}`);
    await traced();
    const [looked] = (await search(`action=audit.searched&about=${other.id}`)).items;
    expect([looked.actor.id, looked.facts]).toEqual([auditor.id, { about: other.id }]);
  });

  test("by indexes that hold behind row-level security, however long the record is", async () => {
    const plan = async (text: string, values: unknown[]) =>
      JSON.stringify(
        await server.database.transaction(scopeOf(tenantId), async (tx) => {
          await tx.run(
            statement<never>("test.no-seqscan", "select set_config('enable_seqscan', 'off', true)"),
            [],
          );
          return tx.all(
            statement<object>(`test.explain-${newId()}`, `explain (format json) ${text}`),
            values,
          );
        }),
      );
    const byKey = await plan(
      "select entry_id from audit_trace where tenant_id = $1 and key = $2 and entry_id < $3 order by entry_id desc limit 50",
      [tenantId, roomId, 1_000_000],
    );
    expect(byKey).toMatch(/Index Cond[^}]*key = /);
    const byActor = await plan(
      "select id from audit_entry where tenant_id = $1 and actor_id = $2 and id < $3 order by id desc limit 50",
      [tenantId, clerk.id, 1_000_000],
    );
    expect(byActor).toMatch(/audit_entry_by_actor/);
  });
});

test("an export holds every entry once, runs no formula, is an entry itself, and is for who began it alone", async () => {
  const formula = await buildPerson(server.database, tenantId, { name: "=HYPERLINK(1)" });
  const room = await (await server.as(formula)).createGroup([clerk.id], "+81の部屋");
  await traced();
  const begin = (format: string) =>
    api.post("/api/v1/audit/exports", { filter: { about: room.id }, format, reason: "監査委員の求め" });
  const read = async (id: string) => {
    let text = "";
    let next: number | null | undefined;
    do {
      const part = (await api.get(`/api/v1/audit/exports/${id}${next ? `?before=${next}` : ""}`)).body;
      text += part.text;
      next = part.next;
    } while (next);
    return text;
  };
  const csv = await begin("csv");
  expect(csv.status).toBe(201);
  const table = await read(csv.body.id);
  expect(table.startsWith('\ufeff"番号"')).toBe(true);
  expect(table).toContain('"\'=HYPERLINK(1)"');
  const lines = (await read((await begin("jsonl")).body.id))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.action)).toContain("room.created");
  expect(JSON.parse(lines[0].payload).action).toBe(lines[0].action);
  const second = await server.as(await buildPerson(server.database, tenantId, { offices: ["audit"] }));
  expect((await second.get(`/api/v1/audit/exports/${csv.body.id}`)).status).toBe(404);
  expect((await api.post("/api/v1/audit/exports", { filter: {}, format: "csv", reason: " " })).status).toBe(
    400,
  );
  await traced();
  const [exported] = (await search("action=audit.exported")).items;
  expect(exported.facts).toMatchObject({ format: "jsonl", reason: "監査委員の求め", about: room.id });
});

test("an anchor can be taken away and is remembered; the status says how far the chain is", async () => {
  await traced();
  const status = (await api.get("/api/v1/audit/status")).body;
  expect(status).toMatchObject({ isAlarming: false, anchor: { tenantId } });
  expect(status.actions.find((each: any) => each.action === "office.given").ja).toBe("…に担当…を渡しました");
  const taken = await api.post("/api/v1/audit/anchors", undefined);
  expect([taken.status, taken.body.number >= status.anchor.number]).toEqual([201, true]);
  await traced();
  expect((await api.get("/api/v1/audit/status")).body.anchoredAt).not.toBeNull();
});

test("what was refused to somebody is in the record, each kind once with its number", async () => {
  for (let i = 0; i < 3; i++) expect((await theirs.get("/api/v1/accounts")).status).toBe(403);
  await server.restart(async () => {});
  api = await server.as(auditor);
  await traced();
  const [refused] = (await search(`action=deed.refused&actor=${clerk.id}`)).items;
  expect(refused.facts).toEqual({ route: "GET /api/v1/accounts", count: 3 });
  expect(refused.rule).toBe("account.administrators-only");
});

test("who looks at somebody's account is in the record", async () => {
  const manager = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
  await manager.get(`/api/v1/accounts/${other.id}`);
  await traced();
  expect(await actions(`about=${other.id}&action=account.viewed`)).toEqual(["account.viewed"]);
});
