import fc from "fast-check";
import { expect, test } from "vitest";
import { isId, newId } from "./ids.ts";
import { countCharacters, findTextFault, isWithinCharacters, normaliseText, searchKey } from "./text.ts";

test("names are found by kanji, kana of any width, and without regard to spaces and variation selectors", () => {
  expect(searchKey("ｻﾞｲｾｲ ｶ")).toBe(searchKey("ざいせいか"));
  expect(searchKey("葛󠄀城")).toBe(searchKey("葛城"));
  expect(searchKey("ＡＢＣ")).toBe("abc");
});

test("ideographic variation sequences and rare characters survive storing", () => {
  for (const name of ["葛󠄀城", "髙﨑", "𠮷野家", "渡邉"])
    expect(normaliseText(name)).toBe(name.normalize("NFC"));
  expect(normaliseText("葛󠄀")).toContain("\u{e0100}");
});

test("what could deceive or break a screen is refused, ordinary writing of any script is not", () => {
  for (const bad of [
    "\u0000",
    "\u0007",
    "\u202eabc",
    "\ud800",
    "\u2066",
    "\u200b".repeat(300),
    `a${"\u0301".repeat(20)}`,
  ])
    expect(findTextFault(bad), JSON.stringify(bad)).toBeDefined();
  for (const good of ["改行\nとタブ\t", "👨‍👩‍👧‍👦", "שלום", "が", "葛󠄀", "e\u0301", "🇯🇵", "हिन्दी"])
    expect(findTextFault(good), good).toBeUndefined();
});

test("length is what a person counts", () => {
  expect(countCharacters("髙👨‍👩‍👧葛󠄀")).toBe(3);
  expect(isWithinCharacters("👨‍👩‍👧".repeat(10), 10)).toBe(true);
  expect(isWithinCharacters("👨‍👩‍👧".repeat(11), 10)).toBe(false);
});

test("storing twice is storing once, for any text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      (text) => normaliseText(normaliseText(text)) === normaliseText(text),
    ),
  );
});

test("ids are UUIDv7 and carry their millisecond", () => {
  const id = newId(1_700_000_000_123);
  expect(isId(id)).toBe(true);
  expect(id[14]).toBe("7");
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(1_700_000_000_123);
  expect(isId("not-an-id")).toBe(false);
});
