import { CsvError, parse } from "csv-parse/sync";
import { findTextFault, isWithinCharacters, normaliseText } from "#shared/text.ts";
import { decodeText } from "./decode-text.ts";
import { type ImportFile, type ImportIssue, issue } from "./issue.ts";
import { readWorkbook, type Sheet } from "./read-workbook.ts";
import { ZipFault } from "./read-zip.ts";

/** One column that an import knows: its usual heading first, then the ones that other systems write. */
export type Column<Key extends string> = {
  key: Key;
  headings: readonly [string, ...string[]];
  /** Without these the row of headings is not recognised. */
  isNeeded?: boolean;
  /** What a line break inside the cell means: a space between parts of a name, else nothing. */
  lineBreak?: " " | "";
};

export type TableRow<Key extends string> = {
  /** As Excel numbers it. */
  number: number;
  /** "" for an empty cell; no entry for a column that the file does not have. */
  cells: Partial<Record<Key, string>>;
};

export type Table<Key extends string> = {
  rows: TableRow<Key>[];
  /** How the file names each column; the usual heading of one that it lacks. */
  headings: Record<Key, string>;
  /** The place of every column that has a heading, known or not, from 0. */
  columnsAt: Map<string, number>;
  issues: ImportIssue[];
};

const byteLimit = 20 * 1024 * 1024;
/** Five times the people of the largest city hall that lists have to name. */
export const rowLimit = 100_000;
const cellCharacterLimit = 200;
const headingWithinRows = 20;

/** What Excel shows where a formula failed. */
const cellFault = /^#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$/;

/** In Japanese versions of Excel the wide forms start a formula as well. */
const formula = /^[=+\-@＝＋－＠]/;

/**
 * Reads a list as offices export it: any of the usual encodings, titles above the headings, line breaks in cells, cells
 * written as ="00123" to keep their zeros. Every cell of a known column comes back trimmed, in NFC and checked; what is
 * wrong is an issue with its row and column, and the other rows are read all the same.
 */
export function readTable<Key extends string>(
  file: ImportFile,
  bytes: Uint8Array,
  columns: readonly Column<Key>[],
): Table<Key> {
  const headingsOf = columns.map(({ key, headings: [usual] }) => [key, usual] as const);
  const table: Table<Key> = {
    rows: [],
    headings: Object.fromEntries(headingsOf) as Record<Key, string>,
    columnsAt: new Map(),
    issues: [],
  };
  const sheets = readSheets(file, bytes, table.issues);
  if (!sheets) return table;
  const found = sheets.find((sheet) => findHeadingRow(sheet.rows, columns) !== undefined) ?? sheets[0];
  const records = found?.rows ?? [];
  const filled = sheets.filter((sheet) => sheet.rows.some((row) => !isBlank(row)));
  if (found && filled.length > 1)
    table.issues.push(issue("sheet-chosen", { file }, { count: filled.length, sheet: found.name }));
  let headingIndex = findHeadingRow(records, columns);
  if (headingIndex === undefined) {
    const needed = columns.filter((column) => column.isNeeded).map((column) => column.headings[0]);
    table.issues.push(issue("heading-row-missing", { file }, { needed: needed.join("、") }));
    return table;
  }
  const titles = records.slice(0, headingIndex).filter((record) => !isBlank(record)).length;
  if (titles > 0) table.issues.push(issue("rows-before-heading", { file, row: 1 }, { count: titles }));
  let headings = records[headingIndex]!;
  const joined = joinSecondHeadingRow(headings, records[headingIndex + 1], columns);
  if (joined) {
    headings = joined;
    headingIndex++;
  }
  if (records.length - headingIndex > rowLimit) {
    table.issues.push(issue("file-too-many-rows", { file }, { limit: rowLimit.toLocaleString("ja-JP") }));
    return table;
  }
  const places = placeColumns(file, headingIndex + 1, headings, columns, table);
  for (const [index, record] of records.entries()) {
    if (index <= headingIndex || isBlank(record)) continue;
    const number = index + 1;
    if (places.every(({ at }) => headingKey(record[at] ?? "") === headingKey(headings[at] ?? ""))) {
      table.issues.push(issue("heading-repeated", { file, row: number }));
      continue;
    }
    checkBeyond(file, number, headings, record, table.issues);
    const cells: Partial<Record<Key, string>> = {};
    for (const { column, at, heading } of places) {
      const place = { file, row: number, column: heading };
      cells[column.key] = readCell(place, record[at] ?? "", column.lineBreak ?? "", table.issues);
    }
    table.rows.push({ number, cells });
  }
  if (table.rows.length === 0 && table.issues.length === 0) table.issues.push(issue("file-empty", { file }));
  return table;
}

