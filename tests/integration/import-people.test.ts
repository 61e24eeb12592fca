import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, type ConnectionSettings, type Database, scopeOf } from "#core/db/index.ts";
import {
  type ImportOptions,
  type ImportReport,
  type InitialPassword,
  importPeople,
} from "#core/identity/index.ts";
import { fixedClock, Keyring } from "#core/kernel/index.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { buildMunicipality, buildSession } from "#tests/support/factories.ts";

let testDatabase: TestDatabase;
let database: Database;
const keyring = new Keyring(randomBytes(32));
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.open();
});
afterAll(() => testDatabase.drop());

const sectionsHeading = "組織コード,名称,カナ,上位組織コード,適用開始日,適用終了日";
const peopleHeading =
  "職員番号,氏名,カナ,旧姓,区分,所属コード,役職,兼務,発令日,ログインID,アカウント区分,利用できる側,管理者,有効期限,会社名・団体名,担当職員番号";
const sectionLines = [
  "010000,総合政策部,ソウゴウセイサクブ,,平成17年4月1日,",
  "010100,情報政策課,ジョウホウセイサクカ,010000,H17.4.1,",
  "010200,財政課,ザイセイカ,010000,2005/4/1,9999-12-31",
];
const takahashi =
  "000123,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,山﨑,職員,010100,係長,010200:主査,令和8年4月1日,takahashi,在宅勤務職員,,,,,";
const suzuki =
  "000124,鈴木 一,スズキ ハジメ,,職員,010200,課長,,R8.4.1,suzuki,テレビ会議用タブレット,LGWAN;インターネット,はい,,,";
const section = "K0101,情報政策課,ジョウホウセイサクカ,,所属,010100,,,,k0101,所属,,,,,";
const guest = "G001,佐々木 陸,ササキ リク,,ゲスト,,,,,g001,ゲスト,,,令和9年3月31日,㈱みずうみ,000124";

const csv = (...lines: string[]) => Buffer.from(`${lines.join("\r\n")}\r\n`);
const sectionsFile = (...lines: string[]) => csv(sectionsHeading, ...lines);
const peopleFile = (...lines: string[]) => csv(peopleHeading, ...lines);

/** A municipality of its own and the import into it, at noon of 21 November 2026 in Japan unless the test moves on. */
async function office() {
  const tenantId = await buildMunicipality(database);
  const clock = fixedClock("2026-11-21T03:00:00Z");
  const passwords: InitialPassword[] = [];
  const run = (sections: Buffer | undefined, people: Buffer | undefined, options: ImportOptions = {}) =>
    importPeople(
      database,
      keyring,
      clock,
      tenantId,
      { sections, people },
      { keepInitialPasswords: async (made) => void passwords.push(...made), ...options },
    );
  const people = () =>
    database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("person").selectAll().where("tenant_id", "=", tenantId).orderBy("number")),
    );
  const accounts = () =>
    database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("account").selectAll().where("tenant_id", "=", tenantId).orderBy("login_key")),
    );
  const posts = () =>
    database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("post_assignment as x")
          .innerJoin("section as s", (join) =>
            join.onRef("s.id", "=", "x.section_id").onRef("s.tenant_id", "=", "x.tenant_id"),
          )
          .innerJoin("person as p", (join) =>
            join.onRef("p.id", "=", "x.person_id").onRef("p.tenant_id", "=", "x.tenant_id"),
          )
          .select([
            "p.number",
            "s.name as section",
            "x.post_name as post",
            "x.is_main as main",
            "x.valid_from as from",
            "x.valid_until as until",
          ])
          .where("x.tenant_id", "=", tenantId)
          .orderBy("p.number")
          .orderBy("x.is_main", "desc")
          .orderBy("x.valid_from"),
      ),
    );
  const audits = () =>
    database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("audit_entry")
          .select(["action", "payload"])
          .where("tenant_id", "=", tenantId)
          .orderBy("id"),
      ),
    );
  return { tenantId, clock, run, passwords, people, accounts, posts, audits };
}

