import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { NotificationChoices } from "../contract.ts";
import { reachRules } from "../policy.ts";

const writeChoices = statement<never>(
  "reach.write-choices",
  `insert into notification_setting (tenant_id, account_id, direct, mentions, confirmations, reminders, shows, duties)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (tenant_id, account_id) do update
      set direct = excluded.direct, mentions = excluded.mentions, confirmations = excluded.confirmations,
          reminders = excluded.reminders, shows = excluded.shows, duties = excluded.duties`,
);

/** What one is told about, and how much a lock screen may say. Devices ask at every push, so there is no event. */
export async function changeNotificationSettings(
  database: Database,
  clock: Clock,
  actor: Actor,
  choices: NotificationChoices,
): Promise<void> {
  const { direct, mentions, confirmations, reminders, shows, duties } = choices;
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(writeChoices, [
      actor.tenantId,
      actor.personId,
      direct,
      mentions,
      confirmations,
      reminders,
      shows,
      duties,
    ]);
    await recordAudit(tx, actor, clock.now(), {
      action: "notification-settings.changed",
      subjectId: actor.personId,
      rule: reachRules.ownSettings,
      facts: { ...choices },
    });
  });
}