/** Every file as sheets of cells; a CSV is one sheet. What a file is, its bytes say and not its name. */
function readSheets(file: ImportFile, bytes: Uint8Array, issues: ImportIssue[]): Sheet[] | undefined {
  const startsWith = (...codes: number[]) => codes.every((code, index) => bytes[index] === code);
  if (bytes.length === 0) issues.push(issue("file-empty", { file }));
  else if (bytes.length > byteLimit) issues.push(issue("file-too-large", { file }, { limit: "20 MB" }));
  else if (startsWith(0xd0, 0xcf, 0x11, 0xe0)) issues.push(issue("file-is-old-excel", { file }));
  else if (startsWith(0x50, 0x4b)) return readExcel(file, bytes, issues);
  else {
    const what = kindOfBinary(bytes);
    if (what) issues.push(issue("file-not-a-list", { file }, { what }));
  }
  if (issues.length > 0) return undefined;
  const rows = readCsv(file, bytes, issues);
  return rows && [{ name: "", rows }];
}

function readExcel(file: ImportFile, bytes: Uint8Array, issues: ImportIssue[]): Sheet[] | undefined {
  try {
    return readWorkbook(bytes);
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error;
    if (error.reason === "too-large") issues.push(issue("file-unpacks-too-large", { file }));
    else if (error.reason === "encrypted") issues.push(issue("file-is-old-excel", { file }));
    else
      issues.push(issue("file-not-a-list", { file }, { what: error.reason === "damaged" ? "破損" : "ZIP" }));
    return undefined;
  }
}

/** What a file is that is certainly no text; undefined for text in any encoding. */
function kindOfBinary(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (head.startsWith("%PDF")) return "PDF";
  if (head.startsWith("\x89PNG") || head.startsWith("\xff\xd8\xff") || head.startsWith("GIF8")) return "画像";
  const isUtf16 = /^(\xff\xfe|\xfe\xff)/.test(head);
  return !isUtf16 && bytes.subarray(0, 4096).includes(0) ? "バイナリ" : undefined;
}

function readCsv(file: ImportFile, bytes: Uint8Array, issues: ImportIssue[]): string[][] | undefined {
  const { text } = decodeText(bytes);
  const firstLine = text.slice(0, 2000);
  const delimiter = countOf(firstLine, "\t") > countOf(firstLine, ",") ? "\t" : ",";
  try {
    // Empty lines are kept: they count in Excel's row numbers.
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      bom: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = typeof error.lines === "number" ? error.lines : undefined;
    const reason = error.code === "CSV_QUOTE_NOT_CLOSED" ? '「"」が閉じていません' : error.code;
    issues.push(issue("file-unreadable", { file, row }, { reason }));
    return undefined;
  }
}

function findHeadingRow<Key extends string>(
  records: readonly string[][],
  columns: readonly Column<Key>[],
): number | undefined {
  const needed = columns.filter((column) => column.isNeeded);
  const known = new Set(columns.flatMap((column) => column.headings.map(headingKey)));
  let best: { index: number; count: number } | undefined;
  for (const [index, record] of records.slice(0, headingWithinRows).entries()) {
    const keys = new Set(record.map(headingKey));
    if (!needed.every((column) => column.headings.some((heading) => keys.has(headingKey(heading))))) continue;
    const count = [...keys].filter((key) => known.has(key)).length;
    // Cells that are merged over two rows of headings stand in both: the lower row has the rest as well.
    if (!best || (count > best.count && index === best.index + 1)) best = { index, count };
  }
  return best?.index;
}

/**
 * Headings over two rows, as a spreadsheet with merged cells saves them: where the lower row is empty the upper one
 * counts. Undefined when the row below is data: there the needed columns have values.
 */
