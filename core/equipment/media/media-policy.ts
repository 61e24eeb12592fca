import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";
import type { MediaLoanState, MediaStep } from "./media-contract.ts";

/** The rules of removable media: asking, deciding, lending, seeing. */
export const mediaRules = {
  staffAsks: {
    id: "media.staff-asks",
    ja: "職員と所属アカウントは LGWAN 側で、可搬媒体の利用を申請できます",
    en: "staff and section accounts ask for removable media, on the LGWAN side",
  },
  borrower: {
    id: "media.borrower",
    ja: "申請した人は、自分の申請の取り下げ、延長の申請、紛失の届け出ができます",
    en: "who asked may withdraw, ask for an extension and report a loss",
  },
  officerDecides: {
    id: "media.officer-decides",
    ja: "所属の情報セキュリティ担当者と情報システム担当者は、所属の可搬媒体の申請を扱います",
    en: "the security officer and the systems officer of a section look after its removable media",
  },
  accountsDecides: {
    id: "media.accounts-office-decides",
    ja: "アカウントの管理者は、すべての可搬媒体の申請を扱います",
    en: "who administers accounts looks after all removable media",
  },
  onlyThem: {
    id: "media.only-officers",
    ja: "可搬媒体の申請を承認し、貸し出せるのは、所属の担当者とアカウントの管理者です",
    en: "removable media are approved and lent by the section's officers and by who administers accounts",
  },
  notOneself: {
    id: "media.not-ones-own",
    ja: "自分の申請を自分で承認したり、自分への貸し出しと返却を自分で確かめたりすることはできません",
    en: "nobody approves, lends or takes back for themselves",
  },
  inTheHallOnly: {
    id: "media.in-the-hall-only",
    ja: "可搬媒体の利用簿は LGWAN 側の端末からだけ使えます",
    en: "the log of removable media is used at terminals on the LGWAN side only",
  },
  byTheClock: {
    id: "media.overdue-by-the-clock",
    ja: "返却予定日を過ぎた可搬媒体は、借りた人と貸した人に知らせます",
    en: "who borrowed and who lent is told of media that are overdue",
  },
} as const satisfies Record<string, Rule>;

const itDivision = { ja: "情報システム担当課", en: "the IT division" };
const officers = { ja: "所属の情報セキュリティ担当者", en: "the section's security officer" };

/** Whose requests somebody looks after: everybody's, or those of the sections of which they are an officer. */
export type MediaInCharge = { kind: "all" } | { kind: "sections"; sectionIds: readonly string[] };

/** What is known of a request. */
export type MediaFacts = {
  askerId: string;
  operatorId: string | null;
  sectionId: string | null;
  state: MediaLoanState;
  asksExtension: boolean;
};

/** Whether somebody may use the log at all: guests do not learn that there is one. */
export function decideUseMedia(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(mediaRules.staffAsks);
  if (actor.zone !== "lgwan") return deny(mediaRules.inTheHallOnly, itDivision);
  return allow(mediaRules.staffAsks);
}

/** @param officerOf the sections of which the actor is security or systems officer today; nobody at a section's account is */
export function mediaInCharge(actor: Actor, officerOf: readonly string[]): MediaInCharge {
  return administers(actor, "accounts") ? { kind: "all" } : { kind: "sections", sectionIds: officerOf };
}

/** Whether a request is the actor's own: asked for by the account, or by them at a section's account. */
export function isOwnLoan(actor: Actor, loan: Pick<MediaFacts, "askerId" | "operatorId">): boolean {
  return loan.askerId === actor.personId || loan.operatorId === actor.personId;
}

/** Whether somebody may see a request: their own, and those that they look after. `seenLoans` is the same for lists. */
export function decideSeeLoan(actor: Actor, charge: MediaInCharge, loan: MediaFacts): Decision {
  const use = decideUseMedia(actor);
  if (use.kind !== "allow") return use;
  if (isInCharge(charge, loan))
    return allow(charge.kind === "all" ? mediaRules.accountsDecides : mediaRules.officerDecides);
  return isOwnLoan(actor, loan) ? allow(mediaRules.borrower) : hidden(mediaRules.onlyThem);
}

/** `decideSeeLoan` for lists of `media_loan l`; `$2` the actor, `$3` the sections in charge, null for all. */
export const seenLoans =
  "(l.asker_id = $2 or l.operator_id = $2 or $3::uuid[] is null or l.section_id = any($3))";

/** The steps that are open in each state, those of the borrower and those of who looks after it. */
const open: Record<MediaLoanState, readonly MediaStep[]> = {
  waiting: ["approved", "refused", "withdrawn"],
  approved: ["lent", "withdrawn"],
  lent: ["returned", "extension-asked", "lost"],
  refused: [],
  withdrawn: [],
  returned: [],
  lost: [],
};
const ofBorrower: ReadonlySet<MediaStep> = new Set(["withdrawn", "extension-asked"]);

/** Which steps a request allows by its state, whoever asks. */
export function openSteps(loan: MediaFacts): readonly MediaStep[] {
  const steps = open[loan.state];
  return loan.asksExtension ? ["extended", "extension-refused", ...steps] : steps;
}

/** Whether somebody may take this step with a request that they see. */
export function decideStep(actor: Actor, charge: MediaInCharge, loan: MediaFacts, step: MediaStep): Decision {
  const see = decideSeeLoan(actor, charge, loan);
  if (see.kind !== "allow") return see;
  const isOwn = isOwnLoan(actor, loan);
  if (ofBorrower.has(step)) return isOwn ? allow(mediaRules.borrower) : deny(mediaRules.borrower, officers);
  if (step === "lost") return see;
  if (isOwn) return deny(mediaRules.notOneself, officers);
  return see;
}

function isInCharge(charge: MediaInCharge, loan: Pick<MediaFacts, "sectionId">): boolean {
  return charge.kind === "all" || (loan.sectionId !== null && charge.sectionIds.includes(loan.sectionId));
}
