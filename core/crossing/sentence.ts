import type { Rule } from "#core/policy/index.ts";
import { classificationsOn } from "#shared/classification.ts";
import type {
  Classification,
  CrossingDeed,
  CrossingQuestion,
  CrossingRoomKind,
  CrossingRule,
} from "./contract.ts";

type Words = { ja: string; en: string };

const deeds: Record<CrossingDeed, Words> = {
  read: { ja: "読む", en: "read" },
  "open-pages": { ja: "ページの画像で開く", en: "open as pages" },
  download: { ja: "ダウンロードする", en: "download" },
  copy: { ja: "コピーする", en: "copy" },
  upload: { ja: "アップロードする", en: "upload" },
  "carry-in": { ja: "LGWAN へ持ち込む", en: "carry in to LGWAN" },
  "carry-out": { ja: "LGWAN から持ち出す", en: "carry out of LGWAN" },
};
const zones: Record<string, Words> = {
  lgwan: { ja: "LGWAN 側", en: "the LGWAN side" },
  internet: { ja: "インターネット側", en: "the Internet side" },
  public: { ja: "公開側", en: "the public side" },
};
const kinds: Record<CrossingQuestion["kind"], Words> = {
  staff: { ja: "職員", en: "staff" },
  section: { ja: "所属アカウント", en: "section accounts" },
  guest: { ja: "ゲスト", en: "guests" },
};
const offices: Record<CrossingQuestion["offices"][number], Words> = {
  accounts: { ja: "アカウント", en: "accounts" },
  rules: { ja: "ルール", en: "rules" },
  audit: { ja: "監査", en: "audit" },
  records: { ja: "文書", en: "records" },
};
const roomKinds: Record<CrossingRoomKind, Words> = {
  direct: { ja: "1対1のルーム", en: "direct rooms" },
  group: { ja: "グループのルーム", en: "groups" },
  section: { ja: "所属のルーム", en: "rooms of sections" },
  municipality: { ja: "全庁のルーム", en: "rooms of everybody" },
};

/** Nobody has said how confidential a thing is. */
export const unknownClass: Rule = {
  id: "crossing.unknown-class",
  ja: "機密性の区分が分からないものは、扱うことができません",
  en: "what nobody has classified cannot be handled",
};

/** No rule speaks of it. */
export function unpermitted(question: CrossingQuestion): Rule {
  const { zone, kind, deed, classification } = question;
  const label = classification === "unknown" ? undefined : labels()[classification];
  return {
    id: "crossing.unpermitted",
    ja: `${zoneWords(zone).ja}で${kinds[kind].ja}が${label ? `${label.ja}のものを` : ""}${deeds[deed].ja}ことを認めるルールはありません`,
    en: `no rule lets ${kinds[kind].en} ${deeds[deed].en} ${label ? label.en : "this"} on ${zoneWords(zone).en}`,
  };
}

const known = new WeakMap<CrossingRule, Rule>();

/** A rule of the table as a sentence: the same words on the button, in the refusal, on the page and in the audit entry. */
export function sentenceOf(rule: CrossingRule): Rule {
  const told = known.get(rule) ?? { id: `crossing.${rule.id}`, ja: inJapanese(rule), en: inEnglish(rule) };
  known.set(rule, told);
  return told;
}

function inJapanese(rule: CrossingRule): string {
  const { zones, kinds: people, offices: held, rooms, origins } = rule;
  const places = zones && ("is" in zones ? zones.is : zones.not).map((zone) => zoneWords(zone).ja).join("・");
  const where = places ? `${places}${zones && "is" in zones ? "では、" : "のほかでは、"}` : "";
  const holders = held ? `${held.map((one) => offices[one].ja).join("・")}担当の` : "";
  const who = people?.map((one) => kinds[one].ja).join("・") ?? (held ? "管理者" : "");
  const object = [
    rooms &&
      `${"ids" in rooms ? "名前を挙げたルーム" : rooms.kinds.map((kind) => roomKinds[kind].ja).join("・")}の`,
    origins && `${origins.map((zone) => zoneWords(zone).ja).join("・")}から来た`,
    rule.classifications && `${classWords(rule.classifications, "ja")}の`,
  ].join("");
  const verbs = rule.deeds?.map((deed) => deeds[deed].ja).join("・") ?? "扱う";
  const end = rule.effect === "allow" ? "ことができます" : "ことはできません";
  return `${where}${holders}${who ? `${who}は` : ""}${object ? `${object}ものを` : ""}${verbs}${end}`;
}

function inEnglish(rule: CrossingRule): string {
  const { zones, kinds: people, offices: held, rooms, origins } = rule;
  const places = zones && ("is" in zones ? zones.is : zones.not).map((zone) => zoneWords(zone).en).join(", ");
  const where = places ? ` ${zones && "is" in zones ? "on" : "anywhere but on"} ${places}` : "";
  const holders = held ? ` in charge of ${held.map((one) => offices[one].en).join(", ")}` : "";
  const who = people?.map((one) => kinds[one].en).join(", ") ?? (held ? "administrators" : undefined);
  const from = origins ? ` from ${origins.map((zone) => zoneWords(zone).en).join(", ")}` : "";
  const inRooms = rooms
    ? ` in ${"ids" in rooms ? "the rooms it names" : rooms.kinds.map((kind) => roomKinds[kind].en).join(", ")}`
    : "";
  const what = rule.classifications ? classWords(rule.classifications, "en") : "anything";
  const verbs = rule.deeds?.map((deed) => deeds[deed].en).join(", ") ?? "handle";
  const modal = rule.effect === "refuse" && who ? "may not" : "may";
  return `${who ?? "nobody"}${holders} ${modal} ${verbs} ${what}${from}${inRooms}${where}`;
}

function classWords(classes: readonly Classification[], language: "ja" | "en"): string {
  const [first, ...rest] = classes;
  return [labels()[first!][language], ...rest].join(language === "ja" ? "・" : ", ");
}

/** The words of the newest edition: sentences are shown, not kept. */
function labels() {
  return classificationsOn("9999-12-31").labels;
}

function zoneWords(zone: string): Words {
  return zones[zone] ?? { ja: zone, en: zone };
}
