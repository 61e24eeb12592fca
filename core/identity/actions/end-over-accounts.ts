import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { accountRules } from "../account-policy.ts";
import { hasItsOperator } from "../operators.ts";
import { sessionEnded } from "./end-sessions.ts";

// Also what somebody changed by another way than our actions: a date that came, a person who has left, a side taken away,
// an operator who moved to another section.
const endThem = statement<{ id: string; account_id: string }>(
  "identity.end-sessions-of-over-accounts",
  `update session s set ended_at = $2
     from account a, person p
    where s.tenant_id = $1 and a.tenant_id = $1 and a.id = s.account_id and p.tenant_id = $1 and p.id = s.account_id
      and s.ended_at is null and s.expires_at > $2
      and (a.expires_at <= $2 or a.starts_at > $2 or a.disabled_at is not null or p.left_at is not null
           or coalesce(s.side, s.zone) <> all (a.zones) or not ${hasItsOperator("$2::timestamptz")})
   returning s.id, s.account_id`,
);
const nextEnd = statement<{ at: Date | null }>(
  "identity.find-next-account-end",
  "select min(expires_at) as at from account where tenant_id = $1 and expires_at > $2 and disabled_at is null",
);

/**
 * Ends the sessions of accounts that may no longer be used, with the events that close their streams, and says when the
 * next account of the municipality ends. Any number of nodes may do it at the same moment.
 */
export async function endOverAccounts(
  database: Database,
  tenantId: string,
  now: Date,
): Promise<{ ended: string[]; nextAt: Date | null }> {
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(endThem, [tenantId, now]);
    const next = await tx.first(nextEnd, [tenantId, now]);
    if (rows.length > 0) {
      await recordAudit(
        tx,
        { tenantId, system: "account-ends" },
        now,
        ...rows.map((row) => ({
          action: "session.ended",
          subjectId: row.id,
          rule: accountRules.ended,
          facts: { account: row.account_id },
        })),
      );
      await publish(
        tx,
        now,
        rows.map((row) => sessionEnded(row.account_id, row.id)),
      );
    }
    return { ended: rows.map((row) => row.id), nextAt: next?.at ?? null };
  });
}
