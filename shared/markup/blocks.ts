/**
 * A message as blocks: paragraphs, lists, quotes, code and tables. A subset of Markdown in which Japanese office text looks as
 * it was typed: ・ and １． make lists, ＞ quotes, every line end stays, and a list keeps the very marks that somebody wrote.
 * No HTML, no pictures; a heading is a bold line. Never throws, linear in the length of the text.
 */
import { type Inline, parseInline } from "./inline.ts";

export type ListItem = {
  /** As typed: ・, -, 1., １． */
  marker: string;
  /** 0 to 3: how far it is indented. */
  depth: number;
  lines: readonly (readonly Inline[])[];
};

export type Align = "start" | "center" | "end";

export type Block =
  | { kind: "paragraph"; lines: readonly (readonly Inline[])[] }
  | { kind: "heading"; line: readonly Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "quote"; blocks: readonly Block[] }
  | { kind: "list"; isOrdered: boolean; items: readonly ListItem[] }
  | { kind: "table"; aligns: readonly Align[]; rows: readonly (readonly (readonly Inline[])[])[] };

const deepestQuote = 3;
const deepestItem = 3;
const widestTable = 30;

const fence = /^ {0,3}(`{3,})([^`]{0,40})$/;
const quote = /^[>＞] ?/;
/** >_<, ＞＜, >ω< are faces. */
const face = /^[>＞][^\s\u3000>＞<＜]{0,3}[<＜]/;
const bullet = /^([ \t\u3000]*)([-*+•][ \u3000]|・)[ \u3000]*(?=\S)(.*)$/;
const number =
  /^([ \t\u3000]*)(?:([0-9]{1,3}[.)])[ \u3000]+|([0-9０-９]{1,3}．)[ \u3000]*(?![0-9０-９]))(?=\S)(.*)$/;
/** A line of strokes or stars that parts a message: it stays as it is. */
const rule = /^[\s\u3000]*[-*+•=_][-*+•=_\s\u3000]*$/;
const heading = /^#{1,4} +(?=\S)(.*)$/;
const delimiterCell = /^\s*(:?)-+(:?)\s*$/;

/** The blocks of a message. */
export function parseMarkup(text: string): readonly Block[] {
  return parseLines(text.split("\n"), 0);
}

function parseLines(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: (readonly Inline[])[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", lines: paragraph });
    paragraph = [];
  };
  const put = (block: Block) => {
    endParagraph();
    blocks.push(block);
  };

  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    const opened = fence.exec(line);
    if (opened) {
      const end = findFenceEnd(lines, at + 1, opened[1]!.length);
      put({ kind: "code", language: opened[2]!.trim(), text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
    } else if (isQuote(line) && depth < deepestQuote) {
      const quoted: string[] = [];
      for (; at < lines.length && isQuote(lines[at]!); at++) quoted.push(lines[at]!.replace(quote, ""));
      put({ kind: "quote", blocks: parseLines(quoted, depth + 1) });
    } else if (readItem(line)) {
      const { block, next } = readList(lines, at);
      put(block);
      at = next;
    } else if (isTableAt(lines, at)) {
      const { block, next } = readTable(lines, at);
      put(block);
      at = next;
    } else {
      const title = heading.exec(line);
      if (title) put({ kind: "heading", line: parseInline(title[1]!) });
      else paragraph.push(parseInline(line));
      at++;
    }
  }
  endParagraph();
  return blocks;
}

function isQuote(line: string): boolean {
  return quote.test(line) && !face.test(line);
}

/** The line that closes a code block, or the end: what is still being written shows as code already. */
function findFenceEnd(lines: readonly string[], from: number, length: number): number {
  for (let at = from; at < lines.length; at++) {
    const match = /^ {0,3}(`{3,}) *$/.exec(lines[at]!);
    if (match && match[1]!.length >= length) return at;
  }
  return lines.length;
}

type Item = { marker: string; indent: number; isOrdered: boolean; text: string };

function readItem(line: string): Item | undefined {
  const dotted = bullet.exec(line);
  if (dotted) {
    if (rule.test(line)) return undefined;
    return { marker: dotted[2]!.trim(), indent: widthOf(dotted[1]!), isOrdered: false, text: dotted[3]! };
  }
  const numbered = number.exec(line);
  if (!numbered) return undefined;
  const marker = (numbered[2] ?? numbered[3])!;
  return { marker, indent: widthOf(numbered[1]!), isOrdered: true, text: numbered[4]! };
}

/** Items that follow each other; a line that is indented further than nothing belongs to the item above. */
function readList(lines: readonly string[], from: number): { block: Block; next: number } {
  const items: { marker: string; depth: number; lines: (readonly Inline[])[] }[] = [];
  let isOrdered = false;
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const item = readItem(line);
    const last = items.at(-1);
    if (item) {
      const depth = Math.min(deepestItem, Math.floor(item.indent / 2));
      if (!last) isOrdered = item.isOrdered;
      // 1. after ・ on the same level begins another list.
      else if (depth === 0 && item.isOrdered !== isOrdered) break;
      items.push({ marker: item.marker, depth, lines: [parseInline(item.text)] });
    } else if (last && /^(?: {2,}|\t|\u3000)\S/.test(line) && !fence.test(line))
      last.lines.push(parseInline(line.trimStart()));
    else break;
  }
  return { block: { kind: "list", isOrdered, items }, next: at };
}

function isTableAt(lines: readonly string[], at: number): boolean {
  const head = lines[at]!;
  const under = lines[at + 1];
  if (!head.includes("|") || !under?.includes("|") || !under.includes("-")) return false;
  const cells = cellsOf(under);
  return (
    cells.length <= widestTable &&
    cellsOf(head).length === cells.length &&
    cells.every((cell) => delimiterCell.test(cell))
  );
}

function readTable(lines: readonly string[], from: number): { block: Block; next: number } {
  const aligns = cellsOf(lines[from + 1]!).map((cell): Align => {
    const [, start, end] = delimiterCell.exec(cell)!;
    return end ? (start ? "center" : "end") : "start";
  });
  const rows = [readRow(lines[from]!, aligns.length)];
  let at = from + 2;
  for (; at < lines.length && lines[at]!.includes("|"); at++) rows.push(readRow(lines[at]!, aligns.length));
  return { block: { kind: "table", aligns, rows }, next: at };
}

/** A row of the table's width: missing cells are empty, and what is too much stays in the last one. */
function readRow(line: string, width: number): (readonly Inline[])[] {
  const cells = cellsOf(line);
  const kept =
    cells.length > width ? [...cells.slice(0, width - 1), cells.slice(width - 1).join("|")] : cells;
  return Array.from({ length: width }, (_, index) => parseInline((kept[index] ?? "").trim()));
}

/** Cells between strokes; \| is a stroke inside a cell. */
function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|"));
}

function widthOf(indent: string): number {
  return indent.replace(/[\t\u3000]/g, "  ").length;
}
