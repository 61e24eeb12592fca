/**
 * Romaji as people type it, to be found among kana: Hepburn, Kunrei, Nihon-shiki and the habits of input methods, mixed as
 * they come. One spelling can be several readings (`ji` is じ or ぢ; `kinen` is きねん or きんえん; the long vowel of さとう
 * may be left out), so that the answer is a pattern to look for, never a transliteration to show.
 */

/** The kana of each syllable; the first is the usual one. */
const syllables = new Map<string, readonly string[]>();

const vowels = ["a", "i", "u", "e", "o"] as const;

/** A row of the table: the kana for a, i, u, e, o, apart by blanks; `-` where there is none, `/` between alternatives. */
function row(consonant: string, kana: string): void {
  for (const [index, cell] of kana.split(" ").entries())
    if (cell !== "-") syllables.set(consonant + vowels[index], cell.split("/"));
}

row("", "あ い う え お/を");
row("k", "か き く け こ");
row("c", "か し く せ こ");
row("g", "が ぎ ぐ げ ご");
row("s", "さ し す せ そ");
row("z", "ざ じ/ぢ ず/づ ぜ ぞ");
row("t", "た ち/てぃ つ/とぅ て と");
row("d", "だ ぢ/じ/でぃ づ/ず/どぅ で ど");
row("n", "な に ぬ ね の");
row("h", "は ひ ふ へ ほ");
row("b", "ば び ぶ べ ぼ");
row("p", "ぱ ぴ ぷ ぺ ぽ");
row("m", "ま み む め も");
row("y", "や - ゆ いぇ よ");
row("r", "ら り る れ ろ");
row("l", "ら り る れ ろ");
row("w", "わ うぃ う うぇ を/お/うぉ");
row("f", "ふぁ ふぃ ふ ふぇ ふぉ");
row("v", "ゔぁ/ば ゔぃ/び ゔ/ぶ ゔぇ/べ ゔぉ/ぼ");
row("ts", "つぁ つぃ つ つぇ つぉ");
row("sh", "しゃ し しゅ しぇ しょ");
row("ch", "ちゃ ち ちゅ ちぇ ちょ");
row("j", "じゃ/ぢゃ じ/ぢ じゅ/ぢゅ じぇ じょ/ぢょ");
row("th", "てゃ てぃ てゅ てぇ てょ");
row("dh", "でゃ でぃ でゅ でぇ でょ");
row("dz", "- - づ/ず - -");
for (const [consonant, kana] of Object.entries({
  ky: "き",
  gy: "ぎ",
  sy: "し",
  zy: "じ",
  jy: "じ",
  ty: "ち",
  cy: "ち",
  dy: "ぢ",
  ny: "に",
  hy: "ひ",
  by: "び",
  py: "ぴ",
  my: "み",
  ry: "り",
}))
  row(consonant, `${kana}ゃ ${kana}ぃ ${kana}ゅ ${kana}ぇ ${kana}ょ`);

const longest = Math.max(...[...syllables.keys()].map((spelling) => spelling.length));

/** What can make a vowel long, in kana, and the letters by which it is typed. */
const long: Readonly<Record<string, { typed: string; kana: string }>> = {
  a: { typed: "a", kana: "あー" },
  i: { typed: "i", kana: "いー" },
  u: { typed: "u", kana: "うー" },
  e: { typed: "ei", kana: "えいー" },
  o: { typed: "ou", kana: "おうー" },
};
/** Often left out in writing (Ota, Sato, Yuko); the others are nearly always written. */
const oftenLeftOut: Readonly<Record<string, string>> = {
  a: "ー?",
  i: "ー?",
  u: "[うー]?",
  e: "ー?",
  o: "[おうー]?",
};

/**
 * A regular expression that finds the kana a text in romaji may stand for, as source that JavaScript and PostgreSQL read
 * alike, over keys made by `searchKey`. Undefined when the text is not romaji (`財政`, `LGWAN`) or too short to narrow
 * anything. A syllable that is being typed counts with each of its vowels: `zaisei-k` finds ざいせいか.
 */
