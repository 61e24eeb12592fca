import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { decode, detectEncoding } from "../identify/text-encoding.ts";
import type { FileKind, Removed, Treated, TreatOptions } from "../sanitiser.ts";
import { readXml, writeXml, XmlFault } from "./office/xml.ts";
import { held, refused } from "./outcome.ts";

/** Larger texts are not read in this process, in bytes. */
const textLimit = 64 * 1024 * 1024;
/** Marks that turn the reading order around, by which a name or a line seems to say something else. */
const directionMarks = /[\u202a-\u202e\u2066-\u2069]/g;
/** Cells that a spreadsheet would compute; numbers with a sign are numbers. */
const formula = /^\s*[=+\-@＝＋－＠\t\r]/;
const number = /^\s*[+-]?[\d,]*\.?\d+%?\s*$/;

/** A text in UTF-8 without control characters; in tables, what a spreadsheet would take for a formula is marked as text. */
export async function treatText(path: string, kind: FileKind, options: TreatOptions): Promise<Treated> {
  if ((await stat(path)).size > textLimit) throw held("too-large");
  const bytes = await readFile(path);
  const encoding = detectEncoding(bytes, true);
  if (encoding === undefined) throw refused("broken");
  const removed = new Set<Removed>();
  const text = plain(decode(bytes, encoding), removed);
  const content =
    kind.extension === "csv"
      ? // Excel takes a table without this mark for Shift_JIS.
        `\ufeff${markFormulas(text, ",", removed)}`
      : kind.extension === "tsv"
        ? `\ufeff${markFormulas(text, "\t", removed)}`
        : kind.extension === "xml"
          ? plainXml(text)
          : text;
  const product = join(options.workFolder, `${randomUUID()}.${kind.extension}`);
  await writeFile(product, content, { flag: "wx", mode: 0o600 });
  const { mime, extension } = kind;
  return {
    kind: "clean",
    products: [{ path: product, mime, extension, role: "text" }],
    removed: [...removed],
  };
}

function plain(text: string, removed: Set<Removed>): string {
  const clean = text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t\f])\p{Cc}/gu, "")
    .replace(directionMarks, "")
    .replaceAll("\ufeff", "")
    .normalize("NFC");
  if (
    clean.length <
    text
      .replace(/\r\n?/g, "\n")
      .replace(/^\ufeff/, "")
      .normalize("NFC").length
  )
    removed.add("control-characters");
  return clean.replaceAll("\n", "\r\n");
}

function markFormulas(text: string, delimiter: string, removed: Set<Removed>): string {
  let rows: string[][];
  try {
    rows = parse(text, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: false });
  } catch {
    throw refused("broken");
  }
  return rows
    .map((row) =>
      row
        .map((cell) => {
          const isFormula = formula.test(cell) && !number.test(cell);
          if (isFormula) removed.add("formulas");
          const marked = isFormula ? `'${cell}` : cell;
          return /["\r\n\t,]/.test(marked) ? `"${marked.replaceAll('"', '""')}"` : marked;
        })
        .join(delimiter),
    )
    .join("\r\n")
    .concat("\r\n");
}

/** Data in XML passes; pages, style sheets and Office documents written as XML do not. */
function plainXml(text: string): string {
  if (
    /<!DOCTYPE|<\?xml-stylesheet|schemas[.-]microsoft[.-]com[:/]office|oasis:names:tc:opendocument|www\.w3\.org\/1999\/(xhtml|XSL)/i.test(
      text,
    )
  )
    throw held("unknown-type");
  try {
    return writeXml(readXml(Buffer.from(text))).toString("utf8");
  } catch (error) {
    if (error instanceof XmlFault) throw refused("broken");
    throw error;
  }
}
