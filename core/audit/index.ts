/**
 * The audit record (監査記録): written by actions in their own transaction, chained behind the commit, verified from
 * outside. See docs/architecture/audit.md.
 */
export type { AuditKey } from "./chain.ts";
export { type AuditFact, auditColumns, recordAudit, type SystemActor } from "./entry.ts";
export { type RefusedDeed, RefusedDeeds } from "./refused-deeds.ts";
export { AuditSealer } from "./sealer.ts";
export {
  type AuditAnchor,
  type AuditFault,
  type AuditReport,
  disposalAction,
  verifyAudit,
} from "./verify.ts";