async function fullOffice() {
  const made = await office();
  const report = await made.run(sectionsFile(...sectionLines), peopleFile(takahashi, suzuki, section, guest));
  expect(report.issues).toEqual([]);
  expect(report.outcome).toBe("imported");
  return made;
}

const errorsOf = (report: ImportReport) =>
  report.issues
    .filter((found) => found.severity === "error")
    .map(({ file, row, column, code }) => [file, row, column, code]);

describe("a first import", () => {
  test("makes sections, people, posts and accounts, with entries in the audit record", async () => {
    const { people, accounts, posts, passwords, audits, tenantId } = await fullOffice();
    const [hanako, hajime, shared, riku] = await people();
    expect(hanako).toMatchObject({
      number: "000123",
      name: "髙橋 花子",
      kana: "タカハシ ハナコ",
      former_name: "山﨑",
      post_name: "係長",
      post_rank: 30,
    });
    expect(hanako?.search_key.split(" ")).toEqual(["髙橋花子", "高橋花子", "たかはしはなこ", "山﨑", "山崎"]);
    expect(hajime).toMatchObject({ kind: "staff", post_rank: 20 });
    expect(shared).toMatchObject({
      number: "G001",
      kind: "guest",
      affiliation: "㈱みずうみ",
      sponsor_id: hajime?.id,
      section_id: null,
    });
    expect(riku).toMatchObject({ number: "K0101", kind: "section" });
    expect(await posts()).toMatchObject([
      { number: "000123", section: "情報政策課", post: "係長", main: true, from: "2026-04-01", until: null },
      { number: "000123", section: "財政課", post: "主査", main: false, from: "2026-04-01" },
      { number: "000124", section: "財政課", post: "課長", main: true },
      { number: "K0101", section: "情報政策課", main: true, from: "2026-11-21" },
    ]);
    expect(
      (await accounts()).map((a) => [
        a.login_id,
        a.class,
        a.zones,
        a.is_administrator,
        a.must_change_password,
      ]),
    ).toEqual([
      ["g001", "guest-other", ["internet"], false, true],
      ["k0101", "section", ["lgwan"], false, true],
      ["suzuki", "video-tablet", ["lgwan", "internet"], true, true],
      ["takahashi", "telework", ["lgwan", "internet"], false, true],
    ]);
    // The last day counts: the guest's account ends when 31 March 2027 is over in Japan.
    expect((await accounts())[0]?.expires_at?.toISOString()).toBe("2027-03-31T15:00:00.000Z");
    expect(passwords.map((made) => [made.loginId, made.totpSecret !== null])).toEqual([
      ["takahashi", true],
      ["suzuki", true],
      ["k0101", false],
      ["g001", true],
    ]);
    const account = (await accounts())[2]!;
    expect(keyring.open("totp", `${tenantId} ${account.id}`, account.totp_secret!).toString()).toBe(
      passwords[1]?.totpSecret,
    );
    const actions = (await audits()).map((entry) => entry.action);
    expect(
      Map.groupBy(actions, (action) => action)
        .entries()
        .map(([action, all]) => [action, all.length])
        .toArray(),
    ).toEqual([
      ["municipality.created", 1],
      ["directory.imported", 1],
      ["section.created", 3],
      ["person.created", 4],
      ["account.created", 4],
    ]);
    expect((await audits()).at(-1)?.payload).toContain('"system":"import"');
  });

  test("reads Shift_JIS with the office's own characters, titles above the headings and line breaks in cells", async () => {
    const { run, people } = await office();
    const text = [
      "職員一覧,,,,",
      "令和8年度,,,①,",
      "氏名（漢字）,※職員番号,所属コード,備考,カナ",
      '"髙﨑\n健二",="000001",010100,㈱,ﾀｶｻｷ ｹﾝｼﾞ',
      ",,,,",
      "氏名（漢字）,※職員番号,所属コード,備考,カナ",
      "岩﨑 陸,'000002,010100,①,いわさき りく",
    ].join("\n");
    const report = await run(
      iconv.encode([sectionsHeading, ...sectionLines].join("\r\n"), "cp932"),
      iconv.encode(text, "cp932"),
    );
    expect(report.outcome).toBe("imported");
    expect((await people()).map((person) => [person.number, person.name, person.kana])).toEqual([
      ["000001", "髙﨑 健二", "タカサキ ケンジ"],
      ["000002", "岩﨑 陸", "イワサキ リク"],
    ]);
    expect(report.issues.map(({ code, row }) => [code, row])).toEqual([
      ["rows-before-heading", 1],
      ["heading-unknown", 3],
      ["heading-repeated", 6],
    ]);
  });

  test("keeps characters outside the BMP and variation selectors, with and without BOM", async () => {
    for (const bom of ["", "\ufeff"]) {
      const { run, people } = await office();
      await run(
        sectionsFile(...sectionLines),
        Buffer.from(`${bom}職員番号,氏名,所属コード\n1,𠮷田 葵,010100\n2,葛󠄀西 楓,010100`),
      );
      expect((await people()).map((person) => person.name)).toEqual(["𠮷田 葵", "葛\u{e0100}西 楓"]);
    }
  });
});