export function romajiPattern(text: string): string | undefined {
  const letters = plainLetters(text);
  if (!/^[a-z'^]{2,60}$/.test(letters)) return undefined;
  let pattern = "";
  for (let at = 0; at < letters.length; ) {
    const step = readSyllable(letters, at);
    if (!step) return undefined;
    pattern += step.pattern;
    at += step.length;
  }
  return pattern === "" ? undefined : pattern;
}

/** `Zaisei-Ka`, `zaisei ka`, `ｚａｉｓｅｉｋａ` in one form. A macron, as in ō, becomes `^`. */
function plainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0304\u0302]|ー/g, "^")
    .replace(/[’ʼ`]/g, "'")
    .replace(/[\s\-‐‑–_.・]+/g, "");
}

type Step = { pattern: string; length: number };

function readSyllable(letters: string, at: number): Step | undefined {
  const here = letters[at]!;
  const next = letters[at + 1];
  if (here === "'") return { pattern: "", length: 1 };
  if (here === "n" && next === "'") return { pattern: "ん", length: 2 };
  if (here === "n" && next === "n") return readDoubleN(letters, at);
  if (here === "n" && next !== undefined && !isVowel(next) && next !== "y")
    return { pattern: "ん", length: 1 };
  // ん or a syllable of n that is only begun.
  if (here === "n" && next === undefined)
    return at === 0 ? undefined : { pattern: "[んなにぬねの]", length: 1 };
  // Hepburn writes ん before b, m and p as m: Shimbashi, kemmu.
  if (here === "m" && next !== undefined && "bmp".includes(next)) return { pattern: "ん", length: 1 };
  if (next !== undefined && !isVowel(here) && (here === next || (here === "t" && next === "c")))
    return { pattern: "っ", length: 1 };
  for (let length = Math.min(longest, letters.length - at); length > 0; length--) {
    const spelling = letters.slice(at, at + length);
    const kana = syllables.get(spelling);
    if (!kana) continue;
    // A vowel behind n may begin a syllable of its own: きねん, きんえん.
    const all = spelling.length > 1 && here === "n" ? [...kana, ...behindN(spelling)] : kana;
    const vowel = readLength(letters, at + length);
    return { pattern: oneOf(all) + vowel.pattern, length: length + vowel.length };
  }
  return at > 0 ? readBeginning(letters.slice(at)) : undefined;
}

/** `onna` is おんな, `kinnen` is きんねん or, as input methods have it, きんえん; `kinn` is きん. */
function readDoubleN(letters: string, at: number): Step {
  const rest = letters.slice(at + 1);
  const spelling = /^n(y?[aiueo])/.exec(rest)?.[1];
  if (spelling === undefined) return { pattern: "ん", length: 2 };
  const vowel = readLength(letters, at + 2 + spelling.length);
  const kana = [...(syllables.get(`n${spelling}`) ?? []), ...(syllables.get(spelling) ?? [])];
  return { pattern: `ん${oneOf(kana)}${vowel.pattern}`, length: 2 + spelling.length + vowel.length };
}

function behindN(spelling: string): string[] {
  return (syllables.get(spelling.slice(1)) ?? []).map((kana) => `ん${kana}`);
}

/** How long the vowel before `at` is: written out, by a macron, by h (Ohta), or left to the reader. */
function readLength(letters: string, at: number): Step {
  const vowel = letters[at - 1]!;
  const { typed, kana } = long[vowel]!;
  const next = letters[at];
  if (next === "^") return { pattern: `[${kana}]`, length: 1 };
  if (next !== undefined && typed.includes(next)) return { pattern: `[${kana}]`, length: 1 };
  const after = letters[at + 1];
  if (vowel === "o" && next === "h" && !(after !== undefined && (isVowel(after) || after === "y")))
    return { pattern: "[おうー]", length: 1 };
  return { pattern: oftenLeftOut[vowel]!, length: 0 };
}

/** A syllable that has only been begun, at the end of the text. */
function readBeginning(rest: string): Step | undefined {
  const kana = [...syllables].flatMap(([spelling, all]) => (spelling.startsWith(rest) ? all : []));
  return kana.length === 0 ? undefined : { pattern: oneOf([...new Set(kana)]), length: rest.length };
}

function oneOf(kana: readonly string[]): string {
  return kana.length === 1 ? kana[0]! : `(?:${kana.join("|")})`;
}

function isVowel(letter: string): boolean {
  return "aiueo".includes(letter);
}
