import { statement, type Transaction } from "#core/db/index.ts";
import type { RuleAudience, RuleText } from "../contract.ts";

type Row = {
  id: string;
  audience: string;
  version: number | null;
  title: string;
  body: string;
  effective_at: Date | null;
  grace_days: number;
  reason: string | null;
  changed_at: Date;
  published_at: Date | null;
  published_by_name: string | null;
  agreed_count: number;
  is_newest: boolean;
};

const listRows = statement<Row>(
  "rules.list-texts",
  `select t.id, t.audience, t.version, t.title, t.body, t.effective_at, t.grace_days, t.reason, t.changed_at, t.published_at,
          b.name as published_by_name,
          (select count(distinct g.account_id)::int from rule_agreement g
            where g.tenant_id = $1 and g.text_id = t.id) as agreed_count,
          not exists (select from rule_text n where n.tenant_id = $1 and n.audience = t.audience and n.version > t.version
                         and n.effective_at <= $2) as is_newest
     from rule_text t left join person b on b.tenant_id = t.tenant_id and b.id = t.published_by
    where t.tenant_id = $1
    order by t.audience desc, t.version desc nulls first`,
);

/** Every version of every audience, drafts first and the newest before older ones. */
export async function listTexts(tx: Transaction, tenantId: string, now: Date): Promise<RuleText[]> {
  const rows = await tx.all(listRows, [tenantId, now]);
  return rows.map((row) => ({
    id: row.id,
    audience: row.audience as RuleAudience,
    version: row.version,
    state: stateOf(row, now),
    title: row.title,
    body: row.body,
    effectiveAt: row.effective_at?.toISOString() ?? null,
    graceDays: row.grace_days,
    reason: row.reason,
    changedAt: row.changed_at.toISOString(),
    publishedByName: row.published_by_name,
    publishedAt: row.published_at?.toISOString() ?? null,
    agreedCount: row.agreed_count,
  }));
}

function stateOf(row: Row, now: Date): RuleText["state"] {
  if (row.effective_at === null) return "draft";
  if (row.effective_at > now) return "scheduled";
  return row.is_newest ? "in-effect" : "past";
}
