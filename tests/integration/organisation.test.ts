import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let clerk: BuiltPerson;
let reader: ApiClient;
let guest: BuiltPerson;
let sections: Record<"general" | "finance" | "it" | "next", string>;
const clock = fixedClock("2026-11-21T03:00:00Z");

/** A department with two sections, and one that begins in April. */
beforeAll(async () => {
  server = await startTestServer({ clock });
  const { database } = server;
  tenantId = await buildMunicipality(database);
  const general = (await buildSection(database, tenantId, { name: "総合政策部" })).id;
  const under = async (name: string, validFrom?: string) =>
    (await buildSection(database, tenantId, { name, parentId: general, ...(validFrom && { validFrom }) })).id;
  sections = {
    general,
    finance: await under("財政課"),
    it: await under("情報政策課"),
    next: await under("デジタル推進課", "2027-04-01"),
  };
  clerk = await buildPerson(database, tenantId, {
    name: "髙橋 花子",
    kana: "タカハシ ハナコ",
    sectionId: sections.finance,
  });
  await buildPerson(database, tenantId, {
    name: "鈴木 一郎",
    kana: "スズキ イチロウ",
    sectionId: sections.it,
  });
  guest = await buildPerson(database, tenantId, { kind: "guest", name: "小林 大輔" });
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(
      build
        .updateTable("person")
        .set({
          extension: "2345",
          post_name: "主査",
          post_rank: 35,
          number: "000123",
          workplace: "本庁舎3階",
        })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", clerk.id),
    );
    const post = (sectionId: string, postName: string, isMain: boolean, from: string, until: string | null) =>
      tx.run(
        build.insertInto("post_assignment").values({
          tenant_id: tenantId,
          id: newId(),
          person_id: clerk.id,
          section_id: sectionId,
          post_name: postName,
          is_main: isMain,
          valid_from: from,
          valid_until: until,
        }),
      );
    await post(sections.finance, "主査", true, "2024-04-01", "2027-04-01");
    await post(sections.next, "係長", true, "2027-04-01", null);
    await post(sections.it, "主査", false, "2025-04-01", null);
    await tx.run(
      build.insertInto("section_role").values({
        tenant_id: tenantId,
        id: newId(),
        section_id: sections.finance,
        role: "information-head",
        person_id: clerk.id,
        valid_from: "2026-04-01",
      }),
    );
  });
  reader = await server.as(
    await buildPerson(database, tenantId, { name: "田中 健太", kana: "タナカ ケンタ" }),
  );
});
afterAll(() => server.stop());

describe("the tree", () => {
  test("stands as of a day: with the sections and the staff of that day", async () => {
    const count = (body: any, id: string) => body.items.find((item: any) => item.id === id)?.people;
    const now = await reader.get("/api/v1/sections");
    expect(now.body.on).toBe("2026-11-21");
    expect(count(now.body, sections.finance)).toBe(1);
    expect(count(now.body, sections.next)).toBeUndefined();
    const april = await reader.get("/api/v1/sections?on=2027-04-01");
    expect(count(april.body, sections.finance)).toBe(0);
    expect(count(april.body, sections.next)).toBe(1);
    expect((await reader.get("/api/v1/sections?on=2027-02-30")).status).toBe(400);
  });

  test("is not for guests", async () => {
    const client = await server.as(guest, "internet");
    for (const path of ["/api/v1/sections", `/api/v1/sections/${sections.it}`, "/api/v1/section-roles"]) {
      const answer = await client.get(path);
      expect([answer.status, answer.body.facts.ruleId]).toEqual([403, "section.guest-sees-no-tree"]);
    }
  });
});

