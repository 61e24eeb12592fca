import { createHash } from "node:crypto";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { reachRules } from "../policy.ts";

/*
 * With the first subscription of a municipality pushes begin at the end of the stream: before it nobody was reached, and
 * nothing was followed.
 */
const beginFollowing = statement<never>(
  "reach.begin-following",
  `insert into push_position (tenant_id, position)
   select $1, coalesce((select position from stream_head where tenant_id = $1), 0)
   on conflict (tenant_id) do update set position = excluded.position
    where not exists (select from push_subscription where tenant_id = $1)`,
);

const dropOthers = statement<never>(
  "reach.drop-other-subscriptions",
  `delete from push_subscription
    where tenant_id = $1 and (session_id = $2 or endpoint_hash = $3)
      and not (session_id = $2 and endpoint_hash = $3)`,
);

const writeSubscription = statement<{ is_new: boolean }>(
  "reach.write-subscription",
  `insert into push_subscription
     (tenant_id, id, account_id, device_id, session_id, endpoint, endpoint_hash, language, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   on conflict (tenant_id, session_id) do update set language = excluded.language
   returning xmax = 0 as is_new`,
);

/**
 * Binds a browser's endpoint to the actor's account, device and session. The same one again changes nothing; a browser
 * that belonged to another account wakes for this one alone from now on.
 */
export async function subscribePush(
  database: Database,
  clock: Clock,
  actor: Actor,
  given: { endpoint: string; language: "ja" | "en" },
): Promise<void> {
  const now = clock.now();
  const hash = createHash("sha256").update(given.endpoint).digest();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(beginFollowing, [actor.tenantId]);
    await tx.run(dropOthers, [actor.tenantId, actor.sessionId, hash]);
    const row = await tx.first(writeSubscription, [
      actor.tenantId,
      newId(),
      actor.personId,
      actor.deviceId,
      actor.sessionId,
      given.endpoint,
      hash,
      given.language,
      now,
    ]);
    if (!row?.is_new) return;
    await recordAudit(tx, actor, now, {
      action: "push-subscription.created",
      subjectId: actor.deviceId,
      rule: reachRules.ownDevice,
      facts: { service: new URL(given.endpoint).host },
    });
  });
}

const removeOwn = statement<never>(
  "reach.remove-subscription",
  "delete from push_subscription where tenant_id = $1 and session_id = $2",
);

/** This session's device is woken no more. */
export async function unsubscribePush(database: Database, clock: Clock, actor: Actor): Promise<void> {
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    if ((await tx.run(removeOwn, [actor.tenantId, actor.sessionId])) === 0) return;
    await recordAudit(tx, actor, clock.now(), {
      action: "push-subscription.removed",
      subjectId: actor.deviceId,
      rule: reachRules.ownDevice,
      facts: {},
    });
  });
}
