import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { ChatSettings } from "../../contract.ts";
import { decideChangeSettings } from "../policy.ts";

const putSettings = statement<never>(
  "chat.put-settings",
  `insert into chat_setting (tenant_id, hold_seconds, reach_shown_above, reach_confirmed_above, everybody_above,
                             everybody_by, changed_at)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (tenant_id) do update
      set hold_seconds = $2, reach_shown_above = $3, reach_confirmed_above = $4, everybody_above = $5,
          everybody_by = $6, changed_at = $7`,
);

/** Changes what the municipality has decided about sending. Clients take it up with their next snapshot. */
export async function changeChatSettings(
  database: Database,
  clock: Clock,
  actor: Actor,
  settings: ChatSettings,
): Promise<ChatSettings> {
  const now = clock.now();
  const rule = assertAllowed(actor, decideChangeSettings(actor));
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(putSettings, [
      actor.tenantId,
      settings.holdSeconds,
      settings.reachShownAbove,
      settings.reachConfirmedAbove,
      settings.everybodyAbove,
      settings.everybodyBy,
      now,
    ]);
    await recordAudit(tx, actor, now, {
      action: "chat-settings.changed",
      subjectId: null,
      rule,
      facts: settings,
    });
  });
  return settings;
}
