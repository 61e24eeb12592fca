import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { applyFiles, emptyFiles, type FileEvent } from "#core/files/web/apply.ts";
import { fixedClock } from "#core/kernel/index.ts";
import type { Zone } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

const clock = fixedClock(new Date());
const hour = 3_600_000;
const contents = "持ち出してよい資料の中身です。".repeat(20);
let server: TestServer;
let tenantId: string;
let people: Record<"owner" | "asker" | "colleague" | "guest", BuiltPerson>;
/** On the side on which they ask, and on the one on which they decide. */
let asker: ApiClient;
let owner: ApiClient;
let roomId: string;
let fileId: string;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());

async function clientOf(person: BuiltPerson, zone: Zone): Promise<ApiClient> {
  const expiresAt = new Date(Date.now() + 60 * 24 * hour);
  return new ApiClient(
    server.url(zone),
    (await buildSession(server.database, person, { zone, expiresAt })).token,
  );
}

beforeEach(async () => {
  clock.set(new Date());
  tenantId = await buildMunicipality(server.database);
  people = {
    owner: await buildPerson(server.database, tenantId, { name: "管理 花子" }),
    asker: await buildPerson(server.database, tenantId, { name: "出張 太郎" }),
    colleague: await buildPerson(server.database, tenantId),
    guest: await buildPerson(server.database, tenantId, { kind: "guest" }),
  };
  owner = await clientOf(people.owner, "lgwan");
  asker = await clientOf(people.asker, "internet");
  roomId = (await owner.createGroup([people.asker.id, people.colleague.id, people.guest.id])).id;
  fileId = (await owner.upload(roomId, "出張資料.txt", contents, { purpose: "library" })).body.id;
  await until("the file is released", async () => {
    const { state, pages } = (await owner.get(`/api/v1/files/${fileId}`)).body;
    return state === "released" && pages !== "making";
  });
});

const ask = (client = asker, more: object = {}, key = newId()) =>
  client.post(
    `/api/v1/files/${fileId}/carry-outs`,
    { version: 1, reason: "先方での説明に使うため", hours: 4, downloads: 2, ...more },
    { "idempotency-key": key },
  );
const decide = (id: string, approves = true, client = owner) =>
  client.post(`/api/v1/carry-outs/${id}/decision`, { approves, reason: "内容を確かめました" });
const take = (id: string, client = asker, headers = {}) =>
  client.bytes(`/api/v1/files/${fileId}/content?version=1&carryOut=${id}`, headers);
const mine = async (client = asker) => (await client.get("/api/v1/carry-outs?side=mine")).body.items;
const deciding = async (client = owner) => (await client.get("/api/v1/carry-outs?side=deciding")).body.items;
const ruleOf = (answer: { body: unknown }) =>
  (Buffer.isBuffer(answer.body) ? JSON.parse(answer.body.toString()) : (answer.body as any)).facts?.ruleId;
async function approved(more: object = {}): Promise<string> {
  const { id } = (await ask(asker, more)).body;
  expect((await decide(id)).status).toBe(204);
  return id;
}
const audited = async () => {
  const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select(["action", "payload"])
        .where("tenant_id", "=", tenantId)
        .where("subject_id", "=", fileId)
        .orderBy("id"),
    ),
  );
  return rows.map((row) => ({ action: row.action, ...JSON.parse(row.payload!) }));
};

