import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, noteDecision, type Rule } from "#core/policy/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { accountRules, decideManageAccounts } from "../account-policy.ts";
import { identityEvents } from "../contract.ts";

const endThem = statement<{ id: string }>(
  "identity.end-sessions-of-account",
  `update session set ended_at = $3
    where tenant_id = $1 and account_id = $2 and ended_at is null and expires_at > $3
      and ($4::uuid is null or id = $4) and ($5::uuid is null or id <> $5)
   returning id`,
);
const findAccount = statement<{ id: string }>(
  "identity.find-account-id",
  "select id from account where tenant_id = $1 and id = $2",
);

export type EndedSessions = { ids: string[]; events: OutgoingEvent[] };

/** What ends a session, to be published as the transaction's last step: its streams close, on whichever node they are. */
export function sessionEnded(personId: string, sessionId: string): OutgoingEvent {
  return event(identityEvents, "session.ended", { kind: "end-session", personId, sessionId }, { sessionId });
}

/**
 * Ends sessions of an account inside somebody else's transaction. The caller publishes the events last and forgets the
 * ids after its commit.
 */
export async function endSessionsOf(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  now: Date,
  which: { only?: string; except?: string } = {},
): Promise<EndedSessions> {
  const rows = await tx.all(endThem, [tenantId, accountId, now, which.only ?? null, which.except ?? null]);
  const ids = rows.map((row) => row.id);
  return { ids, events: ids.map((id) => sessionEnded(accountId, id)) };
}

/** Ends one of one's own sessions, or all but the present one. Returns the ids of those that were ended. */
export async function endOwnSessions(
  database: Database,
  clock: Clock,
  actor: Actor,
  which: { only: string } | "others",
): Promise<string[]> {
  if (which !== "others" && !isId(which.only)) throw notFound();
  noteDecision(actor, accountRules.own);
  const chosen = which === "others" ? { except: actor.sessionId } : which;
  const ended = await end(database, clock, actor, actor.personId, accountRules.own, chosen, null);
  if (which !== "others" && ended.length === 0) throw notFound();
  return ended;
}

/** Ends somebody's sessions as an administrator: one, or all of them when a phone was stolen. */
export async function endSessionsAsAdministrator(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  which: { only?: string },
  reason: string,
): Promise<string[]> {
  const rule = assertAllowed(actor, decideManageAccounts(actor));
  if (!isId(accountId) || (which.only !== undefined && !isId(which.only))) throw notFound();
  const ended = await end(database, clock, actor, accountId, rule, which, reason);
  if (which.only !== undefined && ended.length === 0) throw notFound();
  return ended;
}

async function end(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  rule: Rule,
  which: { only?: string; except?: string },
  reason: string | null,
): Promise<string[]> {
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    if (!(await tx.first(findAccount, [actor.tenantId, accountId]))) throw notFound();
    const { ids, events } = await endSessionsOf(tx, actor.tenantId, accountId, now, which);
    if (ids.length === 0) return ids;
    const facts = { account: accountId, ...(reason !== null && { reason }) };
    await recordAudit(
      tx,
      actor,
      now,
      ...ids.map((id) => ({ action: "session.ended", subjectId: id, rule, facts })),
    );
    await publish(tx, now, events);
    return ids;
  });
}
