import type { AccountClass, PersonKind, SectionRole, Zone } from "../contract.ts";

/** The office's words for what the code names in English; both directions, for reading lists and for reports. */

export const kindWords: Readonly<Record<PersonKind, string>> = {
  staff: "職員",
  section: "所属",
  guest: "ゲスト",
};

const kindsByWord: Readonly<Record<string, PersonKind>> = {
  職員: "staff",
  所属: "section",
  所属アカウント: "section",
  ゲスト: "guest",
};

export function kindOfWord(word: string): PersonKind | undefined {
  return kindsByWord[word.normalize("NFKC").trim()];
}

/** The roles that every section with staff must give to somebody. */
export const roleWords: Readonly<Record<SectionRole, string>> = {
  "information-head": "情報責任者",
  "security-officer": "情報セキュリティ担当者",
  "systems-officer": "情報システム担当者",
};

const classes: readonly (readonly [AccountClass, ...string[]])[] = [
  ["video-tablet", "テレビ会議用タブレット", "テレビ会議用"],
  ["remote-tablet", "リモートワーク用タブレット", "リモートワーク用"],
  ["telework", "在宅勤務職員", "在宅勤務"],
  ["section", "所属", "所属アカウント"],
  ["guest-other", "ゲストアカウント他", "ゲスト", "ゲスト他", "ゲストアカウント", "他"],
];

/** The five classes as the procurement paper (document 000) writes them. */
export const classWords: readonly string[] = classes.map(([, word]) => word!);

const classesByWord = new Map(
  classes.flatMap(([value, ...words]) => words.map((word) => [word, value] as const)),
);

export function readClass(word: string): AccountClass | undefined {
  return classesByWord.get(word.normalize("NFKC").replace(/\s/g, ""));
}

export function classWord(value: AccountClass): string {
  return classes.find(([known]) => known === value)![1]!;
}

const zoneNames: Readonly<Record<Zone, string>> = {
  lgwan: "LGWAN",
  internet: "インターネット",
  public: "公開",
};

/** Sides in the order lgwan, internet; undefined when one of the words is not a side on which staff and guests work. */
export function readZones(cell: string): Zone[] | undefined {
  const found = new Set<Zone>();
  for (const part of cell.normalize("NFKC").split(/[;、,/・\s]+/)) {
    const word = part.replace(/側$/, "").toLowerCase();
    if (word === "") continue;
    if (word === "両方") found.add("lgwan").add("internet");
    else if (word === "lgwan" || word === "庁内") found.add("lgwan");
    else if (word === "インターネット" || word === "internet") found.add("internet");
    else return undefined;
  }
  return found.size === 0 ? undefined : (["lgwan", "internet"] as const).filter((zone) => found.has(zone));
}

export function zonesWord(zones: readonly string[]): string {
  return zones.map((zone) => zoneNames[zone as Zone] ?? zone).join(";");
}

/** Where an account of a class is used when the list does not say. */
export function usualZones(value: AccountClass, kind: PersonKind): Zone[] {
  if (value === "section") return ["lgwan"];
  return kind === "guest" ? ["internet"] : ["lgwan", "internet"];
}
