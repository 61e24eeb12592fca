/** Whom `@…` may mean: members by name, kana, romaji or section; sections, posts and everybody of the room. Pure. */
import type { PersonSummary } from "#core/identity/contract.ts";
import { searchKey } from "#shared/text.ts";
import type { MentionTargetsPage } from "../../contract.ts";
import { everybodyId, type Mentioned, postId, sectionId } from "./mention-words.ts";

export type Candidate =
  | { kind: "person"; mentioned: Mentioned; person: PersonSummary }
  | { kind: "section" | "post" | "everybody"; mentioned: Mentioned; count: number; refusal: string | null };

/** The readings of posts that every office has; others are found by how they are written. */
const readings: Readonly<Record<string, string>> = {
  市長: "しちょう",
  副市長: "ふくしちょう",
  教育長: "きょういくちょう",
  部長: "ぶちょう",
  次長: "じちょう",
  局長: "きょくちょう",
  参事: "さんじ",
  課長: "かちょう",
  課長補佐: "かちょうほさ",
  室長: "しつちょう",
  所長: "しょちょう",
  館長: "かんちょう",
  園長: "えんちょう",
  主幹: "しゅかん",
  係長: "かかりちょう",
  主査: "しゅさ",
  主任: "しゅにん",
  主事: "しゅじ",
};

/** `romaji`: what the words are when they are read as romaji. */
export function listCandidates(
  words: string,
  members: readonly PersonSummary[],
  targets: MentionTargetsPage | undefined,
  facts: { me: string; language: "ja" | "en"; romaji: RegExp | undefined; everybody: string },
  limit: number,
): readonly Candidate[] {
  const key = searchKey(words);
  const matches = (name: string, kana: string) =>
    key === "" ||
    searchKey(`${name}\n${kana}`).includes(key) ||
    (facts.romaji?.test(searchKey(kana)) ?? false);
  const people: Candidate[] = members
    .filter((person) => person.id !== facts.me)
    .filter((person) => matches(`${person.name}\n${person.sectionName ?? ""}`, person.kana))
    .sort((a, b) => (a.kana < b.kana ? -1 : 1))
    .map((person) => ({ kind: "person", mentioned: { id: person.id, name: person.name }, person }));
  const groups: Candidate[] = [];
  if (targets) {
    const { sections, posts, everybody } = targets;
    if (everybody.count > 1 && matches(facts.everybody, "ぜんいん"))
      groups.push({
        kind: "everybody",
        mentioned: { id: everybodyId, name: "全員" },
        count: everybody.count,
        refusal: everybody.because?.[facts.language] ?? null,
      });
    // Without a word typed, people come first: sections and posts are asked for by name.
    if (key !== "") {
      for (const { id, name, kana, count } of sections)
        if (count > 0 && matches(name, kana))
          groups.push({ kind: "section", mentioned: { id: sectionId(id), name }, count, refusal: null });
      for (const { name, count } of posts)
        if (matches(name, readings[name] ?? ""))
          groups.push({ kind: "post", mentioned: { id: postId(name), name }, count, refusal: null });
    }
  }
  const shownGroups = groups.slice(0, Math.max(3, limit - people.length));
  return [...people.slice(0, limit - shownGroups.length), ...shownGroups];
}
