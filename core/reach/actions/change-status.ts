import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { findTextFault } from "#shared/text.ts";
import { type OwnStatus, reachEvents, type StatusRequest } from "../contract.ts";
import { reachRules } from "../policy.ts";

const writeStatus = statement<never>(
  "reach.write-status",
  `insert into person_status (tenant_id, person_id, status, words, until, hides_presence, changed_at)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (tenant_id, person_id) do update
      set status = excluded.status, words = excluded.words, until = excluded.until,
          hides_presence = excluded.hides_presence, changed_at = excluded.changed_at`,
);

/** What a person says about where they are, until when, and whether others may know that they are at a screen. */
export async function changeStatus(
  database: Database,
  clock: Clock,
  actor: Actor,
  request: StatusRequest,
): Promise<OwnStatus> {
  const now = clock.now();
  const words = request.status === null ? null : request.words || null;
  const until = request.status === null ? null : request.until;
  if (words !== null && findTextFault(words)) throw new AppError("invalid-request", { where: "body.words" });
  if (until !== null && Date.parse(until) <= now.getTime())
    throw new AppError("invalid-request", { where: "body.until" });
  const { status, hidesPresence } = request;
  const own: OwnStatus = {
    personId: actor.personId,
    status,
    words,
    until: until && new Date(until).toISOString(),
    hidesPresence,
    changedAt: now.toISOString(),
  };
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(writeStatus, [actor.tenantId, actor.personId, status, words, until, hidesPresence, now]);
    await recordAudit(tx, actor, now, {
      action: "status.changed",
      subjectId: actor.personId,
      rule: reachRules.ownStatus,
      facts: { status, hidesPresence },
    });
    await publish(tx, now, [
      event(reachEvents, "status.changed", { kind: "watched", personId: actor.personId }, own),
    ]);
  });
  return own;
}
