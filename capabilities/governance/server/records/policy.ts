import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of keeping and disposing of records: one office begins, another person of another office consents. */
export const recordsRules = {
  recordsKeeps: {
    id: "records.office-keeps",
    ja: "担当「記録」の管理者は、保存期間・法的保全・廃棄を申し出ます",
    en: 'administrators with the office "records" ask for terms of keeping, legal holds and disposals',
  },
  auditConsents: {
    id: "records.audit-consents",
    ja: "申し出た人とは別の、担当「監査」の管理者が同意します",
    en: 'an administrator with the office "audit" who is not the one that asked consents',
  },
  officesOnly: {
    id: "records.offices-only",
    ja: "記録の保存と廃棄を扱えるのは、担当「記録」と「監査」の管理者だけです",
    en: 'keeping and disposing of records is for administrators with the offices "records" and "audit"',
  },
  inTheHallOnly: {
    id: "records.in-the-hall-only",
    ja: "記録の保存と廃棄は LGWAN 側の端末からだけ扱えます",
    en: "records are kept and disposed of at terminals on the LGWAN side only",
  },
  notOpen: {
    id: "records.not-open",
    ja: "これはもう決まっているか、ほかの人の番です",
    en: "this is decided already, or it is another person's turn",
  },
  memberSeesTerm: {
    id: "records.member-sees-term",
    ja: "ルームのメンバーは、記録の保存期間を見られます",
    en: "members of a room see how long it is kept",
  },
  byTheClock: {
    id: "records.by-the-clock",
    ja: "保存期間が満了した記録は、毎月一覧になります",
    en: "what is due for disposal is listed each month",
  },
} as const satisfies Record<string, Rule>;

const recordsOffice = { ja: "担当「記録」の管理者", en: 'an administrator with the office "records"' };
const auditOffice = { ja: "担当「監査」の別の管理者", en: 'another administrator with the office "audit"' };

/** Whether somebody may see terms, holds and disposals. A hold is known to nobody else. */
export function decideSeeRecords(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(recordsRules.officesOnly);
  if (!administers(actor, "records") && !administers(actor, "audit"))
    return deny(recordsRules.officesOnly, recordsOffice);
  if (actor.zone !== "lgwan") return deny(recordsRules.inTheHallOnly, recordsOffice);
  return allow(recordsRules.recordsKeeps);
}

/** Whether somebody may ask for a change, place a hold or work on a list. */
export function decideKeepRecords(actor: Actor): Decision {
  const see = decideSeeRecords(actor);
  if (see.kind !== "allow") return see;
  return administers(actor, "records") ? see : deny(recordsRules.recordsKeeps, recordsOffice);
}

/** Whether somebody is the second person of what another asked for. `askedBy` null: it waits for nobody. */
export function decideConsentToRecords(actor: Actor, asked: { askedBy: string | null }): Decision {
  const see = decideSeeRecords(actor);
  if (see.kind !== "allow") return see;
  if (!administers(actor, "audit") || actor.personId === asked.askedBy)
    return deny(recordsRules.auditConsents, auditOffice);
  if (asked.askedBy === null) return deny(recordsRules.notOpen, recordsOffice);
  return allow(recordsRules.auditConsents);
}
