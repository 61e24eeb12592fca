import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { decideReadSignInRules } from "../account-policy.ts";
import type { SignInRules } from "../contract.ts";
import { usualOneTimePasswordHours } from "../sign-in-rules.ts";

const listRules = statement<{ hours: number; valid_from: Date; changed_by: string }>(
  "identity.list-sign-in-rules",
  `select r.one_time_password_hours as hours, r.valid_from, p.name as changed_by
     from sign_in_rule r join person p on p.tenant_id = r.tenant_id and p.id = r.changed_by
    where r.tenant_id = $1 order by r.valid_from desc limit 50`,
);

/** What holds for handed-over passwords now, what will, and what did; for administrators. */
export async function getSignInRules(database: Database, clock: Clock, actor: Actor): Promise<SignInRules> {
  assertAllowed(actor, decideReadSignInRules(actor));
  const now = clock.now();
  const rows = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.all(listRules, [actor.tenantId]),
  );
  return {
    oneTimePasswordHours: rows.find((row) => row.valid_from <= now)?.hours ?? usualOneTimePasswordHours,
    versions: rows.map((row) => ({
      oneTimePasswordHours: row.hours,
      from: row.valid_from.toISOString(),
      changedBy: row.changed_by,
    })),
  };
}
