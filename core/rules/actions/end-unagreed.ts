import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { sessionEnded } from "#core/identity/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { ruleRules } from "../policy.ts";

// Of the text that is in effect now, when its days are over: a newer one has days of its own.
const endThem = statement<{ id: string; account_id: string }>(
  "rules.end-unagreed-sessions",
  `with current as (
     select t.id, t.audience, t.effective_at + make_interval(days => t.grace_days) as ends_at
       from rule_text t
      where t.tenant_id = $1 and t.effective_at <= $3
        and t.version = (select max(n.version) from rule_text n
                          where n.tenant_id = $1 and n.audience = t.audience and n.effective_at <= $3)
   )
   update session s set ended_at = $3
     from current c, person p
    where s.tenant_id = $1 and c.id = $2 and c.ends_at <= $3 and p.tenant_id = $1 and p.id = s.account_id
      and p.kind = c.audience and s.ended_at is null and s.expires_at > $3
      and not exists (select from rule_agreement g
                       where g.tenant_id = $1 and g.text_id = c.id and g.account_id = s.account_id
                         and g.agreed_by = coalesce(s.operator_id, s.account_id))
   returning s.id, s.account_id`,
);

/**
 * Ends the sessions of those who have not agreed in time; signing in again asks them. Returns the ids of the sessions, to be
 * forgotten where they are remembered.
 */
export async function endUnagreed(
  database: Database,
  tenantId: string,
  textId: string,
  now: Date,
): Promise<string[]> {
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(endThem, [tenantId, textId, now]);
    if (rows.length === 0) return [];
    await recordAudit(
      tx,
      { tenantId, system: "rules" },
      now,
      ...rows.map((row) => ({
        action: "session.ended",
        subjectId: row.id,
        rule: ruleRules.graceIsOver,
        facts: { account: row.account_id, text: textId },
      })),
    );
    await publish(
      tx,
      now,
      rows.map((row) => sessionEnded(row.account_id, row.id)),
    );
    return rows.map((row) => row.id);
  });
}
