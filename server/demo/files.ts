import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import iconv from "iconv-lite";
import { demoSections } from "./organisation.ts";
import { type DemoPerson, demoPeople } from "./people.ts";

export type DemoFiles = { sections: Buffer; people: Buffer };

/**
 * The demo city's lists as its systems would export them: the organisation in Shift_JIS as an old personnel system
 * writes it, the people in UTF-8 with BOM as Excel writes it (Shift_JIS has no 𠮷 and no variation selectors).
 *
 * @param today guests' accounts end with the fiscal year after the running one, so the lists depend on the day alone
 */
export function demoFiles(today: string): DemoFiles {
  const { departments, sections } = demoSections();
  const sectionRows = [...departments, ...sections]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, name, kana, parentCode }, index) => [
      code,
      name,
      kana,
      parentCode ?? "",
      String((index + 1) * 10),
      foundingDay(name),
      "",
    ]);
  const sectionHeadings = [
    "組織コード",
    "名称",
    "カナ",
    "上位組織コード",
    "表示順",
    "適用開始日",
    "適用終了日",
  ];
  const peopleRows = demoPeople().map((person) => personRow(person, today));
  return {
    sections: iconv.encode(csv([sectionHeadings, ...sectionRows]), "cp932"),
    people: Buffer.from(`\ufeff${csv([peopleHeadings, ...peopleRows])}`, "utf8"),
  };
}

/** What changes on 1 April: new and renamed sections, and who moves with it. Each list holds only what changes. */
export function reorganisationFiles(on: string): DemoFiles {
  const { departments, sections } = demoSections();
  const codeOf = (name: string) => [...departments, ...sections].find((each) => each.name === name)!.code;
  const parent = codeOf("総合政策部");
  const sectionHeadings = ["組織コード", "名称", "カナ", "上位組織コード", "適用開始日"];
  const renamed = [
    ["国際交流室", "国際・多文化共生課", "コクサイ・タブンカキョウセイカ", codeOf("市長公室")],
    ["統計調査室", "データ活用推進室", "データカツヨウスイシンシツ", parent],
    ["職員研修室", "人材育成課", "ジンザイイクセイカ", codeOf("総務部")],
  ] as const;
  const people = demoPeople();
  const moved = [
    ["情報政策課", "課長補佐", "課長"],
    ["情報政策課", "主査", "係長"],
    ["行政経営課", "係長", "係長"],
    ["市民課", "主任", "主査"],
  ] as const;
  return {
    sections: iconv.encode(
      csv([
        sectionHeadings,
        ["059000", "デジタル推進課", "デジタルスイシンカ", parent, on],
        ...renamed.map(([name, next, kana, above]) => [codeOf(name), next, kana, above, on]),
      ]),
      "cp932",
    ),
    people: Buffer.from(
      `\ufeff${csv([
        ["職員番号", "氏名", "所属コード", "役職", "発令日"],
        ...moved.map(([section, post, next]) => {
          const person = people.find((each) => each.sectionName === section && each.post === post)!;
          return [person.number, person.name, "059000", next, on];
        }),
      ])}`,
      "utf8",
    ),
  };
}

/** Writes both lists into a folder, for the import command and for looking at. */
export async function writeDemoFiles(
  directory: string,
  today: string,
): Promise<{ sections: string; people: string }> {
  await mkdir(directory, { recursive: true });
  const files = demoFiles(today);
  const paths = { sections: join(directory, "sections.csv"), people: join(directory, "people.csv") };
  await Promise.all([writeFile(paths.sections, files.sections), writeFile(paths.people, files.people)]);
  return paths;
}

const peopleHeadings = [
  "職員番号",
  "氏名",
  "カナ",
  "旧姓",
  "区分",
  "所属コード",
  "役職",
  "兼務",
  "発令日",
  "ログインID",
  "アカウント区分",
  "利用できる側",
  "管理者",
  "有効期限",
  "会社名・団体名",
  "担当職員番号",
  "勤務場所",
  "内線",
];

function personRow(person: DemoPerson, today: string): string[] {
  return [
    person.number,
    person.name,
    person.kana,
    person.formerName,
    person.kind,
    person.sectionCode,
    person.post,
    person.concurrentPosts,
    person.kind === "職員" ? "令和6年4月1日" : "",
    person.loginId,
    person.accountClass,
    person.zones,
    person.isAdministrator ? "はい" : "",
    person.kind === "ゲスト" ? endOfNextFiscalYear(today) : "",
    person.affiliation,
    person.sponsorNumber,
    ...(person.kind === "ゲスト" ? ["", ""] : [workplaceOf(person.sectionName), extensionOf(person)]),
  ];
}

/** Offices outside the town hall work where their name says; inside, by department. */
function workplaceOf(section: string): string {
  if (/(支所|館|園|学校|センター|消防署|分署|事務所|場|コーナー|児童館)$/.test(section)) return section;
  if (section.startsWith("市民病院")) return "市民病院";
  if (/消防|予防課|警防課|救急課|指令課/.test(section)) return "消防本部庁舎";
  if (section.startsWith("上下水道局")) return "上下水道局庁舎";
  if (/教育|学務課|学校施設課|指導課|給食課|文化財|スポーツ|議会|議事/.test(section)) return "本庁 別館";
  const floor = floors.find(([names]) => names.test(section))?.[1] ?? "2階";
  return `本庁 ${floor}`;
}

const floors: readonly (readonly [names: RegExp, floor: string])[] = [
  [/市民|国民健康保険|年金|税|債権|会計/, "1階"],
  [/福祉|介護|高齢|障がい|健康|こども|保育|地域/, "2階"],
  [/特別職|秘書|広報|人事|総務|財政|企画|行政経営|総合政策|市長公室/, "3階"],
  [/危機|防災|防犯|情報|統計|契約|管財|法制/, "4階"],
  [/建設|道路|河川|用地|営繕|都市|市街地|開発|建築|住宅|公園|交通|景観/, "5階"],
];

/** Five digits: the department, and the place in the list within it. The account of a section has the section's own. */
function extensionOf({ kind, sectionCode, number }: DemoPerson): string {
  const within = Number(sectionCode.slice(2, 4)) * 10;
  const own = kind === "所属" ? 0 : 1 + (Number(number.slice(-4)) % 9);
  const department = 10 + Number(sectionCode.slice(0, 2));
  return `${department}${String((within + own) % 1000).padStart(3, "0")}`;
}

function foundingDay(name: string): string {
  if (/デジタル|情報政策|ゼロカーボン|こども/.test(name)) return "R5.4.1";
  return /危機管理|マネジメント|地域包括/.test(name) ? "H28.4.1" : "平成17年4月1日";
}

function endOfNextFiscalYear(today: string): string {
  const [year = 0, month = 0] = today.split("-").map(Number);
  return `${(month >= 4 ? year + 1 : year) + 1}/3/31`;
}

function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
