import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

export const ruleRules = {
  own: {
    id: "rules.own-agreement",
    ja: "本人が運用ルールを読んで同意します",
    en: "everybody reads and agrees for themselves",
  },
  officeManages: {
    id: "rules.office-manages",
    ja: "運用ルールの担当者は LGWAN 側の端末で運用ルールを定めます",
    en: "who is entrusted with the rules writes them, at a terminal on the LGWAN side",
  },
  officeOnly: {
    id: "rules.office-only",
    ja: "運用ルールを変更できるのは、その担当の管理者だけです",
    en: "only administrators who are entrusted with the rules change them",
  },
  lgwanOnly: {
    id: "rules.lgwan-only",
    ja: "運用ルールの管理は LGWAN 側の端末からだけできます",
    en: "the rules are looked after at terminals on the LGWAN side only",
  },
  graceIsOver: {
    id: "rules.grace-is-over",
    ja: "新しい運用ルールに期限までに同意しなかったため、ログインが終わります",
    en: "who has not agreed to new rules in time is signed out",
  },
} as const satisfies Record<string, Rule>;

const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** Whether somebody may write, publish and follow up the rules. Guests do not learn that there is such a page. */
export function decideManageRules(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(ruleRules.officeOnly);
  if (actor.kind !== "staff" || !administers(actor, "rules")) return deny(ruleRules.officeOnly, itDivision);
  if (actor.zone !== "lgwan") return deny(ruleRules.lgwanOnly, itDivision);
  return allow(ruleRules.officeManages);
}
