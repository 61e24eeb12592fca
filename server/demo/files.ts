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
  ];
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
