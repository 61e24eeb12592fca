import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { romajiPattern } from "./romaji.ts";
import { searchKey } from "./text.ts";

function finds(romaji: string, kana: string): boolean {
  const pattern = romajiPattern(romaji);
  return pattern !== undefined && new RegExp(pattern).test(searchKey(kana));
}

describe("romaji finds kana", () => {
  it.each([
    ["zaiseika", "ざいせいか"],
    ["zaisei-ka", "ざいせいか"],
    ["Zaisei Ka", "ザイセイカ"],
    ["ｚａｉｓｅｉ", "ざいせいか"],
    ["zaisēka", "ざいせいか"],
    ["shichouson", "しちょうそん"],
    ["sityouson", "しちょうそん"],
    ["shichoson", "しちょうそん"],
    ["jinjika", "じんじか"],
    ["zinzika", "じんじか"],
    ["fukushi", "ふくし"],
    ["hukusi", "ふくし"],
    ["tsuchiya", "つちや"],
    ["tutiya", "つちや"],
    ["hanaji", "はなぢ"],
    ["tsuzuki", "つづき"],
    ["tuduki", "つづき"],
    ["ota", "おおた"],
    ["ohta", "おおた"],
    ["oota", "おおた"],
    ["ōta", "おおた"],
    ["sato", "さとう はなこ"],
    ["satou", "さとう"],
    ["satoh", "さとう"],
    ["satoo", "さとう"],
    ["yuko", "ゆうこ"],
    ["shimbun", "しんぶん"],
    ["sinbun", "しんぶん"],
    ["kemmu", "けんむ"],
    ["kin'en", "きんえん"],
    ["kinen", "きねん"],
    ["kinen", "きんえん"],
    ["kinnen", "きんえん"],
    ["kinnen", "きんねん"],
    ["onna", "おんな"],
    ["honya", "ほんや"],
    ["honnya", "ほんや"],
    ["hattori", "はっとり"],
    ["matchi", "まっち"],
    ["macchi", "まっち"],
    ["mattya", "まっちゃ"],
    ["senta", "センター"],
    ["sentaa", "センター"],
    ["sutorimingu", "ストリーミング"],
    ["watanabe", "わたなべ"],
    ["kenkouhoken", "こくみんけんこうほけんか"],
    ["ojima", "をじま"],
    ["kiki", "ききかんりか"],
    ["kikikanrika", "ききかんりか"],
  ])("%s finds %s", (romaji, kana) => {
    expect(finds(romaji, kana)).toBe(true);
  });

  it.each([
    ["zaisei-k", "ざいせいか"],
    ["zaiseis", "ざいせいしつ"],
    ["suzuk", "すずき"],
    ["kikikan", "ききかなり"],
    ["tosh", "としょかん"],
  ])("%s, still being typed, finds %s", (romaji, kana) => {
    expect(finds(romaji, kana)).toBe(true);
  });

  it.each([
    ["zaiseika", "ざいむか"],
    ["sato", "さいとう"],
    ["oono", "おの"],
    ["onna", "おな"],
    ["kinen", "きえん"],
    ["hatori", "はっとり"],
    ["zaiseis", "ざいせいか"],
  ])("%s does not find %s", (romaji, kana) => {
    expect(finds(romaji, kana)).toBe(false);
  });

  it.each(["財政", "さとう", "LGWAN", "k", "a1", "", "xyzzy", "(a+)+$", "a".repeat(61)])(
    "%s is no romaji",
    (text) => {
      expect(romajiPattern(text)).toBeUndefined();
    },
  );

  it("gives nothing but kana and harmless signs, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.boolean(), (text, isLatin) => {
        const typed = isLatin ? text.replace(/[^a-zA-Z'-]/g, (c) => "kasinou"[c.charCodeAt(0) % 7]!) : text;
        const pattern = romajiPattern(typed);
        if (pattern === undefined) return;
        expect(pattern).toMatch(/^[\u3041-\u3096ー()?:|[\]]+$/);
        expect(() => new RegExp(pattern)).not.toThrow();
      }),
      { seed: 20261121 },
    );
  });
});