describe("carrying out by request", () => {
  test("is asked for, seen, approved, counted down in the one way out, and recorded", async () => {
    const card = (await asker.get(`/api/v1/files/${fileId}`)).body;
    expect([card.may.download.isAllowed, card.may.requestCarryOut.isAllowed]).toEqual([false, true]);
    const made = await ask();
    expect([made.status, made.body]).toMatchObject([
      201,
      { state: "waiting", fileName: "出張資料.txt", zone: "internet", downloads: { allowed: 2, used: 0 } },
    ]);
    const { id } = made.body;
    expect((await take(id)).status).toBe(403);
    expect(ruleOf(await take(id))).toBe("carry-out.not-approved");

    expect((await owner.get("/api/v1/carry-outs/count")).body).toEqual({ toDecide: 1, news: 0 });
    expect(await deciding()).toMatchObject([
      { id, reason: "先方での説明に使うため", requestedBy: { name: "出張 太郎" }, may: { decide: true } },
    ]);
    expect((await owner.post(`/api/v1/carry-outs/${id}/seen`, undefined)).status).toBe(204);
    expect((await mine())[0]).toMatchObject({ state: "waiting", seenAt: clock.now().toISOString() });

    expect((await decide(id)).status).toBe(204);
    expect((await asker.get("/api/v1/carry-outs/count")).body).toEqual({ toDecide: 0, news: 1 });
    expect((await mine())[0]).toMatchObject({
      state: "open",
      isNews: true,
      note: "内容を確かめました",
      expiresAt: new Date(clock.now().getTime() + 4 * hour).toISOString(),
      may: { download: true, withdraw: true },
    });
    await asker.post(`/api/v1/carry-outs/${id}/seen`, undefined);
    expect((await asker.get("/api/v1/carry-outs/count")).body.news).toBe(0);

    const first = await take(id);
    expect([first.status, first.body.toString()]).toEqual([200, contents]);
    expect((await take(id)).status).toBe(200);
    // Asked again and again: what is used up stays used up.
    for (let i = 0; i < 3; i++) {
      const over = await take(id);
      expect([over.status, JSON.parse(over.body.toString()).code]).toEqual([409, "carry-out-used-up"]);
    }
    expect((await mine())[0]).toMatchObject({ state: "used-up", downloads: { used: 2 } });
    const entries = await audited();
    expect(entries.map(({ action }) => action).filter((action) => /carr/.test(action))).toEqual([
      "carry-out.requested",
      "carry-out.seen",
      "carry-out.approved",
      "carry-out.answer-seen",
      "file.carried-out",
      "file.carried-out",
    ]);
    expect(entries.at(-1)).toMatchObject({
      actor: people.asker.id,
      zone: "internet",
      rule: "crossing.carried-out-on-request",
      facts: { carryOut: id },
    });
  });

  test("a download that goes on after a break is one; what goes beyond that is another", async () => {
    const id = await approved({ downloads: 1 });
    const length = Buffer.byteLength(contents);
    expect((await take(id)).status).toBe(200);
    const rest = (from: number) => take(id, asker, { range: `bytes=${from}-` });
    expect((await rest(length - 100)).body.toString()).toBe(
      Buffer.from(contents)
        .subarray(length - 100)
        .toString(),
    );
    // Once more as much as the file has, in all, and from the beginning never.
    expect((await take(id, asker, { range: "bytes=0-" })).status).toBe(409);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await rest(Math.floor(length / 2))).status);
    expect(statuses).toEqual([206, 409, 409, 409]);
    // On another session nothing has begun.
    const elsewhere = await clientOf(people.asker, "internet");
    expect((await take(id, elsewhere, { range: "bytes=10-" })).status).toBe(409);
  });

  test("the last one is not shared by two at the same moment, nor a decision by two approvers", async () => {
    const id = await approved({ downloads: 1 });
    const taken = await Promise.all([take(id), take(id), take(id)]);
    expect(taken.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("room_member")
          .set({ role: "owner" })
          .where("tenant_id", "=", tenantId)
          .where("person_id", "=", people.colleague.id),
      ),
    );
    const second = (await ask()).body.id;
    const colleague = await clientOf(people.colleague, "lgwan");
    const decided = await Promise.all([decide(second), decide(second, false, colleague)]);
    expect(decided.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  test("is nobody else's: not one's own approval, not a member's, not on the Internet side", async () => {
    const { id } = (await ask()).body;
    const refusals = [
      [await decide(id, true, asker), 403, "carry-out.never-oneself"],
      [await decide(id, true, await clientOf(people.asker, "lgwan")), 403, "carry-out.never-oneself"],
      [await decide(id, true, await clientOf(people.owner, "internet")), 403, "carry-out.on-lgwan-only"],
      [await decide(id, true, await clientOf(people.colleague, "lgwan")), 404, undefined],
      [await decide(id, true, await clientOf(people.guest, "internet")), 404, undefined],
    ] as const;
    for (const [answer, status, rule] of refusals)
      expect([answer.status, ruleOf(answer)]).toEqual([status, rule]);
    expect((await decide(id)).status).toBe(204);
    // With the number of somebody else's approval it is as without.
    const colleague = await take(id, await clientOf(people.colleague, "internet"));
    expect([colleague.status, ruleOf(colleague)]).toEqual([403, "crossing.internet-keeps-nothing"]);
    const guest = await clientOf(people.guest, "internet");
    expect((await guest.get(`/api/v1/files/${fileId}`)).body.may.requestCarryOut.isAllowed).toBe(false);
    expect((await ask(guest)).status).toBe(403);
    expect((await take(id, guest)).status).toBe(403);
  });

  test("one waits for a file at a time; the same key is the same request", async () => {
    const key = newId();
    const first = await ask(asker, {}, key);
    expect((await ask(asker, {}, key)).body.id).toBe(first.body.id);
    const other = await ask();
    expect([other.status, other.body.code]).toEqual([409, "carry-out-waiting"]);
    expect(
      (await asker.post(`/api/v1/carry-outs/${first.body.id}/withdrawal`, { reason: null })).status,
    ).toBe(204);
    expect(ruleOf(await decide(first.body.id))).toBe("carry-out.not-waiting");
    clock.set(new Date(clock.now().getTime() + 1000));
    expect((await ask()).status).toBe(201);
    expect((await mine()).map((item: any) => item.state)).toEqual(["waiting", "withdrawn"]);
  });

  test("who owns the room alone is decided about by the office of rules, which learns no more than the file", async () => {
    const administrator = await buildPerson(server.database, tenantId, { offices: ["rules"] });
    const accounts = await buildPerson(server.database, tenantId, {
      offices: ["accounts", "audit", "records"],
    });
    const own = await clientOf(people.owner, "internet");
    const { id } = (await ask(own)).body;
    const rules = await clientOf(administrator, "lgwan");
    expect(await deciding(rules)).toMatchObject([{ id, fileName: "出張資料.txt", roomName: null }]);
    const others = await clientOf(accounts, "lgwan");
    expect(await deciding(others)).toEqual([]);
    expect((await decide(id, true, others)).status).toBe(404);
    // Where somebody else owns the room, the office has no part in it.
    const second = (await ask()).body.id;
    expect((await decide(second, true, rules)).status).toBe(404);
    expect((await decide(id, true, rules)).status).toBe(204);
    expect((await take(id, own)).status).toBe(200);
    expect((await rules.get(`/api/v1/files/${fileId}`)).status).toBe(404);
  });
});

