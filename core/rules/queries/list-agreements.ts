import { statement, type Transaction } from "#core/db/index.ts";
import { type PersonSummaryRow, personSummaryColumns, toPersonSummary } from "#core/identity/index.ts";
import type { Agreements, RuleAudience } from "../contract.ts";
import { findCurrentRules } from "./current-rules.ts";

type Row = PersonSummaryRow & {
  group_id: string | null;
  group_name: string | null;
  has_agreed: boolean;
  reminded_at: Date | null;
};

// A guest stands with the section of the sponsor. At a section account it is enough that somebody there has agreed; who sits
// down next is asked when signing in.
const listRows = statement<Row>(
  "rules.list-agreements",
  `select ${personSummaryColumns}, coalesce(s.id, o.id) as group_id, coalesce(s.name, o.name) as group_name,
          exists (select from rule_agreement g
                   where g.tenant_id = $1 and g.text_id = $3 and g.account_id = p.id) as has_agreed,
          (select r.reminded_at from rule_reminder r
            where r.tenant_id = $1 and r.text_id = $3 and r.account_id = p.id) as reminded_at
     from account a
     join person p on p.tenant_id = a.tenant_id and p.id = a.id
     left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
     left join person h on h.tenant_id = p.tenant_id and h.id = p.sponsor_id
     left join section o on o.tenant_id = h.tenant_id and o.id = h.section_id
    where a.tenant_id = $1 and p.kind = $2 and p.left_at is null and a.disabled_at is null
      and (a.starts_at is null or a.starts_at <= $4) and (a.expires_at is null or a.expires_at > $4)
    order by coalesce(s.sort_order, o.sort_order), coalesce(s.code, o.code), p.post_rank, p.kana, p.id`,
);

/** Who has agreed to the version in effect, by section: of everybody with an account that can be used now. */
export async function listAgreements(
  tx: Transaction,
  tenantId: string,
  audience: RuleAudience,
  now: Date,
): Promise<Agreements> {
  const current = await findCurrentRules(tx, tenantId, audience, now);
  if (!current) return { text: null, total: 0, agreed: 0, sections: [] };
  const rows = await tx.all(listRows, [tenantId, audience, current.id, now]);
  const sections = [...Map.groupBy(rows, (row) => row.group_id)].map(([sectionId, people]) => ({
    sectionId,
    sectionName: people[0]!.group_name,
    total: people.length,
    agreed: people.filter((row) => row.has_agreed).length,
    missing: people
      .filter((row) => !row.has_agreed)
      .map((row) => ({ ...toPersonSummary(row), remindedAt: row.reminded_at?.toISOString() ?? null })),
  }));
  const { body: _, ...text } = current;
  return { text, total: rows.length, agreed: rows.filter((row) => row.has_agreed).length, sections };
}
