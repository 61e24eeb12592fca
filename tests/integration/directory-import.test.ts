import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { beginDay } from "#core/identity/index.ts";
import { peopleColumns, sectionColumns } from "#core/identity/web/imports/template-columns.ts";
import { templateWorkbook } from "#core/identity/web/imports/template-workbook.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { RawConnection } from "#tests/support/raw-http.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { buildWorkbook, buildZip } from "#tests/support/workbook.ts";

/** 21 November 2026, noon in Japan, until a test turns it on. */
let now = new Date("2026-11-21T03:00:00Z");
const clock = { now: () => now };
let server: TestServer;
let tenantId: string;
let administrator: BuiltPerson;
let client: ApiClient;
const told: string[][] = [];

beforeAll(async () => {
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());
beforeEach(async () => {
  now = new Date("2026-11-21T03:00:00Z");
  tenantId = await buildMunicipality(server.database);
  administrator = await buildPerson(server.database, tenantId, { isAdministrator: true, name: "管理 者子" });
  const { token } = await buildSession(server.database, administrator, {
    expiresAt: new Date("2028-01-01T00:00:00Z"),
  });
  client = Object.assign(Object.create(Object.getPrototypeOf(server.anonymous())), server.anonymous(), {
    token,
  });
  told.length = 0;
});

const sections =
  "組織コード,名称,上位組織コード,適用開始日\r\n010000,総合政策部,,2005-04-01\r\n010100,財政課,010000,2005-04-01\r\n010200,情報政策課,010000,2005-04-01\r\n";
const heading = "職員番号,氏名,カナ,所属コード,役職,勤務場所,内線,ログインID,アカウント区分\r\n";
const hanako = (section = "010100", post = "課長") =>
  `000123,髙橋 花子,タカハシ ハナコ,${section},${post},本庁舎3階,2345,takahashi,在宅勤務職員\r\n`;
const ichiro = "000124,鈴木 一郎,スズキ イチロウ,010200,主査,,,suzuki,在宅勤務職員\r\n";

const file = (name: string, content: string | Buffer) => ({
  name,
  base64: Buffer.from(content).toString("base64"),
});
const check = (people: string | Buffer, more: Record<string, unknown> = {}) =>
  client.post("/api/v1/directory-imports", { people: file("職員.csv", people), ...more });
const act = (id: string, what: string) => client.post(`/api/v1/directory-imports/${id}/${what}`, {});
const names = async () =>
  (await client.get("/api/v1/people?limit=200")).body.items.map(
    (p: any) => `${p.name} ${p.sectionName ?? ""}`,
  );

async function importFirst(): Promise<string> {
  const checked = await check(heading + hanako() + ichiro, { sections: file("組織.csv", sections) });
  expect(checked.body.report.issues).toEqual([]);
  const done = await act(checked.body.id, "run");
  expect([done.status, done.body.state]).toEqual([200, "done"]);
  return checked.body.id;
}

describe("an import in the web", () => {
  test("shows errors with their cell, changes nothing, and is corrected and confirmed", async () => {
    const wrong = await check(
      `${heading}${hanako("019999")}000123,二重 太郎,ニジュウ,010100,,,,x y,在宅勤務職員\r\n`,
      {
        sections: file("組織.csv", sections),
      },
    );
    expect(wrong.body.state).toBe("checked");
    expect(wrong.body.report.outcome).toBe("refused");
    expect(wrong.body.report.issues.map((i: any) => [i.code, i.cell])).toEqual([
      ["section-unknown", "D2"],
      ["login-id-invalid", "H3"],
      ["person-twice", "A3"],
    ]);
    const refused = await act(wrong.body.id, "run");
    expect([refused.status, refused.body.code]).toEqual([409, "conflict"]);
    expect(await names()).toEqual(["管理 者子 "]);

    const right = await check(heading + hanako() + ichiro, { sections: file("組織.csv", sections) });
    expect(right.body.counts).toMatchObject({ created: 2, sections: 3, accounts: 2, errors: 0 });
    expect(right.body.report.sections.withoutHead.map((s: any) => s.name)).toEqual(["情報政策課"]);
    const done = await act(right.body.id, "run");
    expect(done.body.state).toBe("done");
    expect(await names()).toEqual(["管理 者子 ", "鈴木 一郎 情報政策課", "髙橋 花子 財政課"]);
    expect((await act(right.body.id, "run")).status).toBe(409);
  });

  test("hands out first passwords once, and they open the account", async () => {
    const id = await importFirst();
    const taken = await act(id, "first-passwords");
    expect(taken.body.items.map((item: any) => item.loginId)).toEqual(["takahashi", "suzuki"]);
    const { password } = taken.body.items[0];
    const signedIn = await server
      .anonymous()
      .post("/api/v1/sessions", { loginId: "takahashi", password, tenant: await slug() });
    expect([signedIn.status, signedIn.body.code]).toEqual([403, "password-change-required"]);
    expect((await act(id, "first-passwords")).status).toBe(200);
    now = new Date(now.getTime() + 16 * 60_000);
    expect((await act(id, "first-passwords")).body.code).toBe("conflict");
    expect((await client.get(`/api/v1/directory-imports/${id}`)).body.passwords).toBeNull();
    const other = await buildPerson(server.database, tenantId, { isAdministrator: true });
    const stranger = await server.as(other);
    expect((await stranger.post(`/api/v1/directory-imports/${id}/first-passwords`, {})).status).toBe(404);
  });

  test("is refused when something else would happen than was shown", async () => {
    await importFirst();
    const shown = await check(heading + hanako("010200"));
    const other = await check(heading + hanako("010100", "部長"));
    expect((await act(other.body.id, "run")).status).toBe(200);
    const late = await act(shown.body.id, "run");
    expect([late.status, late.body.code]).toEqual([409, "conflict"]);
    expect((await client.get(`/api/v1/directory-imports/${shown.body.id}`)).body.state).toBe("checked");
  });

  test("tells moves as before and after", async () => {
    await importFirst();
    const moved = await check(heading + hanako("010200", "部長"));
    expect(moved.body.report.people.changed[0].changes).toEqual([
      { field: "役職", from: "課長", to: "部長" },
      { field: "役職順", from: "20", to: "10" },
      { field: "所属", from: "財政課", to: "情報政策課" },
    ]);
  });

  test("is for administrators on the LGWAN side alone", async () => {
    const clerk = await server.as(await buildPerson(server.database, tenantId));
    const answer = await clerk.get("/api/v1/directory-imports");
    expect([answer.status, answer.body.facts.ruleId]).toEqual([403, "directory.only-administrators"]);
    const outside = await server.as(administrator, "internet");
    expect((await outside.get("/api/v1/directory-imports")).status).toBe(404);
  });
});

describe("entries by hand", () => {
  const enter = (list: "people" | "sections", content: string) =>
    client.post("/api/v1/directory-imports", { [list]: file("手入力", content), isEntry: true });
  const done = async (list: "people" | "sections", content: string) => {
    const entered = await enter(list, content);
    expect(entered.body.report.issues).toEqual([]);
    expect((await act(entered.body.id, "run")).body.state).toBe("done");
    return entered.body.report;
  };
  const tree = async (on = "2026-11-21") =>
    (await client.get(`/api/v1/sections?on=${on}`)).body.items.map((s: any) => s.name);

  test("say nothing of those who are not in them", async () => {
    await importFirst();
    const entered = await enter("people", `職員番号,氏名,所属コード\r\n000200,新人 次郎,010100\r\n`);
    expect(entered.body.report).toMatchObject({
      isEntry: true,
      people: { created: [{ number: "000200" }], missing: [], kept: [] },
      sections: { withoutHead: [] },
    });
    expect((await act(entered.body.id, "run")).body.state).toBe("done");
    expect((await names()).length).toBe(4);
  });

  test("a guest needs who answers for them and a last day", async () => {
    await importFirst();
    const guest = (sponsor: string, until: string) =>
      `職員番号,氏名,区分,会社名・団体名,担当職員番号,ログインID,アカウント区分,有効期限\r\nG001,外部 太郎,ゲスト,みなと施設,${sponsor},gaibu,ゲストアカウント他,${until}\r\n`;
    const wrong = await enter("people", guest("000999", ""));
    expect(wrong.body.report.issues.map((i: any) => [i.code, i.column])).toEqual([
      ["guest-needs", "有効期限"],
      ["sponsor-unknown", "担当職員番号"],
    ]);
    await done("people", guest("000123", "2027-03-31"));
    expect((await names()).some((name: string) => name.startsWith("外部 太郎"))).toBe(true);
  });

  test("a section is corrected at once, or goes on under another name, place and with its roles from a day on", async () => {
    await importFirst();
    const row = (name: string, parent: string, from: string, last = "") =>
      `組織コード,名称,カナ,上位組織コード,場所,内線,適用開始日,適用終了日\r\n010100,${name},ザイセイカ,${parent},本庁舎3階,2100,${from},${last}\r\n`;
    await done("sections", row("財政課", "010000", ""));
    const id = (await client.get("/api/v1/sections")).body.items.find((s: any) => s.code === "010100").id;
    expect((await client.get(`/api/v1/sections/${id}`)).body.section).toMatchObject({
      workplace: "本庁舎3階",
      extension: "2100",
      from: "2005-04-01",
    });
    const hanakoId = (await client.get(`/api/v1/people?q=${encodeURIComponent("髙橋")}`)).body.items[0].id;
    await client.put(`/api/v1/sections/${id}/roles`, { role: "security-officer", personId: hanakoId });
    await done("sections", row("行財政改革課", "", "2027-04-01"));
    expect(await tree()).toContain("財政課");
    expect(await tree("2027-04-01")).toContain("行財政改革課");
    now = new Date("2027-03-31T15:00:00Z");
    await beginDay(
      {
        database: server.database,
        clock,
        keyring: server.keyring,
        organisationListeners: [],
        importProgress: new Map(),
      },
      tenantId,
    );
    const next = (await client.get("/api/v1/sections")).body.items.find((s: any) => s.code === "010100");
    expect(next).toMatchObject({ name: "行財政改革課", parentId: null, people: 1 });
    const page = (await client.get(`/api/v1/sections/${next.id}`)).body;
    expect(page.section).toMatchObject({ workplace: "本庁舎3階", extension: "2100" });
    expect(page.roles.map((r: any) => [r.role, r.person.name])).toEqual([["security-officer", "髙橋 花子"]]);
  });

  test("a section that closes with people in it is a warning; without, it is gone the day after", async () => {
    await importFirst();
    const closes = (code: string, name: string) =>
      `組織コード,名称,適用終了日\r\n${code},${name},2026-11-30\r\n`;
    const full = await enter("sections", closes("010200", "情報政策課"));
    expect(full.body.report.issues.map((i: any) => [i.severity, i.code])).toEqual([
      ["warning", "section-closes-with-people"],
    ]);
    await done("sections", "組織コード,名称\r\n010300,検査室\r\n");
    await done("sections", closes("010300", "検査室"));
    expect(await tree("2026-11-30")).toContain("検査室");
    expect(await tree("2026-12-01")).not.toContain("検査室");
  });
});

describe("undoing", () => {
  test("puts back sections, people, posts and accounts, and lets go who came", async () => {
    await importFirst();
    const before = await everything();
    const changed = await check(
      `${heading}${hanako("010200", "部長")}000125,新人 次郎,シンジン ジロウ,010100,主事,,,jiro,在宅勤務職員\r\n`,
      { endMissing: true },
    );
    expect(changed.body.counts).toMatchObject({ created: 1, changed: 1, ended: 1 });
    expect((await act(changed.body.id, "run")).status).toBe(200);
    const plan = await client.get(`/api/v1/directory-imports/${changed.body.id}/undo`);
    expect(plan.body).toEqual({ isPossible: true, changedSince: [], leaving: 1, restored: 2, sections: 0 });
    expect((await act(changed.body.id, "undo")).body.state).toBe("undone");
    const after = await everything();
    expect(after.people.filter((p: any) => p.number !== "000125")).toEqual(before.people);
    expect(after.posts).toEqual(before.posts);
    expect(after.people.find((p: any) => p.number === "000125")).toMatchObject({ section_id: null });
    expect(await names()).toEqual(["管理 者子 ", "鈴木 一郎 情報政策課", "髙橋 花子 財政課"]);
    expect((await act(changed.body.id, "undo")).status).toBe(409);
  });

  test("leaves an account stopped that an administrator has stopped, before the import or behind it", async () => {
    await importFirst();
    const idOf = async (name: string) =>
      (await client.get(`/api/v1/people?q=${encodeURIComponent(name)}`)).body.items[0].id;
    const [hanakoId, ichiroId] = [await idOf("髙橋"), await idOf("鈴木")];
    const stop = async (id: string) => {
      const validity = { isStopped: true, startsAt: null, expiresAt: null, reason: "端末の紛失のため" };
      expect((await client.put(`/api/v1/accounts/${id}/validity`, validity)).status).toBe(200);
    };
    const isStopped = async (id: string) => {
      const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
        tx.first(build.selectFrom("account").select("disabled_at").where("id", "=", id)),
      );
      return row!.disabled_at !== null;
    };
    await stop(hanakoId);
    const first = await check(heading + hanako("010200") + ichiro);
    expect((await act(first.body.id, "run")).status).toBe(200);
    expect((await act(first.body.id, "undo")).body.state).toBe("undone");
    expect([await isStopped(hanakoId), await isStopped(ichiroId)]).toEqual([true, false]);
    expect(await names()).toContain("髙橋 花子 財政課");

    const second = await check(`${heading}${hanako("010200")}${ichiro.replace("010200", "010100")}`);
    expect((await act(second.body.id, "run")).status).toBe(200);
    await stop(ichiroId);
    // It was changed since, so it is not undone behind the administrator's back, and stays stopped.
    expect((await act(second.body.id, "undo")).body.code).toBe("conflict");
    expect([await isStopped(hanakoId), await isStopped(ichiroId)]).toEqual([true, true]);
  });

  test("is refused when somebody was changed since, and names them", async () => {
    const id = await importFirst();
    const other = await check(heading + hanako("010200"));
    await act(other.body.id, "run");
    const plan = await client.get(`/api/v1/directory-imports/${id}/undo`);
    expect([plan.body.isPossible, plan.body.changedSince]).toEqual([false, ["髙橋 花子"]]);
    expect((await act(id, "undo")).body.code).toBe("conflict");
  });

  test("of the first import leaves the list ready to be imported again", async () => {
    const id = await importFirst();
    expect((await act(id, "undo")).status).toBe(200);
    expect(await names()).toEqual(["管理 者子 "]);
    expect((await client.get("/api/v1/sections")).body.items.map((s: any) => s.name)).toEqual([]);
    const again = await check(heading + hanako() + ichiro, { sections: file("組織.csv", sections) });
    expect(again.body.report.issues).toEqual([]);
    expect((await act(again.body.id, "run")).body.state).toBe("done");
    expect((await names()).length).toBe(3);
  });
});

