import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

export const licenceRules = {
  officeCounts: {
    id: "licences.office-counts",
    ja: "アカウントまたは運用ルールの担当者は LGWAN 側の端末でアカウント数と費用を管理します",
    en: "who is entrusted with accounts or rules looks after their number and cost, on the LGWAN side",
  },
  officeOnly: {
    id: "licences.office-only",
    ja: "アカウント数と費用を見られるのは、その担当の管理者だけです",
    en: "only administrators who are entrusted with accounts or rules see their number and cost",
  },
  lgwanOnly: {
    id: "licences.lgwan-only",
    ja: "アカウント数と費用の管理は LGWAN 側の端末からだけできます",
    en: "the number and cost of accounts are looked after on the LGWAN side only",
  },
  demo: { id: "licences.demo", ja: "デモの契約数", en: "what the demo city has bought" },
} as const satisfies Record<string, Rule>;

const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** Whether somebody may see who uses their account and change prices and numbers. Guests do not learn that there is such a page. */
export function decideManageLicences(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(licenceRules.officeOnly);
  if (actor.kind !== "staff" || !(administers(actor, "accounts") || administers(actor, "rules")))
    return deny(licenceRules.officeOnly, itDivision);
  if (actor.zone !== "lgwan") return deny(licenceRules.lgwanOnly, itDivision);
  return allow(licenceRules.officeCounts);
}
