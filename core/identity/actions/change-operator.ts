import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { accountRules } from "../account-policy.ts";
import type { ChangeOperatorRequest } from "../contract.ts";
import { sitsIn } from "../operators.ts";
import { listOperators } from "../queries/list-operators.ts";
import type { SignInCondition } from "../sign-in-condition.ts";
import { todayInJapan } from "../today.ts";
import { hashToken, newToken } from "../tokens.ts";
import { sessionEnded } from "./end-sessions.ts";

// Under a lock: of two changes at the same moment one finds the session over.
const lockSession = statement<{ section_id: string | null; expires_at: Date }>(
  "identity.lock-session-for-operator",
  `select p.section_id, s.expires_at from session s join person p on p.tenant_id = s.tenant_id and p.id = s.account_id
    where s.tenant_id = $1 and s.id = $2 and s.ended_at is null and s.expires_at > $3 and p.kind = 'section'
      for no key update of s`,
);
const findOperator = statement<{ id: string }>(
  "identity.find-next-operator",
  `select o.id from person o where o.tenant_id = $1 and o.id = $2 and ${sitsIn("$3::uuid", "$4::date")}`,
);
const endSession = statement<never>(
  "identity.end-session-for-operator",
  "update session set ended_at = $3 where tenant_id = $1 and id = $2",
);
const insertSession = statement<never>(
  "identity.insert-session-for-operator",
  `insert into session (tenant_id, token_hash, id, account_id, device_id, zone, operator_id, created_at, expires_at,
                        last_used_at, side, provider_id, provider_session)
   select $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, s.side, s.provider_id, s.provider_session from session s where s.tenant_id = $1 and s.id = $10`,
);

export type ChangedOperator = { token: string; actor: Actor; expiresAt: Date };

/**
 * Another person sits down at a section account (操作者の交代): the session of the one before ends and one of theirs begins, on the
 * same device and for no longer. So nothing that follows is written down under the wrong name, on whichever node.
 */
export async function changeOperator(
  services: { database: Database; clock: Clock; signInConditions: readonly SignInCondition[] },
  actor: Actor,
  { operatorId, agreedRules }: ChangeOperatorRequest,
): Promise<ChangedOperator> {
  const { database, clock, signInConditions } = services;
  noteDecision(actor, accountRules.own);
  if (actor.kind !== "section") throw new AppError("not-found");
  const now = clock.now();
  const { tenantId, personId } = actor;
  const today = todayInJapan(clock);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const session = await tx.first(lockSession, [tenantId, actor.sessionId, now]);
    if (!session) throw new AppError("unauthenticated");
    const { section_id: sectionId, expires_at: expiresAt } = session;
    if (!sectionId || !(await tx.first(findOperator, [tenantId, operatorId, sectionId, today])))
      throw new AppError("operator-required", {
        operators: sectionId ? await listOperators(tx, tenantId, personId, sectionId, today) : [],
      });
    const next: Actor = { ...actor, operatorId, sessionId: newId(now.getTime()) };
    const input = { loginId: "", password: "", ...(agreedRules && { agreedRules }) };
    for (const expect of signInConditions) await expect(tx, { actor: next, input, now });
    const token = newToken(tenantId);
    await tx.run(endSession, [tenantId, actor.sessionId, now]);
    await tx.run(insertSession, [
      tenantId,
      hashToken(token),
      next.sessionId,
      personId,
      actor.deviceId,
      actor.zone,
      operatorId,
      now,
      expiresAt,
      actor.sessionId,
    ]);
    const rule = accountRules.own;
    await recordAudit(tx, actor, now, {
      action: "session.ended",
      subjectId: actor.sessionId,
      rule,
      facts: { handedTo: operatorId },
    });
    await recordAudit(tx, next, now, {
      action: "session.started",
      subjectId: next.sessionId,
      rule,
      facts: { zone: actor.zone, handedFrom: actor.operatorId },
    });
    await publish(tx, now, [sessionEnded(personId, actor.sessionId)]);
    return { token, actor: next, expiresAt };
  });
}
