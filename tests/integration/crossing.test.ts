import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CrossingTable, defaultTable } from "#core/crossing/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { allRoutes } from "#tests/support/all-routes.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** What must not be read on the Internet side once the room is of class 3B. */
const words = "要配慮の個人情報";

type Office = {
  tenantId: string;
  owner: ApiClient;
  rules: ApiClient;
  clerk: BuiltPerson;
  atDesk: ApiClient;
  outside: ApiClient;
};
async function makeOffice(): Promise<Office> {
  const tenantId = await buildMunicipality(server.database);
  const clerk = await buildPerson(server.database, tenantId);
  return {
    tenantId,
    clerk,
    owner: await server.as(await buildPerson(server.database, tenantId)),
    rules: await server.as(await buildPerson(server.database, tenantId, { offices: ["rules"] })),
    atDesk: await server.as(clerk),
    outside: await server.as(clerk, "internet"),
  };
}

async function classify(owner: ApiClient, roomId: string, classification: string) {
  const { items } = (await owner.get("/api/v1/rooms")).body;
  const { version, name, visibility, posting } = items.find((room: { id: string }) => room.id === roomId);
  return owner.put(`/api/v1/rooms/${roomId}/settings`, {
    version,
    name,
    visibility,
    posting,
    classification,
  });
}

const save = (client: ApiClient, table: CrossingTable, more: object = {}) =>
  client.post("/api/v1/crossing/versions", {
    table,
    reason: "試験のため",
    takesEffectAt: null,
    basedOn: 0,
    ...more,
  });

/** The defaults without the Internet side. */
const nothingOutside: CrossingTable = {
  ...defaultTable,
  rules: defaultTable.rules.filter(({ id }) => id !== "internet-reads"),
};

