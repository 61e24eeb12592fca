import { type Actor, administers, allow, type Decision, deny, type Rule } from "#core/policy/index.ts";

/** The rules about the rules: who may see and change what may cross. */
export const crossingRules = {
  administratorEdits: {
    id: "crossing.administrator-edits",
    ja: "ルールの担当者は LGWAN 側で、持ち出しと持ち込みのルールを変更できます",
    en: "who administers the rules changes on the LGWAN side what may cross",
  },
  onlyAdministrators: {
    id: "crossing.only-administrators",
    ja: "持ち出しと持ち込みのルールを変更できるのは、ルールの担当者だけです",
    en: "only who administers the rules changes what may cross",
  },
  onlyOnLgwan: {
    id: "crossing.only-on-lgwan",
    ja: "持ち出しと持ち込みのルールは LGWAN 側でだけ変更できます",
    en: "what may cross is changed on the LGWAN side only",
  },
  byTheClock: {
    id: "crossing.by-the-clock",
    ja: "保存した版は、決めた日時から効きます",
    en: "a saved version holds from the moment that was decided",
  },
} as const satisfies Record<string, Rule>;

const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** Seeing, trying and changing the rules. */
export function decideEditCrossing(actor: Actor): Decision {
  if (!administers(actor, "rules")) return deny(crossingRules.onlyAdministrators, itDivision);
  if (actor.zone !== "lgwan") return deny(crossingRules.onlyOnLgwan, itDivision);
  return allow(crossingRules.administratorEdits);
}