describe("the roles of sections", () => {
  const roles = "情報責任者,情報セキュリティ担当者,情報システム担当者";
  const listed = (...lines: string[]) => ({
    sections: file("組織.csv", `組織コード,名称,適用開始日,${roles}\r\n${lines.join("\r\n")}\r\n`),
  });
  const sectionId = async (name: string) =>
    (await client.get("/api/v1/sections")).body.items.find((s: any) => s.name === name).id;
  const holders = async (name: string) =>
    (await client.get(`/api/v1/sections/${await sectionId(name)}`)).body.roles
      .map((r: any) => `${r.role} ${r.person.name}`)
      .sort();

  test("come with the list, for people of the same list too; the dry run shows them, undoing takes them back", async () => {
    const first = await check(heading + hanako() + ichiro, {
      ...listed("010100,財政課,2005-04-01,000123,000124,", "010200,情報政策課,2005-04-01,000124,,"),
    });
    expect(first.body.report.issues).toEqual([]);
    expect(first.body.report.sections.changed).toEqual([
      {
        code: "010100",
        name: "財政課",
        parentName: null,
        changes: [
          { field: "情報責任者", from: null, to: "髙橋 花子" },
          { field: "情報セキュリティ担当者", from: null, to: "鈴木 一郎" },
        ],
      },
      {
        code: "010200",
        name: "情報政策課",
        parentName: null,
        changes: [{ field: "情報責任者", from: null, to: "鈴木 一郎" }],
      },
    ]);
    expect((await act(first.body.id, "run")).body.state).toBe("done");
    expect(await holders("財政課")).toEqual(["information-head 髙橋 花子", "security-officer 鈴木 一郎"]);

    // A list alone: one changes, one goes, and those of a section that is not listed stay.
    const second = await check("", {
      people: undefined,
      ...listed("010100,財政課,2005-04-01,000124,,"),
    });
    expect(second.body.report.sections.changed[0].changes).toEqual([
      { field: "情報責任者", from: "髙橋 花子", to: "鈴木 一郎" },
      { field: "情報セキュリティ担当者", from: "鈴木 一郎", to: null },
    ]);
    expect((await act(second.body.id, "run")).status).toBe(200);
    expect(await holders("財政課")).toEqual(["information-head 鈴木 一郎"]);
    expect(await holders("情報政策課")).toEqual(["information-head 鈴木 一郎"]);
    const again = await check("", { people: undefined, ...listed("010100,財政課,2005-04-01,000124,,") });
    expect(again.body.report.outcome).toBe("unchanged");

    const plan = await client.get(`/api/v1/directory-imports/${second.body.id}/undo`);
    expect(plan.body).toMatchObject({ isPossible: true, sections: 1 });
    expect((await act(second.body.id, "undo")).body.state).toBe("undone");
    expect(await holders("財政課")).toEqual(["information-head 髙橋 花子", "security-officer 鈴木 一郎"]);

    // What somebody has given by hand since is not taken away behind their back.
    const third = await check("", { people: undefined, ...listed("010100,財政課,2005-04-01,000124,,") });
    expect((await act(third.body.id, "run")).status).toBe(200);
    const given = await client.put(`/api/v1/sections/${await sectionId("財政課")}/roles`, {
      role: "security-officer",
      personId: administrator.id,
    });
    expect(given.status).toBe(204);
    expect((await client.get(`/api/v1/directory-imports/${third.body.id}/undo`)).body).toMatchObject({
      isPossible: false,
      changedSince: ["財政課"],
    });
  });

  test("are refused by their cell when nobody on the staff has the number", async () => {
    await importFirst();
    const guest = "G001,佐々木 陸,ササキ リク,,,,,,\r\n";
    const checked = await check(
      `区分,${heading}職員,${hanako()}職員,${ichiro}ゲスト,${guest}`.replace("勤務場所", "会社名・団体名"),
      listed("010100,財政課,2005-04-01,123,K-9,", "010200,情報政策課,2005-04-01,,,あ"),
    );
    const found = checked.body.report.issues.filter((i: any) => i.file === "sections");
    expect(found.map((i: any) => [i.cell, i.code])).toEqual([
      ["D2", "role-holder-unknown"],
      ["E2", "role-holder-unknown"],
      ["F3", "code-invalid"],
    ]);
    expect(found[0].ja).toContain("「000123」ではありませんか");
    expect(checked.body.report.outcome).toBe("refused");
  });

  test("of a section's next form begin with it", async () => {
    await importFirst();
    const next = await check("", {
      people: undefined,
      ...listed("010100,経営財政課,2027-04-01,000124,,"),
    });
    expect((await act(next.body.id, "run")).status).toBe(200);
    const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build.selectFrom("section_role").select(["role", "valid_from"]).where("tenant_id", "=", tenantId),
      ),
    );
    expect(rows).toEqual([{ role: "information-head", valid_from: "2027-04-01" }]);
  });
});

