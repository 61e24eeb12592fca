import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let reader: BuiltPerson;
let guest: BuiltPerson;

beforeAll(async () => {
  server = await startTestServer();
  const tenantId = await buildMunicipality(server.database, { name: "水杜市" });
  const finance = await buildSection(server.database, tenantId, { name: "財政課", kana: "ざいせいか" });
  reader = await buildPerson(server.database, tenantId, { name: "田中 健太", kana: "たなか けんた" });
  guest = await buildPerson(server.database, tenantId, {
    name: "小林 大輔",
    kana: "こばやし だいすけ",
    kind: "guest",
  });
  await buildPerson(server.database, tenantId, {
    name: "佐藤 花子",
    kana: "さとう はなこ",
    sectionId: finance.id,
  });
  await buildPerson(server.database, tenantId, { name: "太田 順一", kana: "おおた じゅんいち" });
});

afterAll(() => server?.stop());

async function find(person: BuiltPerson, q: string): Promise<string[]> {
  const answer = await (await server.as(person, person === guest ? "internet" : "lgwan")).get(
    `/api/v1/people?q=${encodeURIComponent(q)}`,
  );
  expect(answer.status).toBe(200);
  return answer.body.items.map((item: { name: string }) => item.name);
}

describe("the directory", () => {
  it.each([
    ["財政", "佐藤 花子"],
    ["ザイセイ", "佐藤 花子"],
    ["zaiseika", "佐藤 花子"],
    ["Zaisei-ka", "佐藤 花子"],
    ["zaisei k", "佐藤 花子"],
    ["sato", "佐藤 花子"],
    ["satō hanako", "佐藤 花子"],
    ["ota", "太田 順一"],
    ["ohta", "太田 順一"],
    ["zyuniti", "太田 順一"],
  ])("finds by %s", async (q, name) => {
    expect(await find(reader, q)).toContain(name);
  });

  it("finds nobody by romaji that stands for somebody else, and takes signs of patterns as they are", async () => {
    expect(await find(reader, "suzuki")).toEqual([]);
    for (const q of [".*", "(", "[a", "a|b", "\\", "ta.*"]) expect(await find(reader, q)).toEqual([]);
  });

  it("shows a guest nobody more for writing in romaji", async () => {
    expect(await find(guest, "sato")).toEqual([]);
  });
});
