/**
 * Finds what somebody means by a few letters: kanji, kana of any width or romaji, in the middle of a name or at its
 * beginning. For lists that are on this side already; the directory on the server searches by the same rules.
 */
import { romajiPattern } from "./romaji.ts";
import { searchKey } from "./text.ts";

/** 0: not meant. 1: found somewhere. 2: something in it begins so. 3: it is exactly that. */
export type Match = 0 | 1 | 2 | 3;

/** The names under which a thing is found, e.g. its name and its kana, ready for comparing. */
export type Findable = readonly string[];

export function findable(...names: readonly (string | null | undefined)[]): Findable {
  return names.flatMap((name) => (name ? [searchKey(name)] : []));
}

/** A function that says how well each thing answers the words. Every word must be found in one name or another. */
export function makeMatcher(words: string): (thing: Findable) => Match {
  const whole = makeWordMatcher(words);
  const parts = words.split(/[\s\u3000]+/).filter((word) => word !== "");
  if (parts.length < 2) return whole;
  const each = parts.map(makeWordMatcher);
  return (thing) => {
    const asOne = whole(thing);
    if (asOne > 0) return asOne;
    return each.every((match) => match(thing) > 0) ? 1 : 0;
  };
}

function makeWordMatcher(word: string): (thing: Findable) => Match {
  const key = searchKey(word);
  if (key === "") return () => 1;
  const pattern = romajiPattern(word);
  const romaji = pattern === undefined ? undefined : new RegExp(pattern);
  return (thing) => {
    let best: Match = 0;
    for (const name of thing) {
      const at = name.indexOf(key);
      if (at === 0) best = name.length === key.length ? 3 : (Math.max(best, 2) as Match);
      else if (at > 0) best = Math.max(best, 1) as Match;
      else if (romaji) {
        const found = romaji.exec(name);
        if (found)
          best = Math.max(best, found.index > 0 ? 1 : found[0].length === name.length ? 3 : 2) as Match;
      }
      if (best === 3) break;
    }
    return best;
  };
}
