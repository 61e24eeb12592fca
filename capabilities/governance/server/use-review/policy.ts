import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of the monthly review of use (利用状況の点検). */
export const useReviewRules = {
  auditReviews: {
    id: "use-review.audit-reviews",
    ja: "担当「監査」の管理者は、毎月、利用状況を点検します",
    en: 'administrators with the office "audit" review the use of each month',
  },
  officeOnly: {
    id: "use-review.office-only",
    ja: "利用状況を点検できるのは、担当「監査」の管理者だけです",
    en: 'the review of use is for administrators with the office "audit"',
  },
  inTheHallOnly: {
    id: "use-review.in-the-hall-only",
    ja: "利用状況の点検は LGWAN 側の端末からだけできます",
    en: "the review of use is made at terminals on the LGWAN side only",
  },
  notOneself: {
    id: "use-review.not-oneself",
    ja: "自分の利用は、担当「監査」の別の管理者が点検します",
    en: 'one\'s own use is reviewed by another administrator with the office "audit"',
  },
  lookFirst: {
    id: "use-review.look-first",
    ja: "点検の結果を書くのは、記録の中身を開いた人です",
    en: "who judges an entry has looked at what is behind it",
  },
  judgedOnce: {
    id: "use-review.judged-once",
    ja: "この項目は点検済みです",
    en: "this entry is reviewed already",
  },
  byTheClock: {
    id: "use-review.by-the-clock",
    ja: "月が終わると、目安に当てはまる利用が自動で選ばれます",
    en: "when a month is over, what meets the thresholds is picked",
  },
} as const satisfies Record<string, Rule>;

const auditOffice = { ja: "担当「監査」の管理者", en: 'an administrator with the office "audit"' };
const anotherOfAudit = {
  ja: "担当「監査」の別の管理者",
  en: 'another administrator with the office "audit"',
};

/** Whether somebody may see what was picked, change what picks, and take a review out. Guests do not learn of it. */
export function decideReviewUse(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(useReviewRules.officeOnly);
  if (!administers(actor, "audit")) return deny(useReviewRules.officeOnly, auditOffice);
  if (actor.zone !== "lgwan") return deny(useReviewRules.inTheHallOnly, auditOffice);
  return allow(useReviewRules.auditReviews);
}

export type UseEntryFacts = { personId: string; openedBy: string | null; isJudged: boolean };

/** Whether somebody may look at what is behind an entry, to judge it. */
export function decideOpenUse(actor: Actor, entry: Pick<UseEntryFacts, "personId">): Decision {
  const review = decideReviewUse(actor);
  if (review.kind !== "allow") return review;
  return entry.personId === actor.personId ? deny(useReviewRules.notOneself, anotherOfAudit) : review;
}

/** Whether somebody may write down what they found: who opened it, once, and never about oneself. */
export function decideJudgeUse(actor: Actor, entry: UseEntryFacts): Decision {
  const open = decideOpenUse(actor, entry);
  if (open.kind !== "allow") return open;
  if (entry.isJudged) return deny(useReviewRules.judgedOnce, auditOffice);
  return entry.openedBy === actor.personId ? open : deny(useReviewRules.lookFirst, auditOffice);
}
