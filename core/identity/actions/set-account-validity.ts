import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { decideManageAccount } from "../account-policy.ts";
import type { AccountValidity } from "../contract.ts";
import { endSessionsOf } from "./end-sessions.ts";

const findValidity = statement<{ has_left: boolean }>(
  "identity.find-validity",
  `select p.left_at is not null as has_left
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.id = $2 for no key update of a`,
);
const setValidity = statement<never>(
  "identity.set-validity",
  `update account set disabled_at = case when $3 then coalesce(disabled_at, $6) end, stopped_by_administrator = $3,
          starts_at = $4, expires_at = $5
    where tenant_id = $1 and id = $2`,
);

/**
 * Stops an account or lets it be used again, at once or at a time. Where it may not be used now, its sessions end now; a
 * time that is to come ends them when it comes (`AccountEnds`). Returns the ids of the sessions that ended.
 */
export async function setAccountValidity(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  input: AccountValidity,
): Promise<string[]> {
  const rule = assertAllowed(actor, decideManageAccount(actor, accountId));
  if (!isId(accountId)) throw notFound();
  const startsAt = input.startsAt === null ? null : new Date(input.startsAt);
  const expiresAt = input.expiresAt === null ? null : new Date(input.expiresAt);
  if (startsAt && expiresAt && expiresAt <= startsAt)
    throw new AppError("invalid-request", { where: "body.expiresAt", reason: "before startsAt" });
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const before = await tx.first(findValidity, [tenantId, accountId]);
    if (!before) throw notFound();
    if (before.has_left && !input.isStopped)
      throw new AppError("conflict", {
        reason: "退職した人のアカウントです",
        reasonEn: "this person has left",
      });
    await tx.run(setValidity, [tenantId, accountId, input.isStopped, startsAt, expiresAt, now]);
    const isOver = input.isStopped || (expiresAt && expiresAt <= now) || (startsAt && startsAt > now);
    const { ids, events } = isOver
      ? await endSessionsOf(tx, tenantId, accountId, now)
      : { ids: [], events: [] };
    await recordAudit(tx, actor, now, {
      action: input.isStopped ? "account.stopped" : "account.validity-set",
      subjectId: accountId,
      rule,
      facts: {
        reason: input.reason,
        startsAt: startsAt?.toISOString() ?? null,
        expiresAt: expiresAt?.toISOString() ?? null,
        sessionsEnded: ids.length,
      },
    });
    await publish(tx, now, events);
    return ids;
  });
}
