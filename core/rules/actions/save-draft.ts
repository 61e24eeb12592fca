import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import type { RuleAudience, SaveDraftRequest } from "../contract.ts";
import { decideManageRules } from "../policy.ts";
import { lockTexts } from "./lock-texts.ts";

const putDraft = statement<{ id: string }>(
  "rules.put-draft",
  `insert into rule_text (tenant_id, id, audience, title, body, changed_by, changed_at)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (tenant_id, audience) where version is null
      do update set title = $4, body = $5, changed_by = $6, changed_at = $7
   returning id`,
);

/** Keeps the draft of an audience. Two people who edit at once do not overwrite each other. */
export async function saveDraft(
  database: Database,
  clock: Clock,
  actor: Actor,
  audience: RuleAudience,
  input: SaveDraftRequest,
): Promise<string> {
  const rule = assertAllowed(actor, decideManageRules(actor));
  const now = clock.now();
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const { draft } = await lockTexts(tx, tenantId, audience);
    if ((draft?.changedAt.toISOString() ?? null) !== input.basedOn) throw changedMeanwhile();
    const id = newId(now.getTime());
    const row = await tx.first(putDraft, [
      tenantId,
      id,
      audience,
      input.title,
      input.body,
      actor.personId,
      now,
    ]);
    await recordAudit(tx, actor, now, {
      action: "rules.draft-saved",
      subjectId: row!.id,
      rule,
      facts: { audience, characters: input.body.length },
    });
    return row!.id;
  });
}

export function changedMeanwhile(): AppError {
  return new AppError("conflict", {
    reason: "ほかの人が先に下書きを変更しました。読み込み直して確かめてください",
    reasonEn: "somebody else has changed the draft meanwhile; load it again",
  });
}