describe("a room whose class may not be read in a zone", () => {
  test("gives none of its words there, by any route", async () => {
    const { owner, clerk, atDesk, outside } = await makeOffice();
    const room = await owner.createGroup([clerk.id], "相談");
    const sent = await owner.send(room.id, `${words}です`, { mentions: [clerk.id], confirmation: {} });
    await atDesk.send(room.id, `${words}の返事`, { threadSeq: 1 });
    await owner.put(`/api/v1/rooms/${room.id}/messages/${sent.body.id}/reactions/done`);
    await outside.put(`/api/v1/drafts/${room.id}`, {
      body: `${words}の下書き`,
      mentioned: [],
      replyTo: null,
      basedOn: 0,
    });
    const readAll = async (client: ApiClient) => {
      const paths = ["/rooms", "/drafts", "/me/confirmations", "/public-rooms", "/notifications"];
      const answers = await Promise.all(paths.map((path) => client.get(`/api/v1${path}`)));
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
      return JSON.stringify(answers.map(({ body }) => body));
    };
    expect(await readAll(outside), "before it was raised").toContain(words);
    expect((await classify(owner, room.id, "3B")).status).toBe(200);

    const lists = await readAll(outside);
    expect(lists).not.toContain(words);
    const [item] = (await outside.get("/api/v1/rooms")).body.items;
    expect(item).toMatchObject({
      name: "相談",
      classification: "3B",
      lastMessage: null,
      refusal: {
        ja: "インターネット側で職員が機密性3Bのものを読むことを認めるルールはありません",
        whom: "情報システム担当課",
      },
    });
    // Files ask the table themselves, for each file.
    const asked = allRoutes().filter(
      ({ name, path }) => name.startsWith("chat.") && path.includes("{roomId}"),
    );
    expect(asked.length).toBeGreaterThan(20);
    for (const { method, path, name } of asked) {
      // A folder that does not exist is not found, wherever one asks.
      if (path.startsWith("/api/v1/classified-rooms/") || path.includes("{folderId}")) continue;
      const url = path
        .replace("{roomId}", room.id)
        .replace("{messageId}", sent.body.id)
        .replace("{personId}", clerk.id)
        .replace("{reaction}", "done")
        .replace(/\{\w+\}/, "1")
        .concat(name === "chat.delete-draft" ? "?version=1" : "");
      const valid = bodies[name] ?? (method === "GET" || method === "DELETE" ? undefined : {});
      const answer = await outside.call<any>(method, url, valid, { "idempotency-key": newId() });
      // What is not a valid request is refused before anything is asked.
      if (answer.status === 400) expect(valid, `${name} needs a body here`).toBeUndefined();
      expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBe(403);
      expect(answer.body.facts.ruleId, name).toBe("crossing.unpermitted");
      expect(answer.body.facts.whom, name).toBe("情報システム担当課");
      expect(JSON.stringify(answer.body)).not.toContain(words);
    }
    expect((await atDesk.get(`/api/v1/rooms/${room.id}/messages`)).body.items).toHaveLength(2);
    expect(await readAll(atDesk)).toContain(words);
  });

  test("closes open streams there at once, and lets nobody resume into it", async () => {
    const { owner, clerk, atDesk, outside } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    const other = await owner.createGroup([clerk.id]);
    const [stream, desk] = [await outside.stream(), await atDesk.stream()];
    await owner.send(room.id, `${words}その1`);
    const before = await stream.until((frame) => frame.type === "message.sent");
    await classify(owner, room.id, "3B");
    expect((await stream.untilClosed()).code).toBe(4409);
    await desk.until((frame) => frame.type === "room.classified");

    const again = await outside.stream();
    await owner.send(room.id, `${words}その2`);
    await desk.until((frame) => frame.type === "message.sent" && frame.message.seq === 2);
    await owner.send(other.id, "だれでも読める話");
    await again.until((frame) => frame.type === "message.sent" && frame.roomId === other.id);
    expect(JSON.stringify(again.frames)).not.toContain(words);

    const resumed = await outside.stream(before.position);
    await resumed.untilClosed();
    expect(resumed.frames.some((frame) => frame.type === "reset")).toBe(true);
    expect(JSON.stringify(resumed.frames)).not.toContain(words);
    for (const one of [again, desk]) one.close();
  });

  test("is told to its new members there without its words", async () => {
    const { owner, clerk, atDesk, outside } = await makeOffice();
    const answer = await owner.post(
      "/api/v1/rooms",
      { kind: "group", name: "相談", description: words, memberIds: [], classification: "3B" },
      { "idempotency-key": newId() },
    );
    const room = answer.body;
    await owner.send(room.id, words);
    const [stream, desk] = [await outside.stream(), await atDesk.stream()];
    await owner.put(`/api/v1/rooms/${room.id}/members/${clerk.id}`);
    const joined = await stream.until((frame) => frame.type === "room.joined");
    expect(joined.room).toMatchObject({ name: "相談", description: "", lastMessage: null });
    expect(joined.room.refusal.ja).toContain("機密性3B");
    expect((await desk.until((frame) => frame.type === "room.joined")).room.description).toBe(words);
    await owner.send(room.id, words);
    await owner.delete(`/api/v1/rooms/${room.id}/members/${clerk.id}`);
    await stream.until((frame) => frame.type === "room.left");
    expect(JSON.stringify(stream.frames)).not.toContain(words);
    for (const one of [stream, desk]) one.close();
  });
});

/** Valid bodies, so that a request is refused for what it is about and for nothing else. */
const bodies: Record<string, unknown> = {
  "files.create-folder": { name: "資料", parentId: null },
  "chat.add-members": { personIds: [newId()] },
  "chat.change-role": { role: "member" },
  "chat.change-room": { version: 1, name: "別の名前", visibility: "closed", posting: "everybody" },
  "chat.archive-room": { isArchived: true },
  "chat.change-preference": { notify: "all" },
  "chat.send-message": { clientMessageId: newId(), body: "届くはずのない言葉" },
  "chat.move-read-position": { seq: 1 },
  "chat.edit-message": { body: "別の言葉", version: 1 },
  "chat.save-draft": { body: "下書き", mentioned: [], replyTo: null, basedOn: 0 },
  "chat.title-thread": { title: "題" },
};

