/** Changes to a text that the buttons of the composer make. Pure; `replaceIn` carries them out so that Ctrl+Z takes them back. */

/** Puts `words` in place of `from`..`to`, then selects `select`. */
export type Edit = { from: number; to: number; words: string; select: readonly [number, number] };

export type Format = "bold" | "list" | "quote" | "code" | "table";

/** What a format does to the selected part of a text; the same once more takes it away. */
export function editFor(format: Format, text: string, from: number, to: number): Edit {
  switch (format) {
    case "bold":
      return wrap(text, from, to, "**");
    case "code":
      return text.slice(from, to).includes("\n") ? fenced(text, from, to) : wrap(text, from, to, "`");
    case "list":
      return prefixed(text, from, to, "・", /^(?:・|[-*] |[0-9]{1,3}\. )/);
    case "quote":
      return prefixed(text, from, to, "> ", /^[>＞] ?/);
    case "table":
      return tableAt(text, from, to);
  }
}

function wrap(text: string, from: number, to: number, mark: string): Edit {
  const length = mark.length;
  if (text.slice(from - length, from) === mark && text.slice(to, to + length) === mark)
    return {
      from: from - length,
      to: to + length,
      words: text.slice(from, to),
      select: [from - length, to - length],
    };
  // Blanks at the ends stay outside: a mark beside a blank would not count.
  const chosen = text.slice(from, to);
  const inner = chosen.trim();
  const start = from + (inner ? chosen.indexOf(inner) : 0);
  const end = start + inner.length;
  return { from: start, to: end, words: mark + inner + mark, select: [start + length, end + length] };
}

function fenced(text: string, from: number, to: number): Edit {
  const before = from > 0 && text[from - 1] !== "\n" ? "\n" : "";
  const after = to < text.length && text[to] !== "\n" ? "\n" : "";
  const inner = text.slice(from, to).replace(/\n$/, "");
  const words = `${before}\`\`\`\n${inner}\n\`\`\`${after}`;
  const start = from + before.length + 4;
  return { from, to, words, select: [start, start + inner.length] };
}

function prefixed(text: string, from: number, to: number, prefix: string, known: RegExp): Edit {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const found = text.indexOf("\n", to > from && text[to - 1] === "\n" ? to - 1 : to);
  const end = found < 0 ? text.length : found;
  const lines = text.slice(start, end).split("\n");
  const isSet = lines.every((line) => known.test(line) || line === "") && lines.some((line) => line !== "");
  const words = lines.map((line) => (isSet ? line.replace(known, "") : prefix + line)).join("\n");
  const select = from === to ? start + words.length : start;
  return { from: start, to: end, words, select: [select, start + words.length] };
}

function tableAt(text: string, from: number, to: number): Edit {
  const table = tableOf(text.slice(from, to)) ?? "| 項目 | 内容 |\n|---|---|\n|  |  |";
  const before = from > 0 && text[from - 1] !== "\n" ? "\n" : "";
  const after = to < text.length && text[to] !== "\n" ? "\n" : "";
  const start = from + before.length + 2;
  return { from, to, words: before + table + after, select: [start, start] };
}

const widest = 30;

/**
 * The cells that a spreadsheet puts on the clipboard as a table of a message; undefined when it is no table of at least two
 * columns. Cells with line ends or tabs come in quotes.
 */
export function tableOf(pasted: string): string | undefined {
  if (!pasted.includes("\t")) return undefined;
  const rows = readCells(pasted.replace(/\r\n?/g, "\n").replace(/\n+$/, ""));
  const width = Math.max(...rows.map((row) => row.length));
  const isEven = rows.filter((row) => row.length === width).length >= rows.length / 2;
  if (width < 2 || width > widest || !isEven) return undefined;
  const line = (row: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, index) => cellOf(row[index] ?? "")).join(" | ")} |`;
  const isNumber = (index: number) =>
    rows.length > 1 &&
    rows.slice(1).every((row) => /^[-△▲¥￥]?[\d,.]+[%％円]?$/.test((row[index] ?? "").trim()));
  const under = Array.from({ length: width }, (_, index) => (isNumber(index) ? "--:" : "---"));
  return [line(rows[0]!), `|${under.join("|")}|`, ...rows.slice(1).map(line)].join("\n");
}

function cellOf(cell: string): string {
  return cell.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
}

const quotedCell = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y;
const plainCell = /[^\t\n]*/y;

function readCells(text: string): string[][] {
  const rows: string[][] = [[]];
  for (let at = 0; at <= text.length; at++) {
    quotedCell.lastIndex = plainCell.lastIndex = at;
    const quoted = quotedCell.exec(text);
    const cell = quoted ? quoted[1]!.replaceAll('""', '"') : plainCell.exec(text)![0];
    rows.at(-1)!.push(cell);
    at += quoted ? quoted[0].length : cell.length;
    if (text[at] === "\n") rows.push([]);
  }
  return rows;
}

/** Carries out an edit as if it had been typed, so that the field's own undo takes it back. */
export function replaceIn(field: HTMLTextAreaElement, edit: Edit): void {
  field.focus();
  field.setSelectionRange(edit.from, edit.to);
  const isDone = edit.words
    ? document.execCommand("insertText", false, edit.words)
    : edit.from === edit.to || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(edit.words, edit.from, edit.to);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }
  field.setSelectionRange(...edit.select);
}
