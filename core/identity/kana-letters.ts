/** Kana as people type and sign it in Roman letters. For comparing, not for showing. */
import { toHiragana } from "#shared/text.ts";

const rows: Record<string, string> = {
  a: "あいうえお",
  k: "かきくけこ",
  s: "さしすせそ",
  t: "たちつてと",
  n: "なにぬねの",
  h: "はひふへほ",
  m: "まみむめも",
  r: "らりるれろ",
  g: "がぎぐげご",
  z: "ざじずぜぞ",
  d: "だぢづでど",
  b: "ばびぶべぼ",
  p: "ぱぴぷぺぽ",
};
const vowels = "aiueo";
const special: Record<string, string> = {
  し: "shi",
  ち: "chi",
  つ: "tsu",
  ふ: "fu",
  じ: "ji",
  ぢ: "ji",
  づ: "zu",
  や: "ya",
  ゆ: "yu",
  よ: "yo",
  わ: "wa",
  ゐ: "i",
  ゑ: "e",
  を: "o",
  ん: "n",
  ゔ: "vu",
  ぁ: "a",
  ぃ: "i",
  ぅ: "u",
  ぇ: "e",
  ぉ: "o",
};

const syllables = new Map<string, string>();
for (const [consonant, kana] of Object.entries(rows))
  [...kana].forEach((character, index) => {
    syllables.set(character, `${consonant === "a" ? "" : consonant}${vowels[index]}`);
  });
for (const [kana, letters] of Object.entries(special)) syllables.set(kana, letters);

const small: Record<string, string> = { ゃ: "a", ゅ: "u", ょ: "o" };

/**
 * Kana (hiragana or katakana) in Hepburn letters, every vowel written: さとう → satou, きょうこ → kyouko. Whatever is no
 * kana stays as it is.
 */
export function toRomaji(kana: string): string {
  const characters = [...toHiragana(kana.normalize("NFKC"))];
  let letters = "";
  let doubles = false;
  for (const character of characters) {
    if (character === "っ") {
      doubles = true;
      continue;
    }
    if (character === "ー") continue;
    const glide = small[character];
    if (glide !== undefined) {
      // きょ is kyo, but しょ and ちょ are sho and cho: sh, ch and j already hold the glide.
      letters = letters.endsWith("i") ? letters.slice(0, -1) : letters;
      letters += /(?:sh|ch|j)$/.test(letters) ? glide : `y${glide}`;
      continue;
    }
    const syllable = syllables.get(character) ?? character;
    letters += doubles ? (syllable.startsWith("ch") ? "t" : (syllable[0] ?? "")) : "";
    letters += syllable;
    doubles = false;
  }
  return letters;
}

/** The same without the long vowels that signatures leave out: satou → sato, oono → ono. */
export function shortRomaji(romaji: string): string {
  return romaji.replace(/ou|oo/g, "o").replace(/uu/g, "u");
}
