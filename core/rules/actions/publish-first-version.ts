import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { type RuleAudience, RuleAudience as RuleAudiences } from "../contract.ts";
import { ruleRules } from "../policy.ts";
import { ruleTemplates } from "../templates.ts";

const insertFirst = statement<{ id: string }>(
  "rules.insert-first-version",
  `insert into rule_text (tenant_id, id, audience, version, title, body, effective_at, changed_at, published_at, reason)
   values ($1, $2, $3, 1, $4, $5, $6, $6, $6, $7) on conflict do nothing returning id`,
);
// At section accounts whoever may sit there has agreed, and the account itself where nobody has to be named.
const agreeAll = statement<never>(
  "rules.agree-for-all",
  `insert into rule_agreement (tenant_id, text_id, account_id, agreed_by, agreed_at, zone)
   select $1, $2, a.id, b.id, $4, a.zones[1]
     from account a
     join person p on p.tenant_id = a.tenant_id and p.id = a.id and p.kind = $3
     join lateral (select p.id
                   union select o.id from person o
                          where p.kind = 'section' and o.tenant_id = $1 and o.kind = 'staff' and o.left_at is null
                            and (o.section_id = p.section_id or exists (
                                  select from post_assignment x where x.tenant_id = $1 and x.person_id = o.id
                                     and x.section_id = p.section_id))) b on true
    where a.tenant_id = $1 on conflict do nothing`,
);

/** The demo city's rules: the templates as version 1, to which everybody has agreed already. */
export async function publishFirstVersions(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const audience of RuleAudiences.options as readonly RuleAudience[]) {
      const { title, body } = ruleTemplates[audience];
      const row = [tenantId, newId(now.getTime()), audience, title, body, now, "利用開始"];
      const made = await tx.first(insertFirst, row);
      if (!made) continue;
      await tx.run(agreeAll, [tenantId, made.id, audience, now]);
      await recordAudit(tx, { tenantId, system: "demo" }, now, {
        action: "rules.published",
        subjectId: made.id,
        rule: ruleRules.officeManages,
        facts: { audience, version: 1 },
      });
    }
  });
}
