import { addDays } from "#shared/time.ts";
import type { SectionRole } from "../contract.ts";
import { type ImportIssue, issue } from "./issue.ts";
import { isWithoutEnd, readDate } from "./read-date.ts";
import { type Column, readTable } from "./read-table.ts";
import { isCode, readKana } from "./values.ts";
import { roleWords } from "./words.ts";

export type SectionColumn =
  | SectionRole
  | "code"
  | "name"
  | "kana"
  | "parentCode"
  | "sortOrder"
  | "workplace"
  | "extension"
  | "firstDay"
  | "lastDay";

/** Roles are named as they are, or with what is in the cell: 情報責任者, 情報責任者の職員番号. */
const roleColumns = (Object.keys(roleWords) as SectionRole[]).map(
  (role): Column<SectionColumn> => ({
    key: role,
    headings: [roleWords[role], `${roleWords[role]}の職員番号`, `${roleWords[role]}番号`],
  }),
);

const columns: readonly Column<SectionColumn>[] = [
  { key: "code", headings: ["組織コード", "所属コード", "課コード"], isNeeded: true },
  { key: "name", headings: ["名称", "組織名", "所属名", "組織名称"], isNeeded: true },
  { key: "kana", headings: ["カナ", "名称カナ", "フリガナ", "ふりがな"] },
  { key: "parentCode", headings: ["上位組織コード", "上位コード", "親組織コード"] },
  { key: "sortOrder", headings: ["表示順", "並び順"] },
  { key: "workplace", headings: ["場所", "勤務場所", "庁舎"] },
  { key: "extension", headings: ["内線", "内線番号", "代表内線"] },
  { key: "firstDay", headings: ["適用開始日", "開始日", "設置日"] },
  { key: "lastDay", headings: ["適用終了日", "終了日", "廃止日"] },
  ...roleColumns,
];

/**
 * One row of the list of sections. `undefined` means that the file has no such column: what is known stays as it is.
 * `null` means that the cell is empty.
 */
export type SectionLine = {
  row: number;
  code: string;
  name: string;
  kana: string | undefined;
  parentCode: string | null | undefined;
  sortOrder: number | null | undefined;
  workplace: string | null | undefined;
  extension: string | null | undefined;
  validFrom: string | null | undefined;
  /** The first day on which it is no longer there; the file says the last on which it is. */
  validUntil: string | null | undefined;
  /** The numbers of those who hold the section's roles; null for nobody. A role without a column stays as it is. */
  roles: Partial<Record<SectionRole, string | null>>;
};

export type SectionLines = {
  lines: SectionLine[];
  issues: ImportIssue[];
  /** How the file names a column; the usual heading of one that it lacks. */
  headings: Readonly<Record<SectionColumn, string>>;
  /** The place of each heading, from 0. */
  columnsAt: ReadonlyMap<string, number>;
};

/** Reads the list of sections; rows that cannot be understood are left out and explained in `issues`. */
export function readSections(bytes: Uint8Array): SectionLines {
  const { rows, headings, columnsAt, issues } = readTable("sections", bytes, columns);
  const heading = (key: SectionColumn) => headings[key];
  const lines: SectionLine[] = [];
  for (const { number: row, cells } of rows) {
    const place = (key: SectionColumn, value?: string) => ({
      file: "sections" as const,
      row,
      column: heading(key),
      value,
    });
    const code = (cells.code ?? "").normalize("NFKC");
    if (code === "") issues.push(issue("value-missing", place("code"), { heading: heading("code") }));
    else if (!isCode(code))
      issues.push(issue("code-invalid", place("code", code), { heading: heading("code") }));
    const name = cells.name ?? "";
    if (name === "" && code !== "")
      issues.push(issue("value-missing", place("name"), { heading: heading("name") }));
    const day = (key: "firstDay" | "lastDay") => {
      const cell = cells[key];
      if (cell === undefined || cell === "") return cell === "" ? null : undefined;
      const date = readDate(cell);
      if (date === undefined) issues.push(issue("date-invalid", place(key, cell)));
      return date ?? null;
    };
    const validFrom = day("firstDay");
    const lastDay = day("lastDay");
    const validUntil =
      typeof lastDay === "string" ? (isWithoutEnd(lastDay) ? null : addDays(lastDay, 1)) : lastDay;
    if (validFrom && validUntil && validUntil <= validFrom)
      issues.push(issue("period-empty", place("lastDay", cells.lastDay)));
    if (code === "" || name === "") continue;
    lines.push({
      row,
      code,
      name,
      kana: readKana(cells.kana, place("kana", cells.kana), issues),
      parentCode: cells.parentCode === undefined ? undefined : cells.parentCode.normalize("NFKC") || null,
      sortOrder: readOrder(cells.sortOrder, place("sortOrder", cells.sortOrder), issues),
      workplace: cells.workplace === undefined ? undefined : cells.workplace || null,
      extension: cells.extension === undefined ? undefined : cells.extension.normalize("NFKC") || null,
      validFrom,
      validUntil,
      roles: readRoles(cells, (role, number) =>
        issues.push(issue("code-invalid", place(role, number), { heading: heading(role) })),
      ),
    });
  }
  return { lines, issues, headings, columnsAt };
}

function readRoles(
  cells: Partial<Record<SectionColumn, string>>,
  onInvalid: (role: SectionRole, number: string) => void,
): SectionLine["roles"] {
  const roles: SectionLine["roles"] = {};
  for (const role of Object.keys(roleWords) as SectionRole[]) {
    const number = cells[role]?.normalize("NFKC");
    if (number === undefined) continue;
    if (number !== "" && !isCode(number)) onInvalid(role, number);
    else roles[role] = number || null;
  }
  return roles;
}

function readOrder(
  cell: string | undefined,
  place: Parameters<typeof issue>[1],
  issues: ImportIssue[],
): number | null | undefined {
  if (cell === undefined || cell === "") return cell === "" ? null : undefined;
  const plain = cell.normalize("NFKC");
  if (/^\d{1,9}$/.test(plain)) return Number(plain);
  issues.push(issue("number-invalid", place));
  return null;
}
