import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules under which somebody who is no member reads a room: two offices, two persons, a term. */
export const inspectionRules = {
  recordsAsks: {
    id: "inspection.records-asks",
    ja: "担当「記録」の管理者は、理由と期間を示して、ルームの閲覧を申請できます",
    en: 'administrators with the office "records" ask to inspect rooms, with a reason and a term',
  },
  auditConsents: {
    id: "inspection.audit-consents",
    ja: "申請した人とは別の、担当「監査」の管理者が同意します",
    en: 'an administrator with the office "audit" who is not the one that asked consents',
  },
  readsForTheTerm: {
    id: "inspection.reads-for-the-term",
    ja: "申請した人と同意した人は、期間の終わりまで、そのルームを読むことができます。読んだことは記録に残ります",
    en: "who asked and who consented read the rooms until the term is over, which is recorded",
  },
  officesOnly: {
    id: "inspection.offices-only",
    ja: "閲覧の申請を扱えるのは、担当「記録」と「監査」の管理者だけです",
    en: 'inspections are for administrators with the offices "records" and "audit"',
  },
  inTheHallOnly: {
    id: "inspection.in-the-hall-only",
    ja: "閲覧は LGWAN 側の端末からだけできます",
    en: "inspections are made at terminals on the LGWAN side only",
  },
  notOpen: {
    id: "inspection.not-open",
    ja: "この閲覧は、同意がまだ無いか、期間が終わっています",
    en: "this inspection is not consented to, or its term is over",
  },
} as const satisfies Record<string, Rule>;

const recordsOffice = { ja: "担当「記録」の管理者", en: 'an administrator with the office "records"' };
const auditOffice = { ja: "担当「監査」の別の管理者", en: 'another administrator with the office "audit"' };

/** Whether somebody may see which inspections were asked for. */
export function decideSeeInspections(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(inspectionRules.officesOnly);
  if (!administers(actor, "records") && !administers(actor, "audit"))
    return deny(inspectionRules.officesOnly, recordsOffice);
  if (actor.zone !== "lgwan") return deny(inspectionRules.inTheHallOnly, recordsOffice);
  return allow(inspectionRules.recordsAsks);
}

/** Whether somebody may ask, and look for rooms to ask about. */
export function decideAskInspection(actor: Actor): Decision {
  const see = decideSeeInspections(actor);
  if (see.kind !== "allow") return see;
  return administers(actor, "records") ? see : deny(inspectionRules.recordsAsks, recordsOffice);
}

export type InspectionFacts = {
  requestedBy: string;
  decidedBy: string | null;
  isGranted: boolean | null;
  isOver: boolean;
};

/** Whether somebody is the second person of a request. */
export function decideConsentInspection(actor: Actor, inspection: InspectionFacts): Decision {
  const see = decideSeeInspections(actor);
  if (see.kind !== "allow") return see;
  if (!administers(actor, "audit") || actor.personId === inspection.requestedBy)
    return deny(inspectionRules.auditConsents, auditOffice);
  if (inspection.isGranted !== null || inspection.isOver) return deny(inspectionRules.notOpen, recordsOffice);
  return allow(inspectionRules.auditConsents);
}

/** Whether somebody may read the rooms of an inspection now: one of its two persons, still in office. */
export function decideReadInspected(actor: Actor, inspection: InspectionFacts): Decision {
  const see = decideSeeInspections(actor);
  if (see.kind !== "allow") return see;
  const isRequester = actor.personId === inspection.requestedBy && administers(actor, "records");
  const isConsenter = actor.personId === inspection.decidedBy && administers(actor, "audit");
  if (!isRequester && !isConsenter) return deny(inspectionRules.readsForTheTerm, recordsOffice);
  if (!inspection.isGranted || inspection.isOver) return deny(inspectionRules.notOpen, recordsOffice);
  return allow(inspectionRules.readsForTheTerm);
}