describe("importing again", () => {
  test("the same lists change nothing and write nothing", async () => {
    const { run, audits, clock } = await fullOffice();
    const before = (await audits()).length;
    clock.set("2027-01-10T00:00:00Z");
    const report = await run(sectionsFile(...sectionLines), peopleFile(takahashi, suzuki, section, guest));
    expect(report.outcome).toBe("unchanged");
    expect((await audits()).length).toBe(before);
  });

  test("a dry run shows who comes, what changes and who is missing, and writes nothing", async () => {
    const { run, people } = await fullOffice();
    const moved = takahashi
      .replace("髙橋　花子", "山本 花子")
      .replace("010100,係長,010200:主査", "010200,課長補佐,");
    const kato = "000130,加藤 楓,カトウ カエデ,,,010100,主事,,,,,,,,,";
    const report = await run(undefined, peopleFile(moved, section, guest.replace("000124", "000130"), kato), {
      dryRun: true,
    });
    expect(report.outcome).toBe("dry-run");
    expect(report.people.created.map((entry) => entry.number)).toEqual(["000130"]);
    expect(report.people.changed[0]).toMatchObject({
      number: "000123",
      changes: [
        { field: "氏名", from: "髙橋 花子", to: "山本 花子" },
        { field: "役職", from: "係長", to: "課長補佐" },
        { field: "役職順", from: "30", to: "25" },
        { field: "所属", from: "情報政策課", to: "財政課" },
        { field: "兼務", from: "財政課 主査", to: null },
      ],
    });
    expect(report.people.changed[1]).toMatchObject({
      number: "G001",
      changes: [{ field: "担当職員", from: "鈴木 一", to: "加藤 楓" }],
    });
    // An administrator is never ended by being absent.
    expect(report.people.kept.map((entry) => entry.number)).toEqual(["000124"]);
    expect(report.people.missing).toEqual([]);
    expect((await people())[0]?.name).toBe("髙橋 花子");
  });

  test("a transfer closes the old post and opens the new one; one corrected on the same day leaves no trace", async () => {
    const { run, posts, people } = await fullOffice();
    const toFinance = takahashi.replace(
      "010100,係長,010200:主査,令和8年4月1日",
      "010200,課長補佐,,2026/11/1",
    );
    await run(undefined, peopleFile(toFinance, suzuki));
    expect((await posts()).filter((post) => post.number === "000123")).toMatchObject([
      { section: "情報政策課", main: true, from: "2026-04-01", until: "2026-11-01" },
      { section: "財政課", main: true, post: "課長補佐", from: "2026-11-01", until: null },
      { section: "財政課", main: false, post: "主査", from: "2026-04-01", until: "2026-11-21" },
    ]);
    const alsoPolicy = toFinance.replace("課長補佐,,2026/11/1", "課長補佐,010100:主幹,2026/11/1");
    await run(undefined, peopleFile(alsoPolicy, suzuki));
    expect((await posts()).at(3)).toMatchObject({
      number: "000123",
      section: "情報政策課",
      main: false,
      from: "2026-11-21",
    });
    const report = await run(undefined, peopleFile(toFinance, suzuki));
    expect(report.outcome).toBe("imported");
    expect((await posts()).filter((post) => post.number === "000123")).toHaveLength(3);
    expect((await people())[0]?.post_name).toBe("課長補佐");
  });

  test("columns that the file does not have stay as they are, empty cells become empty", async () => {
    const { run, people, accounts } = await fullOffice();
    const report = await run(
      undefined,
      csv("職員番号,氏名,所属コード,旧姓", "000123,髙橋 花子,010100,", "000124,鈴木 一,010200,"),
    );
    expect(report.people.changed).toMatchObject([
      { number: "000123", changes: [{ field: "旧姓", from: "山﨑", to: null }] },
    ]);
    expect((await people())[0]).toMatchObject({
      post_name: "係長",
      kana: "タカハシ ハナコ",
      former_name: null,
    });
    expect(await accounts()).toHaveLength(4);
  });

  test("login ids can change hands", async () => {
    const { run, accounts, people } = await fullOffice();
    const report = await run(
      undefined,
      peopleFile(takahashi.replace("takahashi", "suzuki"), suzuki.replace(",suzuki,", ",takahashi,")),
    );
    expect(report.outcome).toBe("imported");
    const [hanako] = await people();
    expect((await accounts()).find((account) => account.login_id === "suzuki")?.id).toBe(hanako?.id);
  });
});

