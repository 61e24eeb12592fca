import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followOrganisation } from "#capabilities/chat/index.ts";
import { scopeOf, type Transaction } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { systemClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { buildOffice, type OfficeLine, type OfficeSection } from "#tests/support/office.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const sections: OfficeSection[] = [
  { code: "0101", name: "情報政策課" },
  { code: "0102", name: "財政課" },
  { code: "0103", name: "誰もいない課" },
];
const people: OfficeLine[] = [
  { number: "1", section: "0101", isAdministrator: true },
  { number: "2", section: "0102", concurrent: ["0101"] },
  { number: "3", section: "0102" },
  { number: "4", section: "0101" },
  { number: "k0101", name: "情報政策課", section: "0101", kind: "所属" },
  { number: "g1", kind: "ゲスト" },
];
const moved = (number: string, change: Partial<OfficeLine>) =>
  people.map((line) => (line.number === number ? { ...line, ...change } : line));

async function office() {
  const made = await buildOffice(server);
  await made.run(sections, people);
  const as = async (number: string) => server.as(await made.person(number));
  const roomOf = async (client: ApiClient, name: string) =>
    (await client.get("/api/v1/rooms")).body.items.find((room: { name: string }) => room.name === name);
  const membersOf = async (client: ApiClient, roomId: string): Promise<string[]> =>
    (await client.get(`/api/v1/rooms/${roomId}/members`)).body.items
      .map((member: { person: { name: string } }) => member.person.name)
      .sort();
  return { ...made, as, roomOf, membersOf };
}

describe("a section's room", () => {
  test("is there with its first people: by main post, concurrent post and as the section's account", async () => {
    const { as, roomOf, membersOf } = await office();
    const clerk = await as("4");
    const room = await roomOf(clerk, "情報政策課");
    expect(room).toMatchObject({
      kind: "section",
      memberCount: 4,
      guestCount: 0,
      isAutomatic: true,
      role: "member",
      unread: 0,
    });
    expect(await membersOf(clerk, room.id)).toEqual(["情報政策課", "職員 1", "職員 2", "職員 4"]);
    expect((await clerk.get("/api/v1/rooms")).body.items).toHaveLength(1);
    expect((await (await as("2")).get("/api/v1/rooms")).body.items).toHaveLength(2);
  });

  test("follows a transfer that an administrator enters in the web", async () => {
    const { as, roomOf, membersOf, person } = await office();
    const [administrator, clerk] = [await as("1"), await as("4")];
    const sections = (await administrator.get("/api/v1/sections")).body.items;
    const finance = sections.find((section: { name: string }) => section.name === "財政課");
    const answer = await administrator.post(`/api/v1/people/${(await person("4")).id}/posts`, {
      sectionId: finance.id,
      postName: null,
      isMain: true,
      from: todayInJapan(systemClock),
    });
    expect(answer.status).toBeLessThan(300);
    expect(await roomOf(clerk, "情報政策課")).toBeUndefined();
    const room = await roomOf(clerk, "財政課");
    expect(await membersOf(clerk, room.id)).toEqual(["職員 2", "職員 3", "職員 4"]);
  });

  test("follows a transfer: who goes can read no more, who comes starts with everything read", async () => {
    const { as, roomOf, membersOf, run, person } = await office();
    const [stays, goes] = [await as("1"), await as("4")];
    const from = await roomOf(stays, "情報政策課");
    const to = await roomOf(await as("3"), "財政課");
    for (let i = 0; i < 3; i++) await (await as("3")).send(to.id, `引継ぎ ${i}`);
    const stream = await goes.stream();
    await run(sections, moved("4", { section: "0102" }));
    await stream.until((frame) => frame.type === "room.joined" && frame.room.id === to.id);
    expect(stream.events.map((event) => event.type)).toContain("room.left");
    stream.close();
    expect(await membersOf(stays, from.id)).toEqual(["情報政策課", "職員 1", "職員 2"]);
    expect((await goes.get(`/api/v1/rooms/${from.id}/messages`)).status).toBe(404);
    expect(await roomOf(goes, "財政課")).toMatchObject({ lastSeq: 3, readSeq: 3, unread: 0, memberCount: 3 });
    const changes = (await stays.get(`/api/v1/rooms/${from.id}/changes`)).body.items;
    expect(changes).toMatchObject([
      { kind: "organisation-removed", actorId: null, personIds: [(await person("4")).id], personCount: 1 },
    ]);
  });

  test("keeps whom it has invited, and only them it lets remove or leave", async () => {
    const { as, roomOf, membersOf, run, person } = await office();
    const chief = await as("1");
    const room = await roomOf(chief, "情報政策課");
    const path = async (number: string) => `/api/v1/rooms/${room.id}/members/${(await person(number)).id}`;
    expect((await chief.put(await path("3"))).body).toMatchObject({ isAutomatic: false });
    const refused = await chief.delete(await path("4"));
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "room.follows-organisation"]);
    expect((await (await as("4")).delete(await path("4"))).status).toBe(403);
    expect((await chief.put(await path("g1"))).body.facts.ruleId).toBe("room.no-guests-here");
    await run(sections, moved("4", { section: "0102" }));
    expect(await membersOf(chief, room.id)).toContain("職員 3");
    expect((await (await as("3")).delete(await path("3"))).status).toBe(204);

    // Invited first and then posted there: a member like the others, who leaves with the post.
    await chief.put(await path("3"));
    await run(sections, moved("3", { section: "0101" }));
    expect(await roomOf(await as("3"), "情報政策課")).toMatchObject({ isAutomatic: true });
    await run(sections, people);
    expect(await roomOf(await as("3"), "情報政策課")).toBeUndefined();
  });

  test("takes the section's new name, and cannot be given another", async () => {
    const { as, roomOf, run } = await office();
    const clerk = await as("4");
    const { id } = await roomOf(clerk, "情報政策課");
    const stream = await clerk.stream();
    await run([{ code: "0101", name: "デジタル推進課" }, ...sections.slice(1)], people);
    await stream.until((frame) => frame.type === "room.changed");
    stream.close();
    const room = await roomOf(clerk, "デジタル推進課");
    expect(room.id).toBe(id);
    expect((await clerk.get(`/api/v1/rooms/${id}/changes`)).body.items).toMatchObject([
      { kind: "renamed", from: "情報政策課", to: "デジタル推進課" },
    ]);
    const settings = { version: room.version, name: "別の名前", visibility: "closed", posting: "everybody" };
    const refused = await clerk.put(`/api/v1/rooms/${id}/settings`, settings);
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "room.name-follows-section"]);
    const described = { ...settings, name: "デジタル推進課", description: "課内の連絡" };
    expect((await clerk.put(`/api/v1/rooms/${id}/settings`, described)).body.description).toBe("課内の連絡");
  });

  test("of a section that has ended is put away and stays readable for its last members", async () => {
    const { as, roomOf, run } = await office();
    const clerk = await as("3");
    const room = await roomOf(clerk, "財政課");
    await clerk.send(room.id, "最後の投稿");
    const closed = sections.filter((section) => section.code !== "0102");
    await run(
      closed,
      people.map((line) => (line.section === "0102" ? { ...line, section: "0101", concurrent: [] } : line)),
    );
    expect((await roomOf(clerk, "財政課")).archivedAt).not.toBeNull();
    expect((await clerk.get(`/api/v1/rooms/${room.id}/messages`)).body.items).toHaveLength(1);
    const refused = await clerk.send(room.id, "まだ書けますか");
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "room.archived"]);
    await run(sections, people);
    expect(await roomOf(clerk, "財政課")).toMatchObject({ archivedAt: null, memberCount: 2 });
    expect((await clerk.send(room.id, "また書けます")).status).toBe(201);
  });

  test("is not made where the municipality does not want it, and is when it does", async () => {
    const made = await buildOffice(server);
    await made.run(sections.slice(0, 1), people.slice(0, 1));
    const administrator = await server.as(await made.person("1"));
    expect((await administrator.get("/api/v1/section-rooms")).body).toEqual({ isOn: true });
    await administrator.put("/api/v1/section-rooms", { isOn: false });
    await made.run(sections, people);
    const clerk = await server.as(await made.person("3"));
    expect((await clerk.get("/api/v1/rooms")).body.items).toEqual([]);
    // The room that there is goes on following its section.
    expect((await administrator.get("/api/v1/rooms")).body.items).toMatchObject([{ memberCount: 4 }]);
    await administrator.put("/api/v1/section-rooms", { isOn: true });
    expect((await clerk.get("/api/v1/rooms")).body.items).toMatchObject([{ name: "財政課", memberCount: 2 }]);
  });
});

