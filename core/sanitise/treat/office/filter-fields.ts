import type { Removed } from "../../sanitiser.ts";
import { localName, unescapeXml, type XmlToken } from "./xml.ts";

/** Fields of Word that compute from the document itself. Whatever is not here fetches, starts, asks, or is unknown. */
const harmless: ReadonlySet<string> = new Set(
  (
    "= ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT BARCODE BIBLIOGRAPHY CITATION COMMENTS CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY EDITTIME EQ " +
    "FILENAME FILESIZE FORMCHECKBOX FORMDROPDOWN FORMTEXT HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS NUMPAGES " +
    "NUMWORDS PAGE PAGEREF PRINTDATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ STYLEREF SUBJECT SYMBOL TA TC TIME TITLE TOA TOC USERNAME XE"
  ).split(" "),
);

type Field = { instruction: string; places: number[]; isResult: boolean };

/**
 * Empties the instructions of fields that are not known to be harmless; their last result stays as text. Word puts an
 * instruction together from any number of runs, and from fields inside it, so it is judged as a whole.
 */
export function filterFields(tokens: readonly XmlToken[], removed: Set<Removed>): XmlToken[] {
  const emptied = new Set<number>();
  const open: Field[] = [];
  const judge = (field: Field | undefined) => {
    if (!field || isHarmless(field.instruction)) return;
    removed.add("external-links");
    for (const place of field.places) emptied.add(place);
  };
  let isInstruction = false;
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "text") {
      const field = open.at(-1);
      if (!isInstruction) continue;
      if (field && !field.isResult) {
        field.instruction += unescapeXml(token.raw);
        field.places.push(at);
      } else emptied.add(at);
      continue;
    }
    const element = localName(token.name).toLowerCase();
    if (element === "instrtext" || element === "delinstrtext")
      isInstruction = token.kind === "open" && !token.isEmpty;
    if (element !== "fldchar" || token.kind !== "open") continue;
    const type = token.attributes.find(([name]) => localName(name) === "fldCharType")?.[1];
    if (type === "begin") open.push({ instruction: "", places: [], isResult: false });
    else if (type === "separate") {
      judge(open.at(-1));
      const field = open.at(-1);
      if (field) field.isResult = true;
    } else if (type === "end") {
      const field = open.pop();
      if (field && !field.isResult) judge(field);
    }
  }
  for (const field of open) judge(field);
  return tokens.filter((_, at) => !emptied.has(at));
}

/** @param instruction as Word shows it: `PAGEREF _Toc1 \h` */
export function isHarmless(instruction: string): boolean {
  const [, name = "", rest = ""] = /^\s*(=|[A-Za-z]+)?([\s\S]*)$/.exec(instruction)!;
  if (!harmless.has(name.toUpperCase())) return false;
  if (name.toUpperCase() !== "HYPERLINK") return true;
  const target = /^\s*"?([^"\\\s][^"\s]*)/.exec(rest)?.[1];
  return target === undefined || /^(https?:\/\/|mailto:|#)/i.test(target);
}