describe("those who are missing", () => {
  test("are only named, until they are ended on purpose: then account, posts and sessions end with them", async () => {
    const { run, people, accounts, posts, tenantId, audits } = await fullOffice();
    const [hanako] = await people();
    await buildSession(database, { id: hanako!.id, tenantId });
    const named = await run(undefined, peopleFile(suzuki));
    expect(named.people.missing.map((entry) => entry.number)).toEqual(["000123"]);
    expect(named.outcome).toBe("unchanged");
    expect((await people())[0]?.left_at).toBeNull();

    const ended = await run(undefined, peopleFile(suzuki), { endMissing: true });
    expect(ended.people.ended.map((entry) => entry.number)).toEqual(["000123"]);
    // Section accounts and guests are not in this list at all, so they are not missing from it.
    expect((await people()).map((person) => person.left_at !== null)).toEqual([true, false, false, false]);
    expect(
      (await accounts()).find((account) => account.login_id === "takahashi")?.disabled_at,
    ).not.toBeNull();
    expect(
      (await posts()).filter((post) => post.number === "000123").every((post) => post.until === "2026-11-21"),
    ).toBe(true);
    const after = await database.transaction(scopeOf(tenantId), async (tx) => ({
      sessions: await tx.all(
        build.selectFrom("session").select("ended_at").where("tenant_id", "=", tenantId),
      ),
      events: await tx.all(
        build.selectFrom("outbox").select(["type", "person_id", "effect"]).where("tenant_id", "=", tenantId),
      ),
    }));
    expect(after.sessions[0]?.ended_at).not.toBeNull();
    expect(after.events.filter((event) => event.type !== "directory.changed")).toEqual([
      { type: "session.ended", person_id: hanako!.id, effect: "end-session" },
    ]);
    expect((await audits()).map((entry) => entry.action)).toEqual(
      expect.arrayContaining(["person.left", "account.disabled"]),
    );
  });

  test("whom an administrator has stopped stay stopped, whatever the list says", async () => {
    const { run, accounts, passwords, tenantId } = await fullOffice();
    const stopped = new Date("2026-11-20T00:00:00Z");
    await database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("account")
          .set({ disabled_at: stopped, stopped_by_administrator: true })
          .where("login_id", "=", "takahashi"),
      ),
    );
    passwords.length = 0;
    const changed = takahashi.replace("係長", "課長補佐").replace("takahashi", "takahashi.hanako");
    await run(undefined, peopleFile(changed, suzuki));
    const account = (await accounts()).find((each) => each.login_id === "takahashi.hanako");
    expect(account?.disabled_at).toEqual(stopped);
    expect(passwords).toEqual([]);
  });

  test("come back with a new password when they are in the list again", async () => {
    const { run, people, accounts, passwords } = await fullOffice();
    await run(undefined, peopleFile(suzuki), { endMissing: true });
    const hashBefore = (await accounts()).find((account) => account.login_id === "takahashi")?.password_hash;
    passwords.length = 0;
    const report = await run(undefined, peopleFile(takahashi, suzuki));
    expect(report.people.returned.map((entry) => entry.number)).toEqual(["000123"]);
    expect((await people())[0]?.left_at).toBeNull();
    expect(passwords.map((made) => made.loginId)).toEqual(["takahashi"]);
    const account = (await accounts()).find((a) => a.login_id === "takahashi");
    expect(account).toMatchObject({ disabled_at: null, must_change_password: true });
    expect(account?.password_hash).not.toBe(hashBefore);
  });

  test("a section with people in it cannot be ended", async () => {
    const { run } = await fullOffice();
    const report = await run(sectionsFile(sectionLines[0]!, sectionLines[2]!), undefined, {
      endMissing: true,
    });
    expect(errorsOf(report)).toEqual([["sections", null, null, "section-left-with-people"]]);
  });
});