describe("an approval ends", () => {
  const ends = async (id: string, rule: string | undefined, status = 403) => {
    const answer = await take(id);
    expect([answer.status, ruleOf(answer)]).toEqual([status, rule]);
  };

  test("with its time", async () => {
    const id = await approved();
    clock.set(new Date(clock.now().getTime() + 4 * hour - 1));
    expect((await take(id)).status).toBe(200);
    clock.set(new Date(clock.now().getTime() + 2));
    await ends(id, "carry-out.over");
    expect((await mine())[0].state).toBe("over");
  });

  test("when its requester or its approver takes it back, with a reason that the requester reads", async () => {
    const id = await approved();
    const without = await owner.post(`/api/v1/carry-outs/${id}/withdrawal`, { reason: null });
    expect(without.status).toBe(400);
    await asker.post(`/api/v1/carry-outs/${id}/seen`, undefined);
    await owner.post(`/api/v1/carry-outs/${id}/withdrawal`, { reason: "会議が中止になったため" });
    await ends(id, "carry-out.withdrawn");
    expect((await mine())[0]).toMatchObject({
      state: "withdrawn",
      isNews: true,
      note: "会議が中止になったため",
    });
    const second = await approved();
    await asker.post(`/api/v1/carry-outs/${second}/withdrawal`, { reason: null });
    await ends(second, "carry-out.withdrawn");
  });

  test("when the class of the file rises, even to one that might be carried out", async () => {
    const classify = (table: "room" | "file", to: "1" | "2" | "3A") =>
      server.database.transaction(scopeOf(tenantId), (tx) =>
        tx.run(
          build
            .updateTable(table)
            .set({ classification: to })
            .where("tenant_id", "=", tenantId)
            .where("id", "=", table === "room" ? roomId : fileId),
        ),
      );
    await classify("room", "1");
    const id = await approved();
    expect((await take(id)).status).toBe(200);
    await classify("file", "2");
    await ends(id, "carry-out.class-rose");
    expect((await mine())[0]).toMatchObject({ state: "ended", because: { id: "carry-out.class-rose" } });
    // One that still waits cannot be approved any more.
    await classify("room", "2");
    const waiting = (await ask()).body.id;
    await classify("file", "3A");
    expect(ruleOf(await decide(waiting))).toBe("carry-out.class-rose");
    // Where the file may not be read not even its name is told, nor what was written about it.
    const seen = await mine();
    expect(JSON.stringify(seen)).not.toMatch(/出張資料|説明に使う|確かめました/);
    expect(seen[0]).toMatchObject({ fileName: null, reason: null });
  });

  test("with another version, for that version", async () => {
    const id = await approved();
    await owner.upload(roomId, "二版.txt", "別の中身", { purpose: "library", fileId });
    await until("it is released", async () => {
      const file = (await owner.get(`/api/v1/files/${fileId}`)).body;
      return file.version === 2 && file.state === "released";
    });
    const newest = await asker.get(`/api/v1/files/${fileId}/content?carryOut=${id}`);
    expect(ruleOf(newest)).toBe("carry-out.other-version");
    expect((await take(id)).body.toString()).toBe(contents);
  });

  test("with a leaver, and with a file in the bin", async () => {
    const id = await approved();
    const waiting = (await ask(asker, { downloads: 3 })).body.id;
    await owner.delete(`/api/v1/rooms/${roomId}/members/${people.asker.id}`);
    await ends(id, undefined, 404);
    expect(ruleOf(await decide(waiting))).toBe("carry-out.requester-left");
    expect((await deciding()).map((item: any) => item.state)).toEqual(["ended", "ended"]);

    const colleague = await clientOf(people.colleague, "internet");
    const other = (await ask(colleague)).body.id;
    await decide(other);
    await owner.put(`/api/v1/files/${fileId}`, { isDeleted: true });
    expect((await take(other, colleague)).status).toBe(404);
    expect((await mine(colleague))[0]).toMatchObject({
      state: "ended",
      because: { id: "carry-out.file-gone" },
    });
  });
});

