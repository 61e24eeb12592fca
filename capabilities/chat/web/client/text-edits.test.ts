import { describe, expect, it } from "vitest";
import { editFor, type Format, tableOf } from "./text-edits.ts";

/** The text after a format, with the selection in 〔 〕. */
function applied(format: Format, marked: string): string {
  const from = marked.indexOf("〔");
  const to = marked.indexOf("〕") - 1;
  const text = marked.replace(/[〔〕]/g, "");
  const edit = editFor(format, text, from, to);
  const next = text.slice(0, edit.from) + edit.words + text.slice(edit.to);
  return `${next.slice(0, edit.select[0])}〔${next.slice(...edit.select)}〕${next.slice(edit.select[1])}`;
}

describe("buttons of the composer", () => {
  it.each([
    ["bold", "これは〔重要〕です", "これは**〔重要〕**です"],
    ["bold", "これは**〔重要〕**です", "これは〔重要〕です"],
    ["bold", "〔〕", "**〔〕**"],
    ["bold", "〔 重要 〕", " **〔重要〕** "],
    ["code", "〔npm〕", "`〔npm〕`"],
    ["code", "前〔一\n二〕", "前\n```\n〔一\n二〕\n```"],
    ["list", "〔一\n二〕\n三", "〔・一\n・二〕\n三"],
    ["list", "〔・一\n- 二〕", "〔一\n二〕"],
    ["quote", "前\n一〔〕二", "前\n> 一二〔〕"],
    ["quote", "〔＞ 一〕", "〔一〕"],
  ] as const)("%s: %s", (format, before, expected) => expect(applied(format, before)).toBe(expected));

  it("a table begins empty, or holds the cells that were chosen", () => {
    expect(applied("table", "前〔〕")).toContain("前\n| 〔〕項目 | 内容 |\n|---|---|");
    expect(applied("table", "〔課\t人数\n財政課\t12〕")).toBe(
      "| 〔〕課 | 人数 |\n|---|--:|\n| 財政課 | 12 |",
    );
  });
});

describe("cells of a spreadsheet", () => {
  it("become a table, with numbers to the right", () => {
    expect(tableOf("避難所\t定員\r\n中央公民館\t1,200\r\n西小学校\t80\r\n")).toBe(
      "| 避難所 | 定員 |\n|---|--:|\n| 中央公民館 | 1,200 |\n| 西小学校 | 80 |",
    );
  });

  it("with line ends, quotes and strokes in them stay one cell", () => {
    expect(tableOf('a\t"一\n二"\n"言う ""はい"""\tx|y')).toBe(
      '| a | 一 二 |\n|---|---|\n| 言う "はい" | x\\|y |',
    );
  });

  it.each(["ふつうの文です。", "字下げ\tのある文\nふつうの行\nもう一行", Array(40).fill("x").join("\t")])(
    "%s is none",
    (text) => expect(tableOf(text)).toBeUndefined(),
  );
});