describe("a section", () => {
  test("shows its people, those with a concurrent post too, and the roles that nobody holds", async () => {
    const it = (await reader.get(`/api/v1/sections/${sections.it}`)).body;
    expect(it.path).toEqual([{ id: sections.general, name: "総合政策部" }]);
    expect(it.people.map((m: any) => [m.person.name, m.postName, m.isMain])).toEqual([
      ["鈴木 一郎", null, true],
      ["髙橋 花子", "主査", false],
    ]);
    expect(it.missingRoles).toEqual(["information-head", "security-officer", "systems-officer"]);
    const finance = (await reader.get(`/api/v1/sections/${sections.finance}`)).body;
    expect(finance.roles.map((r: any) => [r.role, r.person.name])).toEqual([
      ["information-head", "髙橋 花子"],
    ]);
    expect(finance.missingRoles).toEqual(["security-officer", "systems-officer"]);
    const above = (await reader.get(`/api/v1/sections/${sections.general}`)).body;
    expect(above.children.map((child: any) => child.name)).toEqual(["財政課", "情報政策課"]);
    expect(above.missingRoles).toEqual([]);
    expect((await reader.get("/api/v1/sections/nothing")).status).toBe(404);
  });

  test("of another municipality does not exist", async () => {
    const elsewhere = await buildMunicipality(server.database);
    const stranger = await server.as(await buildPerson(server.database, elsewhere));
    expect((await stranger.get(`/api/v1/sections/${sections.it}`)).status).toBe(404);
    expect((await stranger.get(`/api/v1/people/${clerk.id}`)).status).toBe(404);
    expect((await stranger.get("/api/v1/sections")).body.items).toEqual([]);
  });
});

describe("a person's page", () => {
  test("has posts of today, workplace, extension and roles; what comes in April is for administrators", async () => {
    const seen = (await reader.get(`/api/v1/people/${clerk.id}`)).body;
    expect(seen.posts.map((post: any) => [post.section.name, post.isMain])).toEqual([
      ["財政課", true],
      ["情報政策課", false],
    ]);
    expect([seen.extension, seen.workplace, seen.number, seen.canChat]).toEqual([
      "2345",
      "本庁舎3階",
      "000123",
      true,
    ]);
    expect(seen.roles).toEqual([
      { role: "information-head", section: { id: sections.finance, name: "財政課" } },
    ]);
    expect(seen.upcoming).toEqual([]);
    const administrator = await buildPerson(server.database, tenantId, { isAdministrator: true });
    const inside = (await (await server.as(administrator)).get(`/api/v1/people/${clerk.id}`)).body;
    expect(inside.upcoming.map((post: any) => [post.section.name, post.from])).toEqual([
      ["デジタル推進課", "2027-04-01"],
    ]);
    const outside = await (await server.as(administrator, "internet")).get(`/api/v1/people/${clerk.id}`);
    expect(outside.body.upcoming).toEqual([]);
  });

  test("is for a guest only when both are in a room, and then without number, extension and workplace", async () => {
    const client = await server.as(guest, "internet");
    expect((await client.get(`/api/v1/people/${clerk.id}`)).status).toBe(404);
    await reader.createGroup([clerk.id, guest.id]);
    const seen = await client.get(`/api/v1/people/${clerk.id}`);
    expect(seen.body).toMatchObject({ number: null, extension: null, workplace: null, posts: [], roles: [] });
    expect(seen.body.person.name).toBe("髙橋 花子");
  });
});

describe("searching people", () => {
  const found = async (q: string, client = reader) =>
    (await client.get(`/api/v1/people?q=${encodeURIComponent(q)}`)).body.items.map((p: any) => p.name);

  test("finds by hiragana, katakana, kanji, section, post, number and extension, several words together", async () => {
    for (const q of [
      "たかはし",
      "ﾀｶﾊｼ",
      "髙橋花子",
      "はなこ　たか",
      "財政課",
      "主査",
      "000123",
      "23",
      "財政 主査",
    ])
      expect(await found(q), q).toEqual(["髙橋 花子"]);
    expect(await found("財政 係長")).toEqual([]);
    expect(await found("999")).toEqual([]);
  });

  test("does not let a guest find people by number", async () => {
    const client = await server.as(guest, "internet");
    expect(await found("たかはし", client)).toEqual(["髙橋 花子"]);
    expect(await found("000123", client)).toEqual([]);
  });

  test("looks below a department when asked to", async () => {
    const names = async (more: string) =>
      (await reader.get(`/api/v1/people?section=${sections.general}${more}`)).body.items.map(
        (p: any) => p.name,
      );
    expect(await names("")).toEqual([]);
    expect(await names("&below=yes")).toEqual(["鈴木 一郎", "髙橋 花子"]);
  });
});
