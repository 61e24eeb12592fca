import { addDays } from "#shared/time.ts";
import { ZipFault, ZipReader } from "./read-zip.ts";

/** A sheet of a workbook as text: what a person sees in the cells, days as YYYY-MM-DD. Row 1 of Excel is index 0. */
export type Sheet = { name: string; rows: string[][] };

/** A cell whose formula has no result, in the form in which Excel shows faults. */
export const formulaWithoutResult = "#CALC!";

/** What 20,000 people with 30 columns need; a bomb unpacks no further. A larger list comes as CSV. */
const unpackedLimit = 64 * 1024 * 1024;
const rowLimit = 100_000;
const columnLimit = 256;

/**
 * What the sheets of a workbook may come to when they are written out: few bytes name a text many times, merge a hundred
 * thousand rows or stand in the last row of a thousand sheets. Rows and cells, empty ones too, characters, and tags, whose
 * reading holds everybody up: about a second for a million.
 */
class Budget {
  #places = 3_000_000;
  #characters = 30_000_000;
  #tags = 4_000_000;

  /** Throws `ZipFault` when more was read than lists have. */
  takeTag(): void {
    if (--this.#tags < 0) throw new ZipFault("too-large");
  }

  /** Throws `ZipFault` when it is used up. */
  take(places: number, characters: number): void {
    this.#places -= places;
    this.#characters -= characters;
    if (this.#places < 0 || this.#characters < 0) throw new ZipFault("too-large");
  }
}

/**
 * The visible sheets of an Excel workbook (.xlsx, ECMA-376), in their order. Values are taken as they were saved: a
 * formula counts with its last result and is never run, macros and links are not looked at. Throws `ZipFault`.
 */
export function readWorkbook(bytes: Uint8Array): Sheet[] {
  const zip = new ZipReader(bytes, unpackedLimit);
  const workbook = zip.text("xl/workbook.xml");
  if (workbook === undefined) throw new ZipFault(zip.has("EncryptedPackage") ? "encrypted" : "not-zip");
  const budget = new Budget();
  const targets = readTargets(zip.text("xl/_rels/workbook.xml.rels") ?? "", budget);
  const strings = readSharedStrings(zip.text("xl/sharedStrings.xml") ?? "", budget);
  const formats = readFormats(zip.text("xl/styles.xml") ?? "", budget);
  const is1904 = /<(?:\w+:)?workbookPr[^>]*date1904="(?:1|true)"/.test(workbook);
  const sheets: Sheet[] = [];
  for (const tag of tags(workbook, budget))
    if (tag.kind === "open" && tag.name === "sheet" && (tag.attributes.state ?? "visible") === "visible") {
      const xml = zip.text(targets.get(tag.attributes.id ?? "") ?? "");
      if (xml !== undefined)
        sheets.push({
          name: tag.attributes.name ?? "",
          rows: readSheet(xml, strings, formats, is1904, budget),
        });
    }
  return sheets;
}

type Tag =
  | { kind: "open"; name: string; attributes: Record<string, string>; isEmpty: boolean }
  | { kind: "close"; name: string }
  | { kind: "text"; text: string };

/**
 * The tags and texts of an XML document in their order, without namespaces. A document type is refused: it is how
 * entities that multiply themselves come in, and no spreadsheet writes one.
 */
function* tags(xml: string, budget: Budget): Generator<Tag> {
  if (xml.slice(0, 2000).includes("<!DOCTYPE")) throw new ZipFault("damaged");
  const pattern =
    /<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/g;
  for (let match = pattern.exec(xml); match; match = pattern.exec(xml)) {
    budget.takeTag();
    const [, closing, name = "", attributes = "", empty, text] = match;
    if (text !== undefined) yield { kind: "text", text: decode(text) };
    else if (closing) yield { kind: "close", name };
    else yield { kind: "open", name, attributes: readAttributes(attributes), isEmpty: empty === "/" };
  }
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    attributes[name.replace(/^.*:/, "")] = decode(double ?? single ?? "");
  return attributes;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** XML's own entities, and _x000D_ as Excel writes characters that XML does not allow. */
function decode(text: string): string {
  return text
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    })
    .replace(/_x([0-9A-F]{4})_/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function readTargets(xml: string, budget: Budget): Map<string, string> {
  const targets = new Map<string, string>();
  for (const tag of tags(xml, budget))
    if (tag.kind === "open" && tag.name === "Relationship") {
      const target = tag.attributes.Target ?? "";
      targets.set(tag.attributes.Id ?? "", target.startsWith("/") ? target.slice(1) : `xl/${target}`);
    }
  return targets;
}

/** Texts that cells share. Readings (rPh), which Japanese Excel keeps beside the text, are left out. */
function readSharedStrings(xml: string, budget: Budget): string[] {
  const strings: string[] = [];
  let text = "";
  let isText = false;
  let isReading = false;
  for (const tag of tags(xml, budget)) {
    if (tag.kind === "text") text += isText && !isReading ? tag.text : "";
    else if (tag.name === "rPh") isReading = tag.kind === "open" && !tag.isEmpty;
    else if (tag.name === "t") isText = tag.kind === "open" && !tag.isEmpty;
    else if (tag.name === "si" && tag.kind === "open") {
      budget.take(1, 0);
      text = "";
      if (tag.isEmpty) strings.push("");
    } else if (tag.name === "si") strings.push(text);
  }
  return strings;
}

/** How the cells of a style show a number. */
type Format = { kind: "date" } | { kind: "padded"; digits: number } | { kind: "plain" };

/** Built-in formats that show a day; 27–36 and 50–58 are those of Japan, with eras. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

function readFormats(xml: string, budget: Budget): Format[] {
  const codes = new Map<number, string>();
  const formats: Format[] = [];
  let isCellFormat = false;
  for (const tag of tags(xml, budget)) {
    if (tag.kind === "text") continue;
    if (tag.name === "cellXfs") isCellFormat = tag.kind === "open";
    if (tag.kind === "close") continue;
    if (tag.name === "numFmt") codes.set(Number(tag.attributes.numFmtId), tag.attributes.formatCode ?? "");
    if (tag.name === "xf" && isCellFormat)
      formats.push(formatOf(Number(tag.attributes.numFmtId ?? 0), codes));
  }
  return formats;
}

function formatOf(id: number, codes: ReadonlyMap<number, string>): Format {
  const code = codes.get(id);
  if (code === undefined) return isBuiltInDate(id) ? { kind: "date" } : { kind: "plain" };
  const first = code.split(";")[0]!.replace(/"[^"]*"|\\.|\[(?!\$)[^\]]*\]|\[\$[^\]]*\]/g, "");
  if (/^0{2,}$/.test(first)) return { kind: "padded", digits: first.length };
  return /[ymdge]/i.test(first.replace(/general|E[+-]/gi, "")) ? { kind: "date" } : { kind: "plain" };
}

type Cell = { row: number; column: number; type: string; style: number; value: string; hasFormula: boolean };

function readSheet(
  xml: string,
  strings: readonly string[],
  formats: readonly Format[],
  is1904: boolean,
  budget: Budget,
): string[][] {
  // Each is unpacked and read, however little stands in it.
  budget.take(1000, 0);
  const rows: string[][] = [];
  const merges: string[] = [];
  let row = 0;
  let cell: Cell | undefined;
  let column = 0;
  let isValue = false;
  let isReading = false;
  const put = (done: Cell) => {
    if (done.row > rowLimit) throw new ZipFault("too-large");
    if (!Number.isInteger(done.row) || done.row < 1) throw new ZipFault("damaged");
    if (done.column >= columnLimit) return;
    const shown = show(done, strings, formats, is1904);
    if (shown === "") return;
    const line = rows[done.row - 1] ?? [];
    budget.take(
      Math.max(0, done.row - rows.length) + Math.max(1, done.column + 1 - line.length),
      shown.length,
    );
    while (rows.length < done.row - 1) rows.push([]);
    rows[done.row - 1] = line;
    while (line.length <= done.column) line.push("");
    line[done.column] = shown;
  };
  for (const tag of tags(xml, budget)) {
    if (tag.kind === "text") {
      if (cell && isValue && !isReading) cell.value += tag.text;
      continue;
    }
    const isOpen = tag.kind === "open" && !tag.isEmpty;
    switch (tag.name) {
      case "row":
        if (tag.kind === "open") {
          row = Number(tag.attributes.r ?? row + 1);
          column = 0;
        }
        break;
      case "c":
        if (tag.kind === "open") {
          const place = tag.attributes.r === undefined ? undefined : placeOf(tag.attributes.r);
          column = place?.column ?? column;
          cell = {
            row,
            column,
            type: tag.attributes.t ?? "n",
            style: Number(tag.attributes.s ?? 0),
            value: "",
            hasFormula: false,
          };
          column++;
          if (tag.isEmpty) cell = undefined;
        } else if (cell) {
          put(cell);
          cell = undefined;
        }
        break;
      case "f":
        if (cell) cell.hasFormula = true;
        break;
      case "v":
      case "t":
        isValue = isOpen;
        break;
      case "rPh":
        isReading = isOpen;
        break;
      case "mergeCell":
        if (tag.kind === "open" && tag.attributes.ref) merges.push(tag.attributes.ref);
        break;
    }
  }
  for (const ref of merges) fillDown(rows, ref, budget);
  return rows;
}

/** A cell that was merged over several rows stands for each of them; one merged sideways is a title of what is below. */
function fillDown(rows: string[][], ref: string, budget: Budget): void {
  const [from, to] = ref.split(":").map((place) => placeOf(place));
  if (!from || !to || to.row - from.row > rowLimit || from.column >= columnLimit) return;
  const value = rows[from.row - 1]?.[from.column];
  if (!value) return;
  for (let row = from.row + 1; row <= Math.min(to.row, rows.length); row++) {
    const line = rows[row - 1]!;
    budget.take(Math.max(1, from.column + 1 - line.length), value.length);
    while (line.length <= from.column) line.push("");
    line[from.column] = value;
  }
}

/** `C12` as row 12 and column 2. */
function placeOf(ref: string): { row: number; column: number } | undefined {
  const match = /^([A-Z]{1,3})(\d{1,7})$/.exec(ref);
  if (!match) return undefined;
  let column = 0;
  for (const letter of match[1]!) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(match[2]), column: column - 1 };
}

function show(cell: Cell, strings: readonly string[], formats: readonly Format[], is1904: boolean): string {
  const { type, value } = cell;
  if (type === "s") return strings[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "はい" : "いいえ";
  if (type === "d") return value.slice(0, 10);
  if (type !== "n") return value;
  if (value === "") return cell.hasFormula ? formulaWithoutResult : "";
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const format = formats[cell.style] ?? { kind: "plain" };
  if (format.kind === "date") return dayOfSerial(number, is1904) ?? value;
  const plain = Number.isInteger(number) && Math.abs(number) < 1e15 ? String(number) : value;
  return format.kind === "padded" ? plain.padStart(format.digits, "0") : plain;
}

/** Days are counted from 1899-12-30, after the 29th of February 1900 that only Excel knows; on old Macs from 1904. */
function dayOfSerial(serial: number, is1904: boolean): string | undefined {
  const days = Math.floor(serial) + (is1904 ? 1462 : 0);
  if (days < 61 || days > 2_958_465) return undefined;
  return addDays("1899-12-30", days);
}
