import type { z } from "zod";
import type { Transaction } from "#core/db/index.ts";
import { statement } from "#core/db/index.ts";

/** What a task is given besides its payload: whose it is, and which try of how many this is. */
export type JobContext = {
  readonly tenantId: string;
  readonly attempt: number;
  readonly maxAttempts: number;
};

/** Names a kind of work and what it needs, where the work itself is not known: an action asks for it by this. */
export type TaskName<Payload> = {
  /** `<module>.<verb>-<noun>`, for ever: it is written in waiting jobs. */
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
};

export function taskName<Payload>(name: string, payload: z.ZodType<Payload>): TaskName<Payload> {
  return { name, payload };
}

/**
 * Work that happens later: at a moment, or as soon as somebody is free. It runs at least once, so it must bear being run
 * twice; a failure is tried again, each time later (exp(attempt) seconds). What must not be lost is in its transaction.
 */
export type Task = {
  readonly name: string;
  readonly run: (payload: unknown, context: JobContext) => Promise<void>;
};

export function defineTask<Payload>(
  task: TaskName<Payload>,
  run: (payload: Payload, context: JobContext) => Promise<void>,
): Task {
  return { name: task.name, run: (payload, context) => run(task.payload.parse(payload), context) };
}

/** A task that comes by the clock, once for the whole installation. */
export type Schedule = {
  readonly name: string;
  /** Minute and hour in Japan (JST), each day; `every` in minutes instead, for what comes more often (a divisor of 60). */
  readonly at: { hour: number; minute: number } | { every: number };
  readonly run: () => Promise<void>;
};

const addJob = statement<{ id: string }>(
  "jobs.add",
  `select id::text as id
     from graphile_worker.add_job($1, payload => $2::json, run_at => $3::timestamptz, max_attempts => $4::int,
                                  job_key => $5, job_key_mode => $6)`,
);
const removeJob = statement<never>("jobs.remove", "select graphile_worker.remove_job($1)");

/**
 * Asks for work behind the commit of this transaction, and only if it commits.
 *
 * @param options.key one waiting job for each key and municipality: asking again replaces time and payload, or with
 * `keep: "first"` changes nothing while one waits
 */
export async function enqueue<Payload>(
  tx: Transaction,
  tenantId: string,
  task: TaskName<Payload>,
  payload: Payload,
  options: { at?: Date; key?: string; keep?: "first" | "last"; maxAttempts?: number } = {},
): Promise<void> {
  // The jobs' tables know no municipality: what a transaction may not touch, it may not ask for either.
  if (tx.scope.kind !== "municipality" || tx.scope.tenantId !== tenantId)
    throw new Error("a job belongs to the municipality of its transaction");
  await tx.run(addJob, [
    task.name,
    JSON.stringify({ tenantId, payload: task.payload.parse(payload) }),
    options.at ?? null,
    options.maxAttempts ?? 25,
    options.key === undefined ? null : keyOf(tenantId, task, options.key),
    options.keep === "first" ? "unsafe_dedupe" : "replace",
  ]);
}

/** Takes back what waits under this key; what is running already is not stopped. */
export async function cancel(
  tx: Transaction,
  tenantId: string,
  task: TaskName<unknown>,
  key: string,
): Promise<void> {
  await tx.run(removeJob, [keyOf(tenantId, task, key)]);
}

function keyOf(tenantId: string, task: { name: string }, key: string): string {
  return `${tenantId} ${task.name} ${key}`;
}
