import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { GuestSettings } from "../../contract.ts";
import { decideManageAll } from "../policy.ts";

const putSettings = statement<never>(
  "guests.put-settings",
  `insert into guest_setting (tenant_id, default_days, longest_days, invitation_days, review_months, review_days, changed_at)
   values ($1, $2, $3, $4, $5::int[], $6, $7)
   on conflict (tenant_id) do update set default_days = $2, longest_days = $3, invitation_days = $4,
      review_months = $5::int[], review_days = $6, changed_at = $7`,
);

/** How long guests may stay, and when they are looked through. Stays that were granted keep their end. */
export async function changeGuestSettings(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
  settings: GuestSettings,
): Promise<void> {
  const rule = assertAllowed(actor, decideManageAll(actor));
  const now = clock.now();
  const months = [...new Set(settings.reviewMonths)].sort((a, b) => a - b);
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(putSettings, [
      actor.tenantId,
      settings.defaultDays,
      settings.longestDays,
      settings.invitationDays,
      months,
      settings.reviewDays,
      now,
    ]);
    await recordAudit(tx, actor, now, {
      action: "guest-settings.changed",
      subjectId: null,
      rule,
      facts: { ...settings, reviewMonths: months.join(" ") },
    });
  });
}