test("those whom it concerns hear of every step, and nobody else; what is heard twice changes nothing", async () => {
  const watching = await Promise.all(
    (
      [
        ["asker", "internet"],
        ["owner", "lgwan"],
        ["colleague", "lgwan"],
        ["guest", "internet"],
      ] as const
    ).map(async ([who, zone]) => ({ who, stream: await (await clientOf(people[who], zone)).stream() })),
  );
  const heard = (index: number) =>
    watching[index]!.stream.frames.filter((frame) => frame.type === "carry-out.changed");
  const { id } = (await ask()).body;
  await owner.post(`/api/v1/carry-outs/${id}/seen`, undefined);
  await decide(id);
  await owner.post(`/api/v1/carry-outs/${id}/withdrawal`, { reason: "取りやめ" });
  await owner.send(roomId, "ここまで");
  for (const { stream } of watching) await stream.until((frame) => frame.type === "message.sent");
  expect([0, 1, 2, 3].map((index) => heard(index).length)).toEqual([4, 4, 0, 0]);
  const apply = (state = emptyFiles) =>
    heard(0).reduce((now, event) => applyFiles(now, event as unknown as FileEvent), state);
  expect(apply(apply())).toEqual(apply());
  expect(apply().carryOuts).not.toBe("");
  expect(JSON.stringify(heard(0))).not.toMatch(new RegExp(`${fileId}|${roomId}`));
  for (const { stream } of watching) stream.close();
});
