import { afterAll, beforeAll, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { publishFirstVersions } from "#core/rules/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSection, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** A section account with two people who may sit at it, and one of another section. */
async function buildDesk() {
  const { database } = server;
  const tenantId = await buildMunicipality(database);
  const section = await buildSection(database, tenantId, { name: "市民課" });
  const elsewhere = await buildSection(database, tenantId);
  const [first, second, other] = [
    await buildPerson(database, tenantId, { sectionId: section.id, name: "青木 一", kana: "あおき はじめ" }),
    await buildPerson(database, tenantId, { sectionId: section.id, name: "井上 花", kana: "いのうえ はな" }),
    await buildPerson(database, tenantId, { sectionId: elsewhere.id }),
  ];
  const desk = await buildPerson(database, tenantId, { kind: "section", sectionId: section.id });
  const { token, sessionId } = await buildSession(database, desk, { operatorId: second.id });
  return {
    tenantId,
    desk,
    first,
    second,
    other,
    sessionId,
    client: new ApiClient(server.url("lgwan"), token),
  };
}

test("another person sits down without signing out: what follows bears their name, the session before is over", async () => {
  const { tenantId, first, second, client, sessionId } = await buildDesk();
  const listed = await client.get("/api/v1/me/operators");
  // Who sat there last stands first, then by kana.
  expect(listed.body.items.map((each: any) => [each.id, each.isRecent])).toEqual([
    [second.id, true],
    [first.id, false],
  ]);
  const room = await client.createGroup([first.id]);
  await client.send(room.id, "井上から");
  const stream = await client.stream();
  const changed = await client.put("/api/v1/me/operator", { operatorId: first.id });
  expect([changed.status, changed.body.operator.id]).toEqual([200, first.id]);
  await stream.untilClosed();
  expect((await client.get("/api/v1/me")).status).toBe(401);
  const next = new ApiClient(server.url("lgwan"), changed.body.token);
  await next.send(room.id, "青木から");
  const messages = (await next.get(`/api/v1/rooms/${room.id}/messages`)).body.items;
  expect(messages.map((message: any) => [message.body, message.operatorId])).toEqual([
    ["井上から", second.id],
    ["青木から", first.id],
  ]);
  const entries = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all<{ action: string; payload: string }>(
      build
        .selectFrom("audit_entry")
        .select(["action", "payload"])
        .where("tenant_id", "=", tenantId)
        .where("action", "in", ["session.ended", "message.sent"])
        .orderBy("id"),
    ),
  );
  const said = entries.map(({ action, payload }) => [action, JSON.parse(payload ?? "{}").operator]);
  expect(said).toEqual([
    ["message.sent", second.id],
    ["session.ended", second.id],
    ["message.sent", first.id],
  ]);
  expect(JSON.parse(entries[1]!.payload)).toMatchObject({
    subject: sessionId,
    facts: { handedTo: first.id },
  });
});

test("only somebody of the section may sit there, only at a section account, and of two at once one", async () => {
  const { first, other, client } = await buildDesk();
  const refused = await client.put("/api/v1/me/operator", { operatorId: other.id });
  expect([refused.status, refused.body.code]).toEqual([403, "operator-required"]);
  expect(refused.body.facts.operators).toHaveLength(2);
  const staff = await server.as(first);
  expect((await staff.get("/api/v1/me/operators")).status).toBe(404);
  expect((await staff.put("/api/v1/me/operator", { operatorId: first.id })).status).toBe(404);
  const both = await Promise.all(
    [1, 2].map(() => client.put("/api/v1/me/operator", { operatorId: first.id })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test("whoever sits down has agreed to the rules of section accounts first", async () => {
  const { tenantId, first, client } = await buildDesk();
  await publishFirstVersions(server.database, tenantId, new Date());
  const newcomer = await buildPerson(server.database, tenantId, { sectionId: await sectionOf(first.id) });
  const asked = await client.put("/api/v1/me/operator", { operatorId: newcomer.id });
  expect([asked.status, asked.body.code]).toEqual([403, "rules-not-agreed"]);
  const agreed = await client.put("/api/v1/me/operator", {
    operatorId: newcomer.id,
    agreedRules: asked.body.facts.textId,
  });
  expect(agreed.status).toBe(200);

  async function sectionOf(personId: string): Promise<string> {
    const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.first<{ section_id: string }>(
        build
          .selectFrom("person")
          .select("section_id")
          .where("tenant_id", "=", tenantId)
          .where("id", "=", personId),
      ),
    );
    return row!.section_id;
  }
});