function joinSecondHeadingRow<Key extends string>(
  upper: readonly string[],
  lower: readonly string[] | undefined,
  columns: readonly Column<Key>[],
): string[] | undefined {
  if (!lower) return undefined;
  const known = new Set(columns.flatMap((column) => column.headings.map(headingKey)));
  const needed = new Set(
    columns.filter((column) => column.isNeeded).flatMap((column) => column.headings.map(headingKey)),
  );
  const isData = upper.some(
    (cell, at) =>
      needed.has(headingKey(cell)) && !["", headingKey(cell)].includes(headingKey(lower[at] ?? "")),
  );
  const adds = lower.some(
    (cell, at) => known.has(headingKey(cell)) && headingKey(cell) !== headingKey(upper[at] ?? ""),
  );
  if (isData || !adds) return undefined;
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, at) =>
    (lower[at] ?? "").trim() === "" ? (upper[at] ?? "") : lower[at]!,
  );
}

function placeColumns<Key extends string>(
  file: ImportFile,
  row: number,
  headings: readonly string[],
  columns: readonly Column<Key>[],
  table: Table<Key>,
): { column: Column<Key>; at: number; heading: string }[] {
  const byHeading = new Map(
    columns.flatMap((column) => column.headings.map((h) => [headingKey(h), column] as const)),
  );
  const places: { column: Column<Key>; at: number; heading: string }[] = [];
  for (const [at, cell] of headings.entries()) {
    const heading = cell.replace(/\s+/g, "");
    if (heading === "") continue;
    if (!table.columnsAt.has(heading)) table.columnsAt.set(heading, at);
    const column = byHeading.get(headingKey(cell));
    if (!column) table.issues.push(issue("heading-unknown", { file, row, column: heading }, { heading }));
    else if (places.some((place) => place.column === column))
      table.issues.push(issue("heading-twice", { file, row, column: heading }, { heading }));
    else {
      places.push({ column, at, heading });
      table.headings[column.key] = heading;
    }
  }
  return places;
}

/** Headings are compared without width, spaces, line breaks, marks for "must" and remarks in brackets. */
function headingKey(heading: string): string {
  return heading
    .normalize("NFKC")
    .replace(/\(.*?\)|[\s*※●・]|必須/g, "")
    .toLowerCase();
}

function checkBeyond(
  file: ImportFile,
  row: number,
  headings: readonly string[],
  record: readonly string[],
  issues: ImportIssue[],
): void {
  const at = record.findIndex((cell, index) => cell.trim() !== "" && (headings[index] ?? "").trim() === "");
  if (at !== -1) issues.push(issue("cells-beyond-heading", { file, row, value: clip(record[at]!) }));
}

function readCell(
  place: { file: ImportFile; row: number; column: string },
  raw: string,
  lineBreak: string,
  issues: ImportIssue[],
): string {
  const unwrapped = /^\s*=?"([^"]*)"\s*$/.exec(raw)?.[1] ?? raw.replace(/^'/, "");
  const cell = normaliseText(unwrapped)
    .replace(/[\s\u3000]*\n[\s\u3000]*/g, lineBreak)
    .trim();
  if (cell === "") return "";
  const value = clip(cell);
  if (cellFault.test(cell)) {
    issues.push(issue("cell-error", { ...place, value }));
    return cell;
  }
  if (cell.includes("\ufffd")) {
    issues.push(issue("text-unreadable", { ...place, value }));
    return cell;
  }
  const fault = findTextFault(cell);
  if (fault) issues.push(issue("text-refused", place, { reason: fault.ja }));
  else if (!isWithinCharacters(cell, cellCharacterLimit))
    issues.push(issue("text-too-long", { ...place, value }, { limit: cellCharacterLimit }));
  else if (formula.test(cell)) issues.push(issue("formula-refused", { ...place, value }));
  return cell;
}

function isBlank(record: readonly string[]): boolean {
  return record.every((cell) => cell.trim() === "");
}

/** Values are shown so that they can be found again, never whole pages. */
function clip(value: string): string {
  return value.length > 40 ? `${[...value].slice(0, 40).join("")}…` : value;
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}