describe("the class of a room", () => {
  test("is only raised by its owners, and lowered with a reason by who administers the rules", async () => {
    const { tenantId, owner, rules, clerk, outside } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    expect(room.classification).toBe("2");
    expect((await classify(owner, room.id, "1")).body.facts.ruleId).toBe("room.class-only-rises");
    expect((await classify(owner, room.id, "3C")).status).toBe(200);
    expect((await classify(owner, room.id, "2")).status).toBe(403);
    const path = `/api/v1/classified-rooms/${room.id}`;
    const lowering = { classification: "2", reason: "個人情報を含まないため" };
    expect((await owner.put(path, lowering)).body.facts.ruleId).toBe("room.only-rules-lower-classes");
    expect((await rules.get(path)).body).toMatchObject({ name: "試験のルーム", classification: "3C" });
    expect((await rules.put(path, { ...lowering, reason: " " })).status).toBe(400);
    const stream = await outside.stream();
    expect((await rules.put(path, lowering)).body.classification).toBe("2");
    expect((await stream.untilClosed()).code, "starts afresh, since the room is open now").toBe(4409);
    expect((await outside.get(`/api/v1/rooms/${room.id}/messages`)).status).toBe(200);
    const [line] = (await owner.get(`/api/v1/rooms/${room.id}/changes`)).body.items.slice(-1);
    expect(line).toMatchObject({ kind: "classified", from: "3C", to: "2" });
    const entries = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all<{ payload: string }>(
        build
          .selectFrom("audit_entry")
          .select("payload")
          .where("tenant_id", "=", tenantId)
          .where("action", "=", "room.classified"),
      ),
    );
    expect(entries.map(({ payload }) => JSON.parse(String(payload)).facts)).toEqual([
      { from: "3C", to: "2", reason: "個人情報を含まないため" },
    ]);
    expect((await rules.get(`/api/v1/classified-rooms/${newId()}`)).status).toBe(404);
  });

  test("is at least what the municipality gives new rooms", async () => {
    const { rules, owner, clerk } = await makeOffice();
    await save(rules, { ...defaultTable, newRooms: "3C" });
    expect((await owner.createGroup([clerk.id])).classification).toBe("3C");
    const lower = { kind: "group", name: "低い", memberIds: [], classification: "2" };
    const refused = await owner.post("/api/v1/rooms", lower, { "idempotency-key": newId() });
    expect(refused.body.facts.ruleId).toBe("room.class-only-rises");
  });
});