describe("the organisation changes", () => {
  test("a row with a later first day is the next form of the section; the one before it ends on that day", async () => {
    const { run, people, tenantId, clock } = await fullOffice();
    const reorganised = sectionsFile(
      ...sectionLines,
      "010100,デジタル戦略課,デジタルセンリャクカ,010000,令和9年4月1日,",
    );
    const report = await run(reorganised, undefined);
    expect(report.sections.created.map((entry) => entry.name)).toEqual(["デジタル戦略課"]);
    expect(report.sections.changed).toMatchObject([
      { code: "010100", changes: [{ field: "適用終了日", from: null, to: "2027-03-31" }] },
    ]);
    expect((await run(reorganised, undefined)).outcome).toBe("unchanged");
    const sectionName = async () => {
      const sectionId = (await people())[0]!.section_id!;
      const row = await database.transaction(scopeOf(tenantId), (tx) =>
        tx.first(
          build
            .selectFrom("section")
            .select("name")
            .where("tenant_id", "=", tenantId)
            .where("id", "=", sectionId),
        ),
      );
      return row?.name;
    };
    await run(undefined, peopleFile(takahashi, suzuki, section, guest));
    expect(await sectionName()).toBe("情報政策課");
    clock.set("2027-03-31T15:00:00Z");
    await run(undefined, peopleFile(takahashi, suzuki, section, guest.replace("令和9年", "令和10年")));
    expect(await sectionName()).toBe("デジタル戦略課");
  });
});

