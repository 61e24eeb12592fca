import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { type RemindRequest, rulesEvents } from "../contract.ts";
import { decideManageRules } from "../policy.ts";
import { findCurrentRules } from "../queries/current-rules.ts";
import { listAgreements } from "../queries/list-agreements.ts";

const noteReminders = statement<never>(
  "rules.note-reminders",
  `insert into rule_reminder (tenant_id, text_id, account_id, reminded_at)
   select $1, $2, x.id, $4 from unnest($3::uuid[]) as x (id)
   on conflict (tenant_id, text_id, account_id) do update set reminded_at = $4`,
);

/** Asks everybody who has not agreed yet once more, or those of one section. Gives how many. */
export async function remindOfRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  { audience, sectionId }: RemindRequest,
): Promise<number> {
  const rule = assertAllowed(actor, decideManageRules(actor));
  const now = clock.now();
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const text = await findCurrentRules(tx, tenantId, audience, now);
    if (!text)
      throw new AppError("conflict", {
        reason: "効力のある運用ルールがまだありません",
        reasonEn: "no rules are in effect yet",
      });
    const { sections } = await listAgreements(tx, tenantId, audience, now);
    const missing = sections
      .filter((section) => sectionId === undefined || section.sectionId === sectionId)
      .flatMap((section) => section.missing.map(({ id }) => id));
    if (missing.length === 0) return 0;
    await tx.run(noteReminders, [tenantId, text.id, missing, now]);
    await recordAudit(tx, actor, now, {
      action: "rules.reminded",
      subjectId: text.id,
      rule,
      facts: { audience, section: sectionId ?? null, people: missing.length },
    });
    const told = { textId: text.id, remindedAt: now.toISOString() };
    await publish(
      tx,
      now,
      missing.map((personId) => event(rulesEvents, "rules.reminded", { kind: "person", personId }, told)),
    );
    return missing.length;
  });
}
