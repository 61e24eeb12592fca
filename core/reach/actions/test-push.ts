import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { PushTestAnswer } from "../contract.ts";
import type { SendPush } from "../push/send-push.ts";
import { rememberAnswer } from "../push/subscriptions.ts";

const findOwn = statement<{ id: string; endpoint: string }>(
  "reach.find-own-subscription",
  "select id, endpoint from push_subscription where tenant_id = $1 and session_id = $2",
);

const writeTest = statement<never>(
  "reach.write-test",
  `insert into notification (tenant_id, person_id, topic_id, kind, seq, at) values ($1, $2, $3, 'test', null, $4)
   on conflict (tenant_id, person_id, topic_id, kind) do update set at = excluded.at`,
);

/** Wakes this very device, at once, and says what the push service answered. */
export async function testPush(
  database: Database,
  clock: Clock,
  send: SendPush,
  actor: Actor,
): Promise<PushTestAnswer> {
  const own = await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const found = await tx.first(findOwn, [actor.tenantId, actor.sessionId]);
    if (!found) throw new AppError("push-not-subscribed");
    await tx.run(writeTest, [actor.tenantId, actor.personId, actor.sessionId, clock.now()]);
    return found;
  });
  const answer = await send(own.endpoint, { isUrgent: true, zone: actor.zone });
  const outcome = await rememberAnswer(database, clock, actor.tenantId, own.id, answer);
  return {
    outcome: outcome === "later" ? (answer.status === 0 ? "unreachable" : "refused") : outcome,
    status: answer.status,
    service: new URL(own.endpoint).host,
  };
}
