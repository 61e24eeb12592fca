import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { startOfDate } from "#shared/time.ts";
import { decideChangeSignInRules } from "../account-policy.ts";
import type { ChangeSignInRulesRequest } from "../contract.ts";
import { todayInJapan } from "../today.ts";

const insertRule = statement<{ valid_from: Date }>(
  "identity.insert-sign-in-rule",
  `insert into sign_in_rule (tenant_id, valid_from, one_time_password_hours, changed_by, changed_at)
   values ($1, $2, $3, $4, $5) on conflict do nothing returning valid_from`,
);

/** Decides for how long a password that is handed over can be used: from now on, or from a day to come. */
export async function changeSignInRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  { oneTimePasswordHours, from, reason }: ChangeSignInRulesRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideChangeSignInRules(actor));
  const now = clock.now();
  const isLater = from !== undefined && from > todayInJapan(clock);
  const validFrom = isLater ? startOfDate(from) : now;
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const values = [actor.tenantId, validFrom, oneTimePasswordHours, actor.personId, now];
    if (!(await tx.first(insertRule, values)))
      throw new AppError("conflict", {
        reason: "その日からの決まりは、もう登録されています。別の日にしてください",
        reasonEn: "there is already a rule from that day on; choose another day",
      });
    await recordAudit(tx, actor, now, {
      action: "sign-in-rules.changed",
      subjectId: null,
      rule,
      facts: { oneTimePasswordHours, from: validFrom.toISOString(), reason },
    });
  });
}
