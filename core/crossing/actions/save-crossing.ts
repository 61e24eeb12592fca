import { z } from "zod";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { defineTask, enqueue, type Task, taskName } from "#core/jobs/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import {
  type CrossingVersion,
  crossingEvents,
  type SaveCrossingRequest,
  type WithdrawCrossingRequest,
} from "../contract.ts";
import type { CrossingTables } from "../crossing-tables.ts";
import { crossingRules, decideEditCrossing } from "../policy.ts";
import { readVersions } from "../queries/get-crossing.ts";

export type CrossingServices = { database: Database; clock: Clock; crossing: CrossingTables };

// Versions of one municipality are saved one after the other, each knowing the one before it.
const lockVersions = statement<{ id: string }>(
  "crossing.lock-versions",
  "select pg_advisory_xact_lock(hashtextextended('crossing ' || $1::text, 0))::text as id",
);
const insertVersion = statement<never>(
  "crossing.insert-version",
  `insert into crossing_version (tenant_id, number, rules, reason, saved_by, saved_at, takes_effect_at)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);
const withdrawVersion = statement<never>(
  "crossing.withdraw-version",
  `update crossing_version set withdrawn_at = $3, withdrawn_by = $4, withdrawn_reason = $5
    where tenant_id = $1 and number = $2 and withdrawn_at is null`,
);

/** Somebody must be told at the moment at which a version begins: open streams carry what the one before permitted. */
const beginTask = taskName("crossing.begin", z.object({ number: z.int() }));

/** Saves a table as the next version. It holds from its moment on, at the earliest from now. */
export async function saveCrossing(
  { database, clock, crossing }: CrossingServices,
  actor: Actor,
  input: SaveCrossingRequest,
): Promise<CrossingVersion> {
  const now = clock.now();
  const rule = assertAllowed(actor, decideEditCrossing(actor));
  const { tenantId, personId } = actor;
  const isToCome = input.takesEffectAt !== null && Date.parse(input.takesEffectAt) > now.getTime();
  const takesEffectAt = isToCome ? new Date(input.takesEffectAt!) : now;
  const saved = await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.first(lockVersions, [tenantId]);
    const newest = (await readVersions(tx, tenantId, now))[0]?.number ?? 0;
    if (newest !== input.basedOn) throw new AppError("crossing-changed", { number: newest });
    const number = newest + 1;
    await tx.run(insertVersion, [
      tenantId,
      number,
      JSON.stringify(input.table),
      input.reason,
      personId,
      now,
      takesEffectAt,
    ]);
    await recordAudit(tx, actor, now, {
      action: "crossing.saved",
      subjectId: null,
      rule,
      facts: { number, takesEffectAt: takesEffectAt.toISOString(), reason: input.reason },
    });
    if (isToCome)
      await enqueue(tx, tenantId, beginTask, { number }, { at: takesEffectAt, key: String(number) });
    return tell(tx, tenantId, now, number);
  });
  crossing.forget(tenantId);
  return saved;
}

/** Takes a version back: it holds no longer, or never will; the one before it holds again. */
export async function withdrawCrossing(
  { database, clock, crossing }: CrossingServices,
  actor: Actor,
  number: number,
  input: WithdrawCrossingRequest,
): Promise<CrossingVersion> {
  const now = clock.now();
  const rule = assertAllowed(actor, decideEditCrossing(actor));
  const { tenantId, personId } = actor;
  const withdrawn = await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.first(lockVersions, [tenantId]);
    const known = (await readVersions(tx, tenantId, now)).find((version) => version.number === number);
    if (!known) throw notFound();
    if (known.withdrawal) return known;
    await tx.run(withdrawVersion, [tenantId, number, now, personId, input.reason]);
    await recordAudit(tx, actor, now, {
      action: "crossing.withdrawn",
      subjectId: null,
      rule,
      facts: { number, reason: input.reason },
    });
    return tell(tx, tenantId, now, number);
  });
  crossing.forget(tenantId);
  return withdrawn;
}

/** The task by which a version begins at its moment. */
export function beginCrossing({ database, clock }: Pick<CrossingServices, "database" | "clock">): Task {
  return defineTask(beginTask, async ({ number }, { tenantId }) => {
    const now = clock.now();
    await database.transaction(scopeOf(tenantId), async (tx) => {
      const version = (await readVersions(tx, tenantId, now)).find((known) => known.number === number);
      if (version?.standing !== "in-force") return;
      await recordAudit(tx, { tenantId, system: "crossing" }, now, {
        action: "crossing.began",
        subjectId: null,
        rule: crossingRules.byTheClock,
        facts: { number },
      });
      await tell(tx, tenantId, now, number);
    });
  });
}

async function tell(tx: Transaction, tenantId: string, now: Date, number: number): Promise<CrossingVersion> {
  const versions = await readVersions(tx, tenantId, now);
  const inForce = versions.find(({ standing }) => standing === "in-force")?.number ?? 0;
  await publish(tx, now, [
    event(
      crossingEvents,
      "crossing.changed",
      { kind: "rights", topicId: tenantId },
      { inForce, newest: versions[0]!.number },
    ),
  ]);
  return versions.find((version) => version.number === number)!;
}