describe("a day to come", () => {
  const day = () =>
    beginDay(
      {
        database: server.database,
        clock,
        keyring: server.keyring,
        organisationListeners: [async (_tx, { personIds }) => void told.push([...personIds])],
        importProgress: new Map(),
      },
      tenantId,
    );

  test("an import booked for it happens at 0:00, once, and not before", async () => {
    await importFirst();
    const booked = await check(heading + hanako("010200", "部長"), { on: "2027-04-01" });
    expect((await act(booked.body.id, "run")).body.state).toBe("scheduled");
    now = new Date("2027-03-31T14:59:59Z");
    await day();
    expect((await client.get(`/api/v1/directory-imports/${booked.body.id}`)).body.state).toBe("scheduled");
    now = new Date("2027-03-31T15:00:00Z");
    await day();
    await day();
    const done = await client.get(`/api/v1/directory-imports/${booked.body.id}`);
    expect(done.body.state).toBe("done");
    expect(await names()).toContain("髙橋 花子 情報政策課");
    expect(told.length).toBeGreaterThan(0);
    const { posts } = await everything();
    expect(posts.map((post: any) => [post.post_name, post.valid_until]).sort()).toEqual([
      ["主査", null],
      ["課長", "2027-04-01"],
      ["部長", null],
    ]);
  });

  test("a booked import stops when its administrator has left or lost the right, and another one decides", async () => {
    await importFirst();
    const far = { expiresAt: new Date("2028-01-01T00:00:00Z") };
    const gone: [string, string][] = [
      ["left", `update person set left_at = now() where id = '${administrator.id}'`],
      ["last day over", `update person set leaves_on = '2027-04-01' where id = '${administrator.id}'`],
      ["office taken", `update account set offices = '{rules}' where id = '${administrator.id}'`],
      ["stopped", `update account set disabled_at = now() where id = '${administrator.id}'`],
      ["expired", `update account set expires_at = '2027-03-31T15:00:00Z' where id = '${administrator.id}'`],
    ];
    const back = [
      `update person set left_at = null, leaves_on = null where id = '${administrator.id}'`,
      `update account set offices = '{accounts}', disabled_at = null, expires_at = null where id = '${administrator.id}'`,
    ];
    const other = await buildPerson(server.database, tenantId, { isAdministrator: true });
    const { token } = await buildSession(server.database, other, far);
    const second = Object.assign(server.anonymous(), { token }) as ApiClient;
    const placeOfHanako = async () =>
      (await second.get(`/api/v1/people?q=${encodeURIComponent("髙橋")}`)).body.items[0].sectionName;
    const stream = await second.stream();
    let stopped = "";
    for (const [what, sql] of gone) {
      now = new Date("2026-11-22T03:00:00Z");
      const booked = await check(heading + hanako("010200", "部長"), { on: "2027-04-01" });
      expect([what, (await act(booked.body.id, "run")).body.state]).toEqual([what, "scheduled"]);
      await asSuperuser(server.testDatabase.superuser, [sql]);
      now = new Date("2027-03-31T15:00:00Z");
      await day();
      const found = (await second.get(`/api/v1/directory-imports/${booked.body.id}`)).body;
      expect([what, found.state, found.stoppedAt]).toEqual([what, "checked", "2027-03-31T15:00:00.000Z"]);
      expect(await placeOfHanako()).toBe("財政課");
      await stream.until((frame) => frame.importId === booked.body.id);
      await asSuperuser(server.testDatabase.superuser, back);
      Object.assign(client, { token: (await buildSession(server.database, administrator, far)).token });
      stopped = booked.body.id;
    }
    // Not by itself any more, whoever comes back; the other administrator's word counts.
    await day();
    expect(await placeOfHanako()).toBe("財政課");
    const run = await second.post(`/api/v1/directory-imports/${stopped}/run`, {});
    expect([run.status, run.body.state, run.body.stoppedAt]).toEqual([200, "done", null]);
    expect(await placeOfHanako()).toBe("情報政策課");
    stream.close();
  });

  test("a booked import is listed and can be taken back", async () => {
    await importFirst();
    now = new Date(now.getTime() + 60_000);
    const booked = await check(heading + hanako("010200"), { on: "2027-04-01" });
    await act(booked.body.id, "run");
    const list = await client.get("/api/v1/directory-imports");
    expect(list.body.items.map((item: any) => [item.state, item.on])).toEqual([
      ["scheduled", "2027-04-01"],
      ["done", null],
    ]);
    expect((await act(booked.body.id, "cancel")).body.state).toBe("cancelled");
    now = new Date("2027-04-01T00:00:00Z");
    await day();
    expect(await names()).toContain("髙橋 花子 財政課");
  });

  test("posts that begin, sections that go on in another form and last days take effect by themselves", async () => {
    await importFirst();
    const { people } = await everything();
    const idOf = (number: string) => people.find((person: any) => person.number === number).id;
    const tree = (await client.get("/api/v1/sections")).body.items;
    const it = tree.find((section: any) => section.name === "情報政策課");
    await server.database.transaction(scopeOf(tenantId), async (tx) => {
      await tx.run(
        build
          .updateTable("post_assignment")
          .set({ valid_until: "2027-04-01" })
          .where("tenant_id", "=", tenantId)
          .where("person_id", "=", idOf("000123")),
      );
      await tx.run(
        build.insertInto("post_assignment").values({
          tenant_id: tenantId,
          id: newId(),
          person_id: idOf("000123"),
          section_id: it.id,
          post_name: "部長",
          is_main: true,
          valid_from: "2027-04-01",
        }),
      );
      await tx.run(
        build
          .updateTable("person")
          .set({ leaves_on: "2027-04-01" })
          .where("tenant_id", "=", tenantId)
          .where("id", "=", idOf("000124")),
      );
    });
    const leaver = await buildSession(
      server.database,
      { id: idOf("000124"), tenantId },
      {
        expiresAt: new Date("2028-01-01T00:00:00Z"),
      },
    );
    now = new Date("2027-03-31T14:00:00Z");
    await day();
    expect(await names()).toContain("髙橋 花子 財政課");
    now = new Date("2027-03-31T15:00:00Z");
    await day();
    expect(await names()).toEqual(["管理 者子 ", "髙橋 花子 情報政策課"]);
    const answer = await server
      .anonymous()
      .call("GET", "/api/v1/me", undefined, { authorization: `Bearer ${leaver.token}` });
    expect(answer.status).toBe(401);
    // Another form of the section from May on: who is in it goes along.
    const next = await client.post("/api/v1/directory-imports", {
      sections: file(
        "組織.csv",
        "組織コード,名称,上位組織コード,適用開始日\r\n010200,デジタル推進課,010000,2027-05-01\r\n",
      ),
    });
    expect((await act(next.body.id, "run")).body.state).toBe("done");
    now = new Date("2027-04-30T15:00:00Z");
    await day();
    expect(await names()).toContain("髙橋 花子 デジタル推進課");
  });
});