describe("what is wrong is said with its row and column, and nothing is imported", () => {
  test.each<[string, string[], (string | number | null)[][]]>([
    [
      "a cycle",
      ["010000,部,,010100,,", "010100,課,,010000,,"],
      [
        ["sections", 2, "上位組織コード", "section-cycle"],
        ["sections", 3, "上位組織コード", "section-cycle"],
      ],
    ],
    ["its own parent", ["010000,部,,010000,,"], [["sections", 2, "上位組織コード", "section-cycle"]]],
    ["an unknown parent", ["010100,課,,990000,,"], [["sections", 2, "上位組織コード", "section-unknown"]]],
    ["a section twice", ["010100,課,,,,", "010100,室,,,,"], [["sections", 3, "組織コード", "section-twice"]]],
    [
      "overlapping periods",
      ["010100,課,,,2020/4/1,2027/3/31", "010100,室,,,2026/4/1,"],
      [["sections", 3, "組織コード", "section-twice"]],
    ],
    ["a day that is none", ["010100,課,,,令和8年2月30日,"], [["sections", 2, "適用開始日", "date-invalid"]]],
    [
      "an end before the start",
      ["010100,課,,,2026/4/1,2026/3/31"],
      [["sections", 2, "適用終了日", "period-empty"]],
    ],
    ["no name", ["010100,,,,,"], [["sections", 2, "名称", "value-missing"]]],
    [
      "a total at the end",
      ["010100,課,,,,", ",合計 1,,,,"],
      [["sections", 3, "組織コード", "value-missing"]],
    ],
    ["a formula", ["010100,=cmd|' /C calc'!A0,,,,"], [["sections", 2, "名称", "formula-refused"]]],
    ["no kana", ["010100,課,kadō漢字,,,"], [["sections", 2, "カナ", "kana-invalid"]]],
    ["a cell too many", ["010100,課,,,,,余り"], [["sections", 2, null, "cells-beyond-heading"]]],
  ])("sections: %s", async (_, lines, expected) => {
    const { run } = await office();
    const report = await run(sectionsFile(...lines), undefined);
    expect(errorsOf(report)).toEqual(expected);
    expect(report.outcome).toBe("refused");
    for (const found of report.issues) expect(found.ja.length * found.en.length).toBeGreaterThan(0);
  });

  const edited = (line: string, column: string, value: string) => {
    const at = peopleHeading.split(",").indexOf(column);
    return line.split(",").with(at, value).join(",");
  };
  test.each<[string, string[], (string | number | null)[][]]>([
    [
      "a person twice",
      [takahashi, suzuki, edited(takahashi, "ログインID", "other")],
      [["people", 4, "職員番号", "person-twice"]],
    ],
    [
      "an unknown section",
      [edited(takahashi, "所属コード", "999999")],
      [["people", 2, "所属コード", "section-unknown"]],
    ],
    ["no section", [edited(takahashi, "所属コード", "")], [["people", 2, "所属コード", "value-missing"]]],
    [
      "an unknown class",
      [edited(takahashi, "アカウント区分", "タブレット")],
      [["people", 2, "アカウント区分", "class-unknown"]],
    ],
    [
      "a login id without class",
      [edited(takahashi, "アカウント区分", "")],
      [["people", 2, "アカウント区分", "class-missing"]],
    ],
    [
      "a class of another kind",
      [edited(section, "アカウント区分", "在宅勤務職員")],
      [["people", 2, "アカウント区分", "class-does-not-fit"]],
    ],
    [
      "a login id twice but for case and width",
      [takahashi, edited(suzuki, "ログインID", "ＴＡＫＡＨＡＳＨＩ")],
      [["people", 3, "ログインID", "login-id-twice"]],
    ],
    [
      "an unknown sponsor",
      [edited(guest, "担当職員番号", "999")],
      [["people", 2, "担当職員番号", "sponsor-unknown"]],
    ],
    [
      "a sponsor who is not on the staff",
      [section, edited(guest, "担当職員番号", "K0101")],
      [["people", 3, "担当職員番号", "sponsor-not-staff"]],
    ],
    [
      "a guest without an end",
      [suzuki, edited(guest, "有効期限", "")],
      [["people", 3, "有効期限", "guest-needs"]],
    ],
    [
      "a guest with a section",
      [suzuki, edited(guest, "所属コード", "010100")],
      [["people", 3, "所属コード", "not-for-guests"]],
    ],
    [
      "an unknown side",
      [edited(takahashi, "利用できる側", "VPN")],
      [["people", 2, "利用できる側", "zone-unknown"]],
    ],
    ["an unknown kind", [edited(takahashi, "区分", "市民")], [["people", 2, "区分", "kind-unknown"]]],
    [
      "兼務 in the own section",
      [edited(takahashi, "兼務", "010100:主査")],
      [["people", 2, "兼務", "concurrent-post-twice"]],
    ],
    [
      "兼務 that cannot be read",
      [edited(takahashi, "兼務", "財政課 主査")],
      [["people", 2, "兼務", "concurrent-post-invalid"]],
    ],
    [
      "an appointment in the future",
      [edited(takahashi, "発令日", "令和9年4月1日")],
      [["people", 2, "発令日", "date-in-future"]],
    ],
    ["a formula", [edited(takahashi, "氏名", "@SUM(1)")], [["people", 2, "氏名", "formula-refused"]]],
    [
      "a bidirectional override",
      [edited(takahashi, "氏名", "高橋\u202e花子")],
      [["people", 2, "氏名", "text-refused"]],
    ],
    [
      "two faults in one row",
      [edited(edited(takahashi, "氏名", ""), "所属コード", "")],
      [["people", 2, "氏名", "value-missing"]],
    ],
  ])("people: %s", async (_, lines, expected) => {
    const { run, people } = await office();
    const report = await run(sectionsFile(...sectionLines), peopleFile(...lines));
    expect(errorsOf(report)).toEqual(expected);
    expect(await people()).toEqual([]);
  });

  test("numbers that a spreadsheet has shortened are recognised", async () => {
    const { run } = await fullOffice();
    const report = await run(undefined, csv("職員番号,氏名,所属コード", "123,髙橋 花子,10100"));
    expect(errorsOf(report)).toEqual([
      ["people", 2, "職員番号", "leading-zeros-lost"],
      ["people", 2, "所属コード", "section-unknown"],
    ]);
    expect(report.issues[0]?.ja).toContain("「000123」");
    expect(report.issues[1]?.ja).toContain("「010100」ではありませんか");
  });

  test("a login id of somebody who is not in the file is taken", async () => {
    const { run } = await fullOffice();
    const report = await run(
      undefined,
      peopleFile(edited(edited(takahashi, "職員番号", "000999"), "ログインID", "Suzuki")),
    );
    expect(errorsOf(report)).toEqual([["people", 2, "ログインID", "login-id-taken"]]);
  });

  test("the last administrator stays one", async () => {
    const { run } = await fullOffice();
    const report = await run(undefined, peopleFile(takahashi, edited(suzuki, "管理者", "")));
    expect(errorsOf(report)).toEqual([["people", null, "管理者", "last-administrator"]]);
  });

  test.each<[string, Buffer, string]>([
    ["nothing", Buffer.alloc(0), "file-empty"],
    ["a broken workbook", Buffer.from("PK\u0003\u0004xl/workbook.xml"), "file-not-a-list"],
    ["an open quote", csv("職員番号,氏名,所属コード", '1,"高橋,010100'), "file-unreadable"],
    ["headings in two rows", csv("職員,,所属", "番号,姓名,コード"), "heading-row-missing"],
    ["random bytes", Buffer.from([...Array(300).keys()].map((i) => (i * 97) % 256)), "file-not-a-list"],
    ["two columns of one heading", csv("職員番号,氏名,氏名,所属コード", "1,a,b,010100"), "heading-twice"],
  ])("a file that is %s", async (_, people, code) => {
    const { run } = await office();
    const report = await run(sectionsFile(...sectionLines), people);
    expect(report.outcome).toBe("refused");
    expect(report.issues.map((found) => found.code)).toContain(code);
  });

  test("fifty columns with merged headings above the real ones are read as far as they are known", async () => {
    const { run, people } = await office();
    const more = Array.from({ length: 46 }, (_, i) => `項目${i}`).join(",");
    const merged = `基本情報,,,所属,${",".repeat(45)}`;
    const report = await run(
      sectionsFile(...sectionLines),
      csv(merged, `職員番号,氏名,カナ,所属コード,${more}`, `1,林 葵,ハヤシ アオイ,010100,${",".repeat(45)}`),
    );
    expect(report.outcome).toBe("imported");
    expect(await people()).toHaveLength(1);
    expect(report.issues.filter((found) => found.code === "heading-unknown")).toHaveLength(46);
  });
});

