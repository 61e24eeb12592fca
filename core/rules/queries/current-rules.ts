import { statement, type Transaction } from "#core/db/index.ts";
import type { OwnRules, RuleAudience, RuleSummary } from "../contract.ts";

type SummaryRow = {
  id: string;
  audience: string;
  version: number;
  title: string;
  body: string;
  effective_at: Date;
  grace_days: number;
};
const columns = "t.id, t.audience, t.version, t.title, t.body, t.effective_at, t.grace_days";

const findCurrent = statement<SummaryRow & { agreed_at: Date | null }>(
  "rules.find-current",
  `select ${columns},
          (select g.agreed_at from rule_agreement g
            where g.tenant_id = $1 and g.text_id = t.id and g.account_id = $4 and g.agreed_by = $5) as agreed_at
     from rule_text t
    where t.tenant_id = $1 and t.audience = $2 and t.effective_at <= $3
    order by t.version desc limit 1`,
);

/** The version in effect for an audience; undefined while there is none. */
export async function findCurrentRules(
  tx: Transaction,
  tenantId: string,
  audience: RuleAudience,
  now: Date,
): Promise<(RuleSummary & { body: string }) | undefined> {
  const row = await tx.first(findCurrent, [tenantId, audience, now, null, null]);
  return row && { ...toSummary(row), body: row.body };
}

/** What somebody has to agree to, and whether that is done. `agreedBy`: the operator of a section account, else the account. */
export async function getOwnRules(
  tx: Transaction,
  who: { tenantId: string; accountId: string; agreedBy: string; audience: RuleAudience },
  now: Date,
): Promise<OwnRules> {
  const row = await tx.first(findCurrent, [who.tenantId, who.audience, now, who.accountId, who.agreedBy]);
  return {
    text: row ? { ...toSummary(row), body: row.body } : null,
    isAgreed: !row || row.agreed_at !== null,
    agreedAt: row?.agreed_at?.toISOString() ?? null,
  };
}

export function toSummary(row: Omit<SummaryRow, "body">): RuleSummary {
  return {
    id: row.id,
    audience: row.audience as RuleAudience,
    version: row.version,
    title: row.title,
    effectiveAt: row.effective_at.toISOString(),
    graceUntil: graceEnd(row.effective_at, row.grace_days).toISOString(),
  };
}

export function graceEnd(effectiveAt: Date, days: number): Date {
  return new Date(effectiveAt.getTime() + days * 86_400_000);
}