describe("a room of everybody", () => {
  test("holds all staff and section accounts, never a guest, and whoever comes later", async () => {
    const { as, roomOf, run, person } = await office();
    const administrator = await as("1");
    const make = (client: ApiClient) =>
      client.post(
        "/api/v1/rooms",
        { kind: "municipality", name: "全庁連絡", posting: "owners" },
        { "idempotency-key": newId() },
      );
    expect((await make(await as("3"))).status).toBe(403);
    const room = (await make(administrator)).body;
    expect(room).toMatchObject({ kind: "municipality", role: "owner", memberCount: 5, guestCount: 0 });
    expect(await roomOf(await as("3"), "全庁連絡")).toMatchObject({ role: "member", isAutomatic: true });
    expect(await roomOf(await server.as(await person("g1"), "internet"), "全庁連絡")).toBeUndefined();
    expect((await administrator.send(room.id, "お知らせ")).status).toBe(201);
    const refused = await (await as("3")).send(room.id, "返事");
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "room.only-owners-post"]);

    await run(sections, [...people, { number: "9", section: "0101" }]);
    expect(await roomOf(await as("9"), "全庁連絡")).toMatchObject({ memberCount: 6, unread: 0, readSeq: 1 });
    await run(sections, people);
    expect(await roomOf(administrator, "全庁連絡")).toMatchObject({ memberCount: 5 });
  });
});

test("following costs no more statements for three hundred people than for four", async () => {
  const made = await buildOffice(server);
  const many = (count: number): OfficeLine[] =>
    Array.from({ length: count }, (_, i) => ({ number: String(i + 1), section: i % 2 ? "0101" : "0102" }));
  await made.run(sections, many(4));
  const count = async (arrange: () => Promise<unknown>) => {
    await server.database.transaction(scopeOf(made.tenantId), (tx) =>
      tx.run({ name: "test.off", text: "update tenant set has_section_rooms = false where id = $1" }, [
        made.tenantId,
      ]),
    );
    await arrange();
    let statements = 0;
    await server.database.transaction(scopeOf(made.tenantId), async (tx) => {
      await tx.run({ name: "test.empty", text: "delete from room_member where tenant_id = $1" }, [
        made.tenantId,
      ]);
      const counting = new Proxy(tx, {
        get(target, name) {
          const value = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          if (name === "all" || name === "first" || name === "run") statements++;
          return value.bind(target);
        },
      }) as Transaction;
      await followOrganisation(counting, { tenantId: made.tenantId, personIds: [], now: new Date() });
    });
    return statements;
  };
  const few = await count(async () => {});
  const lots = await count(() => made.run(sections, many(300)));
  expect(lots).toBeLessThanOrEqual(few);
  expect(lots).toBeLessThan(16);
});
