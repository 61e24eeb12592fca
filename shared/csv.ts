/**
 * A CSV file that the office's spreadsheets open rightly and run nothing of: UTF-8 with BOM, every cell quoted, and what
 * a spreadsheet would take for a formula (OWASP: CSV injection) led by the apostrophe that marks text there. The import
 * takes that apostrophe away again, so a list that was exported comes back as it was.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map((cell) => `"${asText(cell).replaceAll('"', '""')}"`).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

/** What starts a formula, also behind space and in the wide forms of Japanese versions of Excel; or an apostrophe of one's own. */
const startsFormula = /^(?:[\s\u3000]*[=+\-@＝＋－＠]|[\t\r\n'])/;

function asText(cell: string): string {
  return startsFormula.test(cell) ? `'${cell}` : cell;
}
