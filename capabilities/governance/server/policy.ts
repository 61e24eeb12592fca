import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of the audit record's readers. */
export const auditRules = {
  auditReads: {
    id: "audit.office-reads",
    ja: "担当「監査」の管理者は、監査記録を読むことができます。読んだことも記録に残ります",
    en: 'administrators with the office "audit" read the audit record, which records that too',
  },
  auditOnly: {
    id: "audit.office-only",
    ja: "監査記録を読めるのは、担当「監査」の管理者だけです",
    en: 'only administrators with the office "audit" read the audit record',
  },
  inTheHallOnly: {
    id: "audit.in-the-hall-only",
    ja: "監査記録は LGWAN 側の端末からだけ読めます",
    en: "the audit record is read at terminals on the LGWAN side only",
  },
} as const satisfies Record<string, Rule>;

const auditOffice = { ja: "担当「監査」の管理者", en: 'an administrator with the office "audit"' };

/** Whether somebody may read the audit record. Guests do not learn that there is a page for it. */
export function decideReadAudit(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(auditRules.auditOnly);
  if (!administers(actor, "audit")) return deny(auditRules.auditOnly, auditOffice);
  if (actor.zone !== "lgwan") return deny(auditRules.inTheHallOnly, auditOffice);
  return allow(auditRules.auditReads);
}
