import { describe, expect, it } from "vitest";
import { findable, makeMatcher } from "./match-words.ts";

const finance = findable("財政課", "ざいせいか");
const sato = findable("佐藤 花子", "さとう はなこ", "財政課");

describe("matching words", () => {
  it.each([
    ["財政課", 3],
    ["ｻﾞｲｾｲｶ", 3],
    ["zaiseika", 3],
    ["zaisei-ka", 3],
    ["財政", 2],
    ["zaise", 2],
    ["政課", 1],
    ["seika", 1],
    ["財務", 0],
    ["", 1],
  ])("%s answers 財政課 by %i", (words, match) => {
    expect(makeMatcher(words)(finance)).toBe(match);
  });

  it("wants every word, in any order and in any of the names", () => {
    expect(makeMatcher("財政 hanako")(sato)).toBe(1);
    expect(makeMatcher("hanako sato")(sato)).toBe(1);
    expect(makeMatcher("sato hanako")(sato)).toBe(3);
    expect(makeMatcher("sato 危機")(sato)).toBe(0);
  });
});
