import { type ImportIssue, type IssuePlace, issue } from "./issue.ts";

/** Numbers and codes of the office: they are keys, so they are compared as text and keep their zeros. */
export function isCode(text: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$/.test(text);
}

/** The key that a code has when a spreadsheet has taken it for a number: 040100 becomes 40100. */
export function withoutLeadingZeros(code: string): string {
  return /^\d+$/.test(code) ? code.replace(/^0+(?=\d)/, "") : code;
}

/**
 * A reading in full-width katakana, whichever kana it was written in, so that lists sort by one script. Latin letters
 * stay: some people's names have them. `undefined` when the file has no such column.
 */
export function readKana(
  cell: string | undefined,
  place: IssuePlace,
  issues: ImportIssue[],
): string | undefined {
  if (cell === undefined) return undefined;
  const kana = cell
    .normalize("NFKC")
    .replace(/[\u3041-\u3096]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0x60))
    .replace(/\s+/g, " ")
    .trim();
  if (!/^[\u30a1-\u30fa\u30fc・ A-Za-z0-9.,'&()-]*$/.test(kana)) issues.push(issue("kana-invalid", place));
  return kana;
}

/** The parts of a cell that lists several things: LGWAN;インターネット, LGWAN・インターネット, with or without spaces. */
export function splitList(cell: string, separators: RegExp): string[] {
  return cell
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