describe("files", () => {
  const serial = (date: string) => (Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000;

  test("an Excel workbook with two sheets, merged headings, days as numbers and padded numbers", async () => {
    const workbook = buildWorkbook(
      {
        組織: [
          ["組織コード", "名称", "適用開始日"],
          [{ number: 10100, style: 2 }, "財政課", { number: serial("2005-04-01"), style: 1 }],
        ],
        職員: [
          ["令和8年度 職員一覧"],
          ["職員番号", "氏名", "所属", "", "アカウント", ""],
          ["", "", "所属コード", "役職", "ログインID", "アカウント区分"],
          [
            { number: 123, style: 2 },
            "髙橋 花子",
            { number: 10100, style: 2 },
            { xml: '<c r="REF" t="str"><f>A1&amp;"長"</f><v>課長</v></c>' },
            { xml: '<c r="REF" t="inlineStr"><is><t>takahashi</t></is></c>' },
            "在宅勤務職員",
          ],
        ],
      },
      [],
    );
    const checked = await check(workbook, { sections: file("名簿.xlsx", workbook) });
    expect(checked.body.report.issues.map((i: any) => i.code)).toEqual([
      "sheet-chosen",
      "sheet-chosen",
      "rows-before-heading",
    ]);
    expect(checked.body.report.people.created[0]).toMatchObject({
      number: "000123",
      name: "髙橋 花子",
      sectionName: "財政課",
      postName: "課長",
      loginId: "takahashi",
    });
  });

  test("a formula without a result is an error with its cell", async () => {
    const workbook = buildWorkbook({
      職員: [
        ["職員番号", "氏名", "所属コード"],
        ["1", { xml: '<c r="REF"><f>X1</f></c>' }, { xml: '<c r="REF" t="e"><f>Y</f><v>#N/A</v></c>' }],
      ],
    });
    const checked = await check(workbook);
    expect(checked.body.report.issues.map((i: any) => [i.code, i.cell])).toEqual([
      ["cell-error", "B2"],
      ["cell-error", "C2"],
      ["section-unknown", "C2"],
    ]);
    expect(checked.body.report.outcome).toBe("refused");
  });

  test("the workbook to fill in is understood as it is, by both lists, and its drop-downs offer what is understood", async () => {
    const book = Buffer.from(templateWorkbook());
    const empty = await check(book, { sections: { name: "名簿.xlsx", base64: book.toString("base64") } });
    expect(empty.body.report.issues.map((i: any) => [i.file, i.code])).toEqual([
      ["sections", "sheet-chosen"],
      ["people", "sheet-chosen"],
    ]);
    // Every heading is one that the import knows, and every choice one that it takes.
    const cellsOf = (columns: typeof peopleColumns, row: Record<string, string>) => [
      columns.map(({ heading }) => heading),
      columns.map(({ heading }) => row[heading] ?? ""),
    ];
    const [kind, accountClass, zones] = ["区分", "アカウント区分", "利用できる側"].map(
      (heading) => peopleColumns.find((column) => column.heading === heading)!.choices!,
    );
    const sectionRows = cellsOf(sectionColumns, { 組織コード: "010000", 名称: "総合政策部" });
    const fitting: Record<string, string> = { 所属: "所属", ゲスト: "ゲスト" };
    const people = kind!.flatMap((word, k) =>
      zones!.flatMap((zone, z) => ({
        職員番号: `9${k}${z}`,
        氏名: "髙橋 花子",
        区分: word,
        所属コード: word === "ゲスト" ? "" : "010000",
        ログインID: `user-${k}${z}`,
        アカウント区分: fitting[word] ?? accountClass![z]!,
        利用できる側: word === "ゲスト" ? "インターネット" : zone,
        管理者: word === "職員" && z === 2 ? "はい" : "",
        有効期限: word === "ゲスト" ? "2027-03-31" : "",
        "会社名・団体名": word === "ゲスト" ? "㈱みずうみ" : "",
        担当職員番号: word === "ゲスト" ? "900" : "",
      })),
    );
    const filled = buildWorkbook({
      組織: sectionRows,
      職員: [
        peopleColumns.map(({ heading }) => heading),
        ...people.map((row) => cellsOf(peopleColumns, row)[1]!),
      ],
    });
    const read = await check(filled, { sections: { name: "名簿.xlsx", base64: filled.toString("base64") } });
    expect(read.body.report.issues.filter((i: any) => !/^(sheet-chosen|guest)/.test(i.code))).toEqual([]);
    expect(read.body.counts).toMatchObject({ created: 9, accounts: 9, errors: 0 });
  });

  test("what is not what it says is refused with words", async () => {
    const cases: [string, Buffer, string][] = [
      ["a PDF", Buffer.from("%PDF-1.7\n%\xff"), "file-not-a-list"],
      ["a picture", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "file-not-a-list"],
      ["another ZIP", buildZip({ "word/document.xml": "<w/>" }), "file-not-a-list"],
      ["a cut ZIP", buildZip({ "xl/workbook.xml": "<w/>" }).subarray(0, 40), "file-not-a-list"],
      ["an old workbook", Buffer.from("d0cf11e0a1b11ae1", "hex"), "file-is-old-excel"],
      [
        "a bomb",
        buildZip({
          "xl/workbook.xml": '<workbook><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>',
          "xl/_rels/workbook.xml.rels":
            '<Relationships><Relationship Id="rId1" Target="s.xml"/></Relationships>',
          "xl/s.xml": Buffer.alloc(220 * 1024 * 1024, 32),
        }),
        "file-unpacks-too-large",
      ],
      ...bombs(),
      [
        "entities that multiply",
        buildZip({ "xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>' }),
        "file-not-a-list",
      ],
    ];
    for (const [what, bytes, code] of cases) {
      const checked = await check(bytes);
      const found = checked.body.report?.issues[0]?.code;
      // On a busy machine the thread's time may be over before its budget is.
      expect([what, checked.status, found === "file-takes-too-long" ? code : found]).toEqual([
        what,
        201,
        code,
      ]);
    }
  });

  test("who may not import is refused before the file is sent", async () => {
    const clerk = await server.as(await buildPerson(server.database, tenantId));
    const begin = async (authorization: string[]) => {
      const raw = new RawConnection(server.url("lgwan"));
      const head = [
        "POST /api/v1/directory-imports HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        "Content-Length: 15000000",
        ...authorization,
      ];
      raw.write(`${head.join("\r\n")}\r\n\r\n{"people":`);
      const [answer] = await raw.untilAnswered();
      raw.close();
      return [answer?.status, JSON.parse(answer?.body ?? "{}").code];
    };
    expect(await begin([])).toEqual([401, "unauthenticated"]);
    expect(await begin([`Authorization: Bearer ${clerk.token}`])).toEqual([403, "forbidden"]);
  });

  test("a CSV of 50 columns with headings over two rows, as Excel saves merged cells", async () => {
    const wide = Array.from({ length: 44 }, (_, i) => `予備${i}`);
    const csv = [
      ["職員番号", "氏名", "所属", "", "アカウント", "", ...wide],
      ["", "", "所属コード", "役職", "ログインID", "アカウント区分", ...wide.map(() => "")],
      ["000123", "髙橋 花子", "010100", "課長", "takahashi", "在宅勤務職員", ...wide.map(() => "")],
    ];
    const checked = await check(csv.map((row) => row.join(",")).join("\r\n"), {
      sections: file("組織.csv", sections),
    });
    expect(checked.body.report.issues.filter((i: any) => i.severity === "error")).toEqual([]);
    expect(checked.body.counts).toMatchObject({ created: 1, warnings: 44 });
  });
});

/** Small files whose sheets would not fit into memory, or would be read for hours. */
function bombs(): [string, Buffer, string][] {
  const built = (sheet: string, more: { sheets?: number; strings?: string } = {}) =>
    buildZip({
      "xl/workbook.xml": `<workbook><sheets>${'<sheet name="a" r:id="rId1"/>'.repeat(more.sheets ?? 1)}</sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="s.xml"/></Relationships>',
      "xl/sharedStrings.xml": `<sst>${more.strings ?? ""}</sst>`,
      "xl/s.xml": `<worksheet>${sheet}</worksheet>`,
    });
  const cell = (ref: string, value = "<v>1</v>") => `<c r="${ref}">${value}</c>`;
  return [
    [
      "the last row of many sheets",
      built(cell("A100000").replace("<c", '<row r="100000"/><c'), { sheets: 5000 }),
      "file-unpacks-too-large",
    ],
    [
      "the last column of many rows",
      built(
        Array.from({ length: 90_000 }, (_, i) => `<row r="${i + 1}">${cell(`IV${i + 1}`)}</row>`).join(""),
      ),
      "file-unpacks-too-large",
    ],
    [
      "one long text in many cells",
      built(`<row r="1">${'<c t="s"><v>0</v></c>'.repeat(200)}</row>`, {
        strings: `<si><t>${"字".repeat(300_000)}</t></si>`,
      }),
      "file-unpacks-too-large",
    ],
    [
      "one merge many times",
      built(
        `<row r="1">${cell("A1")}</row><row r="90000">${cell("A90000")}</row>${'<mergeCell ref="A1:A90000"/>'.repeat(1000)}`,
      ),
      "file-unpacks-too-large",
    ],
    ["tags without end", built("<c/>".repeat(5_000_000)), "file-unpacks-too-large"],
    ["a row that is none", built(`<row r="x">${cell("A1")}</row>`), "file-not-a-list"],
  ];
}

async function slug(): Promise<string> {
  const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(build.selectFrom("tenant").select("slug").where("id", "=", tenantId)),
  );
  return row!.slug;
}

async function everything(): Promise<{ people: any[]; posts: any[] }> {
  return server.database.transaction(scopeOf(tenantId), async (tx) => ({
    people: await tx.all(
      build.selectFrom("person").selectAll().where("tenant_id", "=", tenantId).orderBy("number"),
    ),
    posts: await tx.all(
      build.selectFrom("post_assignment").selectAll().where("tenant_id", "=", tenantId).orderBy("id"),
    ),
  }));
}
