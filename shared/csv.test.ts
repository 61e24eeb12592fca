import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("cells are quoted, lines end as spreadsheets write them, and a mark says that it is UTF-8", () => {
  expect(
    csvOf([
      ["職員番号", "氏名"],
      ["000123", '髙橋 "花子"'],
    ]),
  ).toBe('\ufeff"職員番号","氏名"\r\n"000123","髙橋 ""花子"""\r\n');
});

test("what a spreadsheet would take for a formula is text", () => {
  const formulas = ["=1+1", "+81-3", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1", " =1", "　＠x"];
  for (const cell of formulas) expect([cell, csvOf([[cell]])]).toEqual([cell, `\ufeff"'${cell}"\r\n`]);
  // An apostrophe of one's own is not the one that marks text.
  expect(csvOf([["'83年入庁"]])).toBe(`\ufeff"''83年入庁"\r\n`);
  for (const cell of ["", "a=b", "A-1", "令和8年4月1日", "x@example.lg.jp"])
    expect(csvOf([[cell]])).toBe(`\ufeff"${cell}"\r\n`);
});
