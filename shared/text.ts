/**
 * Text that people type. Stored in NFC with ideographic variation sequences (IVS) kept, so that a name with 外字 stays
 * as its owner writes it; searched by NFKC and kana keys. See docs/architecture/text.md.
 */

/** What is wrong with a text, in words for `invalid-text`; `undefined` when it can be stored. */
export type TextFault = { ja: string; en: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the purpose
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;
/** Bidirectional embeddings, overrides and isolates: they can make a sentence read as another one (CVE-2021-42574). */
const bidirectional = /[\u202a-\u202e\u2066-\u2069]/;
const invisible = /[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u180e\u{e0000}-\u{e007f}]/gu;
/** Joined emoji of up to eight parts (families, flags): what is invisible in them belongs there. */
const joinedEmoji =
  /(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)*\u200d){1,7}\p{Extended_Pictographic}|\u{1f3f4}[\u{e0030}-\u{e007a}]{1,6}\u{e007f}/gu;
/** More combining marks in a row than any living writing uses: they paint over the lines around them. */
const stackedMarks = /\p{M}{9,}/u;

/** At most this many invisible characters in one text; ZWJ in emoji and names stay usable. */
const invisibleLimit = 200;

/**
 * Says why a text may not be stored. Tab and newline are fine; other control characters, lone surrogates,
 * bidirectional overrides, heaps of invisible characters and stacks of combining marks are not.
 */
export function findTextFault(text: string): TextFault | undefined {
  if (!text.isWellFormed()) return { ja: "壊れた文字", en: "broken characters" };
  if (control.test(text)) return { ja: "制御文字", en: "control characters" };
  if (bidirectional.test(text)) return { ja: "文字の向きを変える記号", en: "bidirectional overrides" };
  if (countInvisible(text) > invisibleLimit && countInvisible(text.replace(joinedEmoji, "")) > invisibleLimit)
    return { ja: "見えない文字が多すぎます", en: "too many invisible characters" };
  // First as it stands: normalising sorts each run of marks, in minutes for a run of a hundred thousand.
  if (stackedMarks.test(text) || stackedMarks.test(text.normalize("NFD")))
    return { ja: "重ねた記号が多すぎます", en: "too many stacked marks" };
  return undefined;
}

function countInvisible(text: string): number {
  return text.match(invisible)?.length ?? 0;
}

/** The stored form: NFC with line ends as \n. IVS are not touched by NFC. For texts in which no fault was found. */
export function normaliseText(text: string): string {
  return text.replace(/\r\n?/g, "\n").normalize("NFC");
}

const graphemes = new Intl.Segmenter("ja", { granularity: "grapheme" });

/** Length in graphemes: what a person counts as characters (髙, 👨‍👩‍👧 and 葛󠄀 are one each). */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count++;
  return count;
}

/** True when the text has at most `limit` graphemes; cheap for the usual short text. */
export function isWithinCharacters(text: string, limit: number): boolean {
  return text.length <= limit || countCharacters(text) <= limit;
}

/** Katakana as hiragana; whatever else stays. */
export function toHiragana(text: string): string {
  return text.replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60));
}

/**
 * Search key of a name or kana: NFKC, katakana as hiragana, lower case, without spaces and variation selectors.
 * `ｻﾞｲｾｲ`, `ザイセイ` and `ざいせい` have the same key.
 */
export function searchKey(text: string): string {
  return toHiragana(text.normalize("NFKC"))
    .replace(/\s|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu, "")
    .toLowerCase();
}
