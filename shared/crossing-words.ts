/**
 * The words of the rules about what may cross between zones: a rule as a sentence, as it stands in a refusal, in the audit
 * record and on the page where the rules are written.
 */
import { type Classification, classificationsOn } from "./classification.ts";
import { type Words, zoneWords } from "./zone-words.ts";

export type { Words } from "./zone-words.ts";
export { zoneWords } from "./zone-words.ts";

/** A rule as far as its sentence needs it: `CrossingRule` of core/crossing/contract.ts. */
export type SpokenRule = {
  effect: "allow" | "refuse";
  deeds: readonly CrossingDeedWord[] | null;
  zones: { is: readonly string[] } | { not: readonly string[] } | null;
  kinds: readonly ("staff" | "section" | "guest")[] | null;
  offices: readonly ("accounts" | "rules" | "audit" | "records")[] | null;
  rooms:
    | { kinds: readonly ("direct" | "group" | "section" | "municipality")[] }
    | { ids: readonly string[] }
    | null;
  classifications: readonly Classification[] | null;
  origins: readonly string[] | null;
};
export type CrossingDeedWord = keyof typeof deedWords;

export const deedWords = {
  read: { ja: "読む", en: "read" },
  "open-pages": { ja: "ページの画像で開く", en: "open as pages" },
  download: { ja: "ダウンロードする", en: "download" },
  copy: { ja: "コピーする", en: "copy" },
  upload: { ja: "アップロードする", en: "upload" },
  "carry-in": { ja: "LGWAN へ持ち込む", en: "carry in to LGWAN" },
  "carry-out": { ja: "LGWAN から持ち出す", en: "carry out of LGWAN" },
} as const satisfies Record<string, Words>;

export const kindWords = {
  staff: { ja: "職員", en: "staff" },
  section: { ja: "所属アカウント", en: "section accounts" },
  guest: { ja: "ゲスト", en: "guests" },
} as const satisfies Record<string, Words>;

export const officeWords = {
  accounts: { ja: "アカウント", en: "accounts" },
  rules: { ja: "ルール", en: "rules" },
  audit: { ja: "監査", en: "audit" },
  records: { ja: "文書", en: "records" },
} as const satisfies Record<string, Words>;

export const roomKindWords = {
  direct: { ja: "1対1のルーム", en: "direct rooms" },
  group: { ja: "グループのルーム", en: "groups" },
  section: { ja: "所属のルーム", en: "rooms of sections" },
  municipality: { ja: "全庁のルーム", en: "rooms of everybody" },
} as const satisfies Record<string, Words>;

/** The words of a class in the newest edition: sentences are shown, not kept. */
export function classWords(classification: Classification): Words {
  return classificationsOn("9999-12-31").labels[classification];
}

/**
 * A rule as a sentence.
 *
 * @param nameOf names of rooms, for who may know them; without it the sentence says only that it names some
 */
export function crossingSentence(rule: SpokenRule, nameOf?: NameOf): Words {
  return { ja: inJapanese(rule, nameOf), en: inEnglish(rule, nameOf) };
}

type NameOf = (roomId: string) => string | undefined;

/** Rooms by their names; of those whose names the reader may not know, how many they are. */
export function listRooms(ids: readonly string[], nameOf: NameOf): Words {
  const names = ids.flatMap((id) => nameOf(id) ?? []);
  const others = ids.length - names.length;
  return {
    ja: [
      ...names.map((name) => `「${name}」`),
      ...(others > 0 ? [others === 1 ? "あるルーム" : `ある${others}つのルーム`] : []),
    ].join("・"),
    en: [
      ...names.map((name) => `“${name}”`),
      ...(others > 0 ? [others === 1 ? "a room" : `${others} rooms`] : []),
    ].join(", "),
  };
}

function inJapanese(rule: SpokenRule, nameOf: NameOf | undefined): string {
  const { zones, kinds, offices, rooms, origins } = rule;
  const places = zones && ("is" in zones ? zones.is : zones.not).map((zone) => zoneWords(zone).ja).join("・");
  const where = places ? `${places}${zones && "is" in zones ? "では、" : "のほかでは、"}` : "";
  const holders = offices ? `${offices.map((one) => officeWords[one].ja).join("・")}担当の` : "";
  const who = kinds?.map((one) => kindWords[one].ja).join("・") ?? (offices ? "管理者" : "");
  const object = [
    rooms &&
      `${"ids" in rooms ? (nameOf ? listRooms(rooms.ids, nameOf).ja : "名前を挙げたルーム") : rooms.kinds.map((kind) => roomKindWords[kind].ja).join("・")}の`,
    origins && `${origins.map((zone) => zoneWords(zone).ja).join("・")}から来た`,
    rule.classifications && `${listClasses(rule.classifications, "ja")}の`,
  ].join("");
  const verbs = rule.deeds?.map((deed) => deedWords[deed].ja).join("・") ?? "扱う";
  const end = rule.effect === "allow" ? "ことができます" : "ことはできません";
  return `${where}${holders}${who ? `${who}は` : ""}${object ? `${object}ものを` : ""}${verbs}${end}`;
}

function inEnglish(rule: SpokenRule, nameOf: NameOf | undefined): string {
  const { zones, kinds, offices, rooms, origins } = rule;
  const places = zones && ("is" in zones ? zones.is : zones.not).map((zone) => zoneWords(zone).en).join(", ");
  const where = places ? ` ${zones && "is" in zones ? "on" : "anywhere but on"} ${places}` : "";
  const holders = offices ? ` in charge of ${offices.map((one) => officeWords[one].en).join(", ")}` : "";
  const who = kinds?.map((one) => kindWords[one].en).join(", ") ?? (offices ? "administrators" : undefined);
  const from = origins ? ` from ${origins.map((zone) => zoneWords(zone).en).join(", ")}` : "";
  const inRooms = rooms
    ? ` in ${"ids" in rooms ? (nameOf ? listRooms(rooms.ids, nameOf).en : "the rooms it names") : rooms.kinds.map((kind) => roomKindWords[kind].en).join(", ")}`
    : "";
  const what = rule.classifications ? listClasses(rule.classifications, "en") : "anything";
  const verbs = rule.deeds?.map((deed) => deedWords[deed].en).join(", ") ?? "handle";
  const modal = rule.effect === "refuse" && who ? "may not" : "may";
  return `${who ?? "nobody"}${holders} ${modal} ${verbs} ${what}${from}${inRooms}${where}`;
}

/** 機密性2・1 */
export function listClasses(classes: readonly Classification[], language: "ja" | "en"): string {
  const [first, ...rest] = classes;
  return first ? [classWords(first)[language], ...rest].join(language === "ja" ? "・" : ", ") : "";
}
