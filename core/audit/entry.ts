import { createHash, randomBytes } from "node:crypto";
import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor, Rule } from "#core/policy/index.ts";

/** What an action did, for the record: never the contents of a message, a form or a file. */
export type AuditFact = {
  /** `noun.verb` in the past, as the event: `message.sent`. */
  action: string;
  /** The room, person, session … that it was done to. */
  subjectId: string | null;
  /** The rule that allowed it. */
  rule: Rule;
  facts: Readonly<Record<string, string | number | boolean | null>>;
};

/** Who acts when no person does: imports at the console, jobs. */
export type SystemActor = { readonly tenantId: string; readonly system: string };

export type AuditColumns = {
  action: string;
  actorId: string | null;
  subjectId: string | null;
  payload: string;
  salt: Buffer;
  digest: Buffer;
};

/** The stored bytes of an entry and their salted hash. */
export function auditColumns(actor: Actor | SystemActor, at: Date, fact: AuditFact): AuditColumns {
  const who =
    "system" in actor
      ? { system: actor.system }
      : {
          actor: actor.personId,
          operator: actor.operatorId,
          zone: actor.zone,
          device: actor.deviceId,
          session: actor.sessionId,
        };
  const payload = JSON.stringify({
    at: at.toISOString(),
    action: fact.action,
    ...who,
    subject: fact.subjectId,
    rule: fact.rule.id,
    facts: fact.facts,
  });
  const salt = randomBytes(16);
  return {
    action: fact.action,
    actorId: "system" in actor ? null : actor.personId,
    subjectId: fact.subjectId,
    payload,
    salt,
    digest: digestOf(salt, payload),
  };
}

/** SHA-256 over salt and payload: without the salt nothing of the payload can be guessed from it. */
export function digestOf(salt: Buffer, payload: string): Buffer {
  return createHash("sha256").update(salt).update(payload).digest();
}

const insertEntries = statement<never>(
  "audit.insert-entries",
  `insert into audit_entry (tenant_id, at, action, actor_id, subject_id, payload, salt, digest)
   select $1, $2, e.action, e.actor_id, e.subject_id, e.payload, e.salt, e.digest
     from unnest($3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[])
          as e (action, actor_id, subject_id, payload, salt, digest)`,
);

/**
 * Writes what was done and by which rule, in the transaction that does it. Chained behind the commit.
 *
 * @example await recordAudit(tx, actor, now, { action: "room.created", subjectId: room.id, rule, facts: { kind } });
 */
export async function recordAudit(
  tx: Transaction,
  actor: Actor | SystemActor,
  at: Date,
  ...facts: readonly AuditFact[]
): Promise<void> {
  const columns = facts.map((fact) => auditColumns(actor, at, fact));
  tx.announce();
  await tx.run(insertEntries, [
    actor.tenantId,
    at,
    columns.map((c) => c.action),
    columns.map((c) => c.actorId),
    columns.map((c) => c.subjectId),
    columns.map((c) => c.payload),
    columns.map((c) => c.salt),
    columns.map((c) => c.digest),
  ]);
}
