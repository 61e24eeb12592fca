import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";
import { isStricter } from "#shared/classification.ts";
import type { FileClass } from "./contract.ts";

/** The rules of carrying out by request, beside what the crossing table says of it. */
export const carryOutRules = {
  own: {
    id: "carry-out.own",
    ja: "持ち出しの申請は、申請した本人が見て、取り下げることができます",
    en: "who asked sees the request and takes it back",
  },
  ownerDecides: {
    id: "carry-out.owner-decides",
    ja: "持ち出しは、申請した人とは別の、ルームの管理者である職員が LGWAN 側で承認します",
    en: "an owner of the room on the staff, who is not the one that asked, decides on the LGWAN side",
  },
  rulesOfficeDecides: {
    id: "carry-out.rules-office-decides",
    ja: "ほかに管理者である職員がいないルームでは、担当「ルール」の管理者が LGWAN 側で承認します",
    en: 'where a room has no other owner on the staff, an administrator with the office "rules" decides on the LGWAN side',
  },
  notConcerned: {
    id: "carry-out.not-concerned",
    ja: "この申請には関わっていません",
    en: "this request is none of theirs",
  },
  neverOneself: {
    id: "carry-out.never-oneself",
    ja: "自分の申請を自分で承認することはできません",
    en: "nobody decides a request of their own",
  },
  onLgwanOnly: {
    id: "carry-out.on-lgwan-only",
    ja: "持ち出しの承認は、LGWAN 側の端末からだけできます",
    en: "requests are decided at terminals on the LGWAN side only",
  },
  notWaiting: {
    id: "carry-out.not-waiting",
    ja: "この申請は、すでに決まったか、取り下げられたか、期限が過ぎています",
    en: "the request was decided or taken back, or its time is over",
  },
  notApproved: {
    id: "carry-out.not-approved",
    ja: "この持ち出しは承認されていません",
    en: "the request is not approved",
  },
  withdrawn: {
    id: "carry-out.withdrawn",
    ja: "この持ち出しは取り下げられました",
    en: "the request was taken back",
  },
  over: {
    id: "carry-out.over",
    ja: "承認された期限が過ぎました。必要なときは、もう一度申請してください",
    en: "the approved time is over",
  },
  classRose: {
    id: "carry-out.class-rose",
    ja: "承認の後でファイルの機密性が上がったため、この持ち出しは終わりました",
    en: "the class of the file rose after the approval, which ended it",
  },
  otherVersion: {
    id: "carry-out.other-version",
    ja: "承認されたのは、このファイルの別の版です",
    en: "another version of the file was approved",
  },
  requesterLeft: {
    id: "carry-out.requester-left",
    ja: "申請した人がルームのメンバーでなくなったため、この申請は終わりました",
    en: "who asked is no member of the room any more",
  },
  fileGone: {
    id: "carry-out.file-gone",
    ja: "ファイルが削除されたため、この申請は終わりました",
    en: "the file was deleted",
  },
} as const satisfies Record<string, Rule>;

const approver = { ja: "ルームの管理者", en: "an owner of the room" };
const requester = { ja: "申請した人", en: "who asked" };

/** Days for which a request waits for somebody to decide. */
export const waitingDays = 14;

/** What is asked of a request, without its file. */
export type CarryOutFacts = {
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedAt: Date | null;
  readonly isApproved: boolean | null;
  readonly withdrawnAt: Date | null;
  readonly expiresAt: Date | null;
  /** The class of the file for which it was asked. */
  readonly classification: FileClass;
  /** Owners of its room on the staff who can sign in on the LGWAN side, without the requester. */
  readonly owners: readonly string[];
};

function isWaiting(request: CarryOutFacts, now: Date): boolean {
  const until = request.requestedAt.getTime() + waitingDays * 86_400_000;
  return request.decidedAt === null && request.withdrawnAt === null && now.getTime() < until;
}

/** Whether somebody is among those who decide a request, wherever they sit. */
export function findApprovingRule(
  actor: Pick<Actor, "personId" | "kind" | "offices">,
  request: Pick<CarryOutFacts, "requestedBy" | "owners">,
): Rule | undefined {
  if (actor.kind !== "staff" || actor.personId === request.requestedBy) return undefined;
  if (request.owners.includes(actor.personId)) return carryOutRules.ownerDecides;
  if (request.owners.length === 0 && administers(actor, "rules")) return carryOutRules.rulesOfficeDecides;
  return undefined;
}

/** Approving or refusing a request. That there is one is known to its requester and to who may decide it. */
export function decideDecideCarryOut(actor: Actor, request: CarryOutFacts, now: Date): Decision {
  if (actor.personId === request.requestedBy) return deny(carryOutRules.neverOneself, approver);
  const rule = findApprovingRule(actor, request);
  if (!rule) return hidden(carryOutRules.notConcerned);
  if (actor.zone !== "lgwan") return deny(carryOutRules.onLgwanOnly, approver);
  return isWaiting(request, now) ? allow(rule) : deny(carryOutRules.notWaiting, requester);
}

/** Taking a request back: its requester while something is left of it, and whoever may decide it once it is approved. */
export function decideWithdrawCarryOut(actor: Actor, request: CarryOutFacts, now: Date): Decision {
  const isOpen = request.isApproved === true && request.withdrawnAt === null && request.expiresAt! > now;
  if (actor.personId === request.requestedBy)
    return isOpen || isWaiting(request, now)
      ? allow(carryOutRules.own)
      : deny(carryOutRules.notWaiting, approver);
  const rule = findApprovingRule(actor, request);
  if (!rule) return hidden(carryOutRules.notConcerned);
  if (actor.zone !== "lgwan") return deny(carryOutRules.onLgwanOnly, approver);
  return isOpen ? allow(rule) : deny(carryOutRules.notWaiting, requester);
}

/**
 * Whether an approval still stands for a file as it is now. How many downloads are left is counted where they begin; what the
 * crossing table says is asked with every one of them.
 */
export function decideUseCarryOut(
  request: Omit<CarryOutFacts, "owners" | "requestedBy" | "requestedAt">,
  file: { classification: FileClass | "unknown" },
  now: Date,
): Decision {
  if (request.withdrawnAt !== null) return deny(carryOutRules.withdrawn, approver);
  if (request.isApproved !== true) return deny(carryOutRules.notApproved, approver);
  if (request.expiresAt! <= now) return deny(carryOutRules.over, approver);
  if (file.classification === "unknown" || isStricter(file.classification, request.classification))
    return deny(carryOutRules.classRose, approver);
  return allow(carryOutRules.ownerDecides);
}