describe("the command", () => {
  test("shows a dry run, asks where the passwords go, imports, and changes nothing the second time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "chonai-import-"));
    const tenantId = await buildMunicipality(database, { slug: "command-city" });
    const url = ({ user, password, host, port, database: name }: ConnectionSettings) =>
      `postgresql://${user}:${password}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
    const env = {
      ...process.env,
      DATABASE_URL: url(testDatabase.application),
      MIGRATION_DATABASE_URL: url(testDatabase.owner),
      CHONAI_DATA: join(folder, "data"),
    };
    const command = (...args: string[]) =>
      new Promise<{ code: number | null; text: string }>((resolve) => {
        const main = new URL("../../cli/main.ts", import.meta.url).pathname;
        const child = spawn(process.execPath, [main, ...args], { env });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
        child.on("close", (code) => resolve({ code, text }));
      });
    const chonai = (...args: string[]) => command("import", "people", "--tenant", "command-city", ...args);
    const [sections, people, wrong] = ["sections.csv", "people.csv", "wrong.csv"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(sections, sectionsFile(...sectionLines));
    writeFileSync(people, peopleFile(takahashi, suzuki, section, guest));
    writeFileSync(wrong, peopleFile(takahashi.replace("010100", "999999")));
    const passwords = join(folder, "passwords.csv");
    const lists = ["--sections", sections, "--people", people];

    // A wrong folder is an error and makes no new installation there.
    const nowhere = await chonai(...lists);
    expect([nowhere.code, existsSync(env.CHONAI_DATA)], nowhere.text).toEqual([1, false]);
    expect((await command("migrate")).code).toBe(0);

    const refused = await chonai("--sections", sections, "--people", wrong);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain(
      `${wrong} 2行目 「所属コード」列［999999］: 組織コード「999999」が組織の一覧にありません。`,
    );

    const dry = await chonai(...lists, "--dry-run");
    expect(dry.code).toBe(0);
    expect(dry.text).toContain("人 追加 4件");
    expect(dry.text).toContain("まだ何も取り込んでいません");

    const asked = await chonai(...lists);
    expect([asked.code, existsSync(passwords)]).toEqual([2, false]);
    expect(asked.text).toContain("--initial-passwords FILE");

    const done = await chonai(...lists, "--initial-passwords", passwords);
    expect(done.text).toContain("取り込みました");
    expect(done.code).toBe(0);
    expect(statSync(passwords).mode & 0o777).toBe(0o600);
    const made = readFileSync(passwords, "utf8");
    expect(made).toMatch(/^\ufeff"ログインID","氏名"/);
    expect(made).toMatch(/"takahashi","髙橋 花子","情報政策課","[a-z0-9-]{19}","[A-Z2-7]{32}","otpauth:/);
    const count = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("account").select("login_id").where("tenant_id", "=", tenantId)),
    );
    expect(count).toHaveLength(4);

    const again = await chonai(...lists, "--initial-passwords", passwords);
    expect([again.code, again.text.includes("変更はありません")]).toEqual([0, true]);
    expect(readFileSync(passwords, "utf8")).toBe(made);
    rmSync(folder, { recursive: true });
  });
});

describe("many at once", () => {
  test("two imports at the same moment: one after the other, nothing twice", async () => {
    const { run, people, accounts } = await office();
    const files = [sectionsFile(...sectionLines), peopleFile(takahashi, suzuki, section, guest)] as const;
    const reports = await Promise.all([run(...files), run(...files)]);
    expect(reports.map((report) => report.outcome).sort()).toEqual(["imported", "unchanged"]);
    expect(await people()).toHaveLength(4);
    expect(await accounts()).toHaveLength(4);
  });

  test("5,000 staff take seconds", async () => {
    const { run, people } = await office();
    const sections = Array.from({ length: 250 }, (_, i) => `${100 + i},第${i}課,ダイ,,2020/4/1,`);
    const lines = (post: string) =>
      Array.from(
        { length: 5000 },
        (_, i) =>
          `${10000 + i},職員 第${i},ショクイン,,職員,${100 + (i % 250)},${post},${100 + ((i + 1) % 250)}:主査,,user${i},在宅勤務職員,,,,,`,
      );
    const makeCredentials: ImportOptions["makeCredentials"] = async (accounts) =>
      new Map(
        accounts.map(({ personId }) => [
          personId,
          { passwordHash: "x", totpSecret: null, mustChangePassword: true },
        ]),
      );
    const start = performance.now();
    expect(
      (await run(sectionsFile(...sections), peopleFile(...lines("主事")), { makeCredentials })).outcome,
    ).toBe("imported");
    const first = performance.now() - start;
    expect((await run(undefined, peopleFile(...lines("主任")))).people.changed).toHaveLength(5000);
    const second = performance.now() - start - first;
    console.log(`5,000 staff: new ${Math.round(first)} ms, all changed ${Math.round(second)} ms`);
    expect(await people()).toHaveLength(5000);
    expect(first + second).toBeLessThan(30_000);
  });
});
