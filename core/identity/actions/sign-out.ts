import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor, Rule } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { identityEvents } from "../contract.ts";

const endSession = statement<never>(
  "identity.end-session",
  "update session set ended_at = $3 where tenant_id = $1 and id = $2 and ended_at is null",
);

const ownSession: Rule = { id: "session.own", ja: "本人のログアウト", en: "ended one's own session" };

/** Ends the actor's own session; its streams close, on whichever node they are. Ending it again changes nothing. */
export async function signOut(database: Database, clock: Clock, actor: Actor): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    if ((await tx.run(endSession, [actor.tenantId, actor.sessionId, now])) === 0) return;
    await recordAudit(tx, actor, now, {
      action: "session.ended",
      subjectId: actor.sessionId,
      rule: ownSession,
      facts: {},
    });
    await publish(tx, now, [
      event(
        identityEvents,
        "session.ended",
        { kind: "end-session", personId: actor.personId, sessionId: actor.sessionId },
        { sessionId: actor.sessionId },
      ),
    ]);
  });
}