describe("the rules", () => {
  test("are saved in versions that hold at once, and taken back", async () => {
    const { owner, rules, clerk, outside } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    await owner.send(room.id, words);
    const read = async () => (await outside.get(`/api/v1/rooms/${room.id}/messages`)).status;
    expect(await read()).toBe(200);
    const effect = await rules.post("/api/v1/crossing/effect", { table: nothingOutside });
    expect(effect.body).toMatchObject({ roomCount: 1, fileCount: 0 });
    expect(effect.body.groups[0]).toMatchObject({ kind: "group", classification: "2", names: [] });
    expect(effect.body.groups[0].changes).toContainEqual({
      deed: "read",
      zone: "internet",
      kind: "staff",
      isAllowed: false,
    });
    const stream = await outside.stream();
    const saved = await save(rules, nothingOutside);
    expect(saved.body).toMatchObject({ number: 1, standing: "in-force", reason: "試験のため" });
    expect(await read()).toBe(403);
    expect((await stream.untilClosed()).code).toBe(4409);
    expect((await save(rules, defaultTable)).body).toMatchObject({ code: "crossing-changed" });
    const back = await rules.put("/api/v1/crossing/versions/1/withdrawal", { reason: "誤り" });
    expect(back.body).toMatchObject({ standing: "withdrawn", withdrawal: { reason: "誤り" } });
    expect(await read()).toBe(200);
    expect((await rules.get("/api/v1/crossing")).body).toMatchObject({ inForce: 0, newest: 1 });
  });

  test("say beforehand how many files they touch", async () => {
    const { tenantId, owner, rules, clerk } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    const now = new Date();
    const common = { tenant_id: tenantId, uploaded_by: clerk.id };
    await server.database.transaction(scopeOf(tenantId), async (tx) => {
      await tx.run(
        build
          .insertInto("blob")
          .values({ tenant_id: tenantId, name: "x", length: 1, stored_at: now, touched_at: now }),
      );
      // The second is more confidential than its room and was not readable on the Internet side before.
      for (const classification of [null, "3B"] as const) {
        const id = newId();
        await tx.run(
          build.insertInto("file").values({
            ...common,
            ...{
              id,
              room_id: room.id,
              name: "計画.pdf",
              search_key: "",
              classification,
              version: 1,
              revision: 1,
            },
            ...{ created_at: now, changed_at: now, shared_at: now },
          }),
        );
        await tx.run(
          build.insertInto("file_version").values({
            ...common,
            ...{ file_id: id, number: 1, blob_name: "x", length: 1, origin: "lgwan", state: "released" },
            ...{ uploaded_at: now, worked_at: now },
          }),
        );
      }
    });
    const effect = await rules.post("/api/v1/crossing/effect", { table: nothingOutside });
    expect(effect.body).toMatchObject({ roomCount: 1, fileCount: 1 });
    expect(effect.body.groups[0]).toMatchObject({ fileCount: 1 });
  });

  test("hold from the moment that was decided, and streams follow", async () => {
    const { owner, rules, clerk, outside, atDesk } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    const [stream, desk] = [await outside.stream(), await atDesk.stream()];
    const soon = new Date(Date.now() + 1500).toISOString();
    const saved = await save(rules, nothingOutside, { takesEffectAt: soon });
    expect(saved.body).toMatchObject({ standing: "to-come" });
    await desk.until((frame) => frame.type === "crossing.changed" && frame.inForce === 0);
    expect((await outside.get(`/api/v1/rooms/${room.id}/messages`)).status).toBe(200);
    expect((await stream.untilClosed(20_000)).code).toBe(4409);
    await desk.until((frame) => frame.type === "crossing.changed" && frame.inForce === 1, 20_000);
    expect((await outside.get(`/api/v1/rooms/${room.id}/messages`)).status).toBe(403);
    desk.close();
  });

  test("are tried by the function that enforces", async () => {
    const { rules } = await makeOffice();
    const question = {
      deed: "download",
      zone: "internet",
      kind: "guest",
      offices: [],
      classification: "2",
      origin: "lgwan",
    };
    const answer = await rules.post("/api/v1/crossing/questions", { table: null, question });
    expect(answer.body).toEqual({
      isAllowed: false,
      ruleId: "internet-keeps-nothing",
      rank: "principle",
      ja: "インターネット側では、ダウンロードする・コピーすることはできません",
      en: "nobody may download, copy anything on the Internet side",
      whom: "情報システム担当課",
    });
    const { presets } = (await rules.get("/api/v1/crossing")).body;
    for (const { id, table } of presets) {
      const secret = { ...question, deed: "read", kind: "staff", classification: "3A" };
      const told = await rules.post("/api/v1/crossing/questions", { table, question: secret });
      expect(told.body, id).toMatchObject({ isAllowed: false, ruleId: "secret-stays", rank: "limit" });
    }
  });

  test("are nobody's but who administers them, on the LGWAN side", async () => {
    const { tenantId, owner } = await makeOffice();
    const person = await buildPerson(server.database, tenantId, { offices: ["rules"] });
    const records = await buildPerson(server.database, tenantId, {
      offices: ["records", "audit", "accounts"],
    });
    for (const [client, ruleId] of [
      [owner, "crossing.only-administrators"],
      [await server.as(records), "crossing.only-administrators"],
      [await server.as(person, "internet"), "crossing.only-on-lgwan"],
    ] as const)
      for (const answer of [
        await client.get("/api/v1/crossing"),
        await client.post("/api/v1/crossing/effect", { table: defaultTable }),
        await save(client, defaultTable),
        await client.put("/api/v1/crossing/versions/1/withdrawal", { reason: "試験" }),
      ])
        expect(answer).toMatchObject({ status: 403, body: { facts: { ruleId } } });
    expect(
      (await (await server.as(person)).put("/api/v1/crossing/versions/1/withdrawal", { reason: "無" }))
        .status,
    ).toBe(404);
  });

  test("permit nothing when a saved table cannot be read", async () => {
    const { tenantId, owner, clerk, atDesk } = await makeOffice();
    const room = await owner.createGroup([clerk.id]);
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build.insertInto("crossing_version").values({
          tenant_id: tenantId,
          number: 1,
          rules: JSON.stringify({ rules: [{ of: "a later program" }] }),
          reason: "",
          saved_by: clerk.id,
          saved_at: new Date(0),
          takes_effect_at: new Date(0),
        }),
      ),
    );
    await expect
      .poll(async () => (await atDesk.get(`/api/v1/rooms/${room.id}/messages`)).status, { timeout: 10_000 })
      .toBe(403);
  });
});
