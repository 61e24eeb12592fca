import { z } from "zod";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { cancel, enqueue, taskName } from "#core/jobs/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { type PublishRulesRequest, type RuleAudience, rulesEvents } from "../contract.ts";
import { decideManageRules } from "../policy.ts";
import { findCurrentRules, graceEnd } from "../queries/current-rules.ts";
import { lockTexts } from "./lock-texts.ts";
import { changedMeanwhile } from "./save-draft.ts";

const findText = statement<{ audience: string; version: number | null; effective_at: Date | null }>(
  "rules.find-text",
  "select audience, version, effective_at from rule_text where tenant_id = $1 and id = $2",
);
const setPublished = statement<never>(
  "rules.set-published",
  `update rule_text set version = $3, effective_at = $4, grace_days = $5, reason = $6, published_by = $7, published_at = $8
    where tenant_id = $1 and id = $2`,
);
const setDraft = statement<never>(
  "rules.set-draft",
  `update rule_text set version = null, effective_at = null, reason = null, published_by = null, published_at = null,
          changed_at = $3
    where tenant_id = $1 and id = $2`,
);
const listGuests = statement<{ id: string }>(
  "rules.list-guests-to-ask",
  `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and p.kind = 'guest' and p.left_at is null and a.disabled_at is null`,
);

/** A version takes effect at its moment: whoever is signed in is asked. */
export const takeEffect = taskName("rules.take-effect", z.object({ textId: z.uuid() }));
/** The days in which it could be put off are over: sessions without agreement end. */
export const endGrace = taskName("rules.end-grace", z.object({ textId: z.uuid() }));

/** Publishes the draft of an audience, now or from a moment on. One at a time waits for its moment. */
export async function publishRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  textId: string,
  input: PublishRulesRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideManageRules(actor));
  if (!isId(textId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const text = await tx.first(findText, [tenantId, textId]);
    if (!text) throw notFound();
    const audience = text.audience as RuleAudience;
    const { draft, newest } = await lockTexts(tx, tenantId, audience);
    if (draft?.id !== textId || draft.changedAt.toISOString() !== input.basedOn) throw changedMeanwhile();
    const effectiveAt = input.effectiveAt === null ? now : new Date(input.effectiveAt);
    if (effectiveAt < now)
      throw new AppError("invalid-request", { where: "body.effectiveAt", reason: "in the past" });
    if (newest && newest.effectiveAt > now)
      throw new AppError("conflict", {
        reason: "公開を待っている版があります。先にその版の公開を取り消してください",
        reasonEn: "a version waits for its moment already; take that back first",
      });
    const version = (newest?.version ?? 0) + 1;
    await tx.run(setPublished, [
      tenantId,
      textId,
      version,
      effectiveAt,
      input.graceDays,
      input.reason,
      actor.personId,
      now,
    ]);
    await recordAudit(tx, actor, now, {
      action: "rules.published",
      subjectId: textId,
      rule,
      facts: {
        audience,
        version,
        effectiveAt: effectiveAt.toISOString(),
        graceDays: input.graceDays,
        reason: input.reason,
      },
    });
    await enqueue(
      tx,
      tenantId,
      endGrace,
      { textId },
      { at: graceEnd(effectiveAt, input.graceDays), key: textId },
    );
    if (effectiveAt > now) {
      await enqueue(tx, tenantId, takeEffect, { textId }, { at: effectiveAt, key: textId });
      return;
    }
    await publish(tx, now, await askEverybody(tx, tenantId, audience, now));
  });
}

/** Takes back a version whose moment has not come: it is a draft again. */
export async function withdrawRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  textId: string,
  reason: string,
): Promise<void> {
  const rule = assertAllowed(actor, decideManageRules(actor));
  if (!isId(textId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const text = await tx.first(findText, [tenantId, textId]);
    if (!text) throw notFound();
    const audience = text.audience as RuleAudience;
    const { draft, newest } = await lockTexts(tx, tenantId, audience);
    if (newest?.id !== textId || newest.effectiveAt <= now)
      throw new AppError("conflict", {
        reason: "もう効力が生じているため取り消せません。新しい版を公開してください",
        reasonEn: "it is in effect already; publish a newer version instead",
      });
    if (draft)
      throw new AppError("conflict", {
        reason: "別の下書きがあります。先にその下書きを公開するか、内容をこの版に合わせてください",
        reasonEn: "there is another draft",
      });
    await tx.run(setDraft, [tenantId, textId, now]);
    await recordAudit(tx, actor, now, {
      action: "rules.withdrawn",
      subjectId: textId,
      rule,
      facts: { audience, version: newest.version, reason },
    });
    await cancel(tx, tenantId, takeEffect, textId);
    await cancel(tx, tenantId, endGrace, textId);
  });
}

/** The task `takeEffect`: asks whoever is signed in. Twice does no harm; a version that was taken back asks nobody. */
export async function askAtItsMoment(
  database: Database,
  clock: Clock,
  tenantId: string,
  textId: string,
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const text = await tx.first(findText, [tenantId, textId]);
    if (!text?.effective_at || text.effective_at > now) return;
    await publish(tx, now, await askEverybody(tx, tenantId, text.audience as RuleAudience, now));
  });
}

/** Staff and section accounts hear the directory's topic; guests do not, and are told one by one. */
async function askEverybody(
  tx: Transaction,
  tenantId: string,
  audience: RuleAudience,
  now: Date,
): Promise<OutgoingEvent[]> {
  const current = await findCurrentRules(tx, tenantId, audience, now);
  if (!current) return [];
  const { body: _, ...text } = current;
  if (audience !== "guest")
    return [event(rulesEvents, "rules.published", { kind: "topic", topicId: tenantId }, { text })];
  const guests = await tx.all(listGuests, [tenantId]);
  return guests.map(({ id }) =>
    event(rulesEvents, "rules.published", { kind: "person", personId: id }, { text }),
  );
}
