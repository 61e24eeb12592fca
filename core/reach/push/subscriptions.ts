import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { PushAnswer } from "./send-push.ts";

/** What becomes of a push after an answer; `later` means that it is tried again. */
export type PushFate = "accepted" | "refused" | "gone" | "later";

/** Tries after the first, each twice as late as the one before, until a push would be a night old. */
const firstRetry = 20;
const longestRetry = 3600;
const mostAttempts = 16;

/** Decides what an answer means (RFC 8030, and what the services document). */
export function fateOf(answer: PushAnswer, attempts: number): PushFate {
  if (answer.status >= 200 && answer.status < 300) return "accepted";
  if (answer.status === 404 || answer.status === 410) return "gone";
  const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
  return mayPass && attempts < mostAttempts ? "later" : "refused";
}

/** Seconds until the next attempt: what the service asks for, else doubled each time. */
export function retryAfter(answer: PushAnswer, attempts: number): number {
  return Math.min(longestRetry, Math.max(answer.retryAfterSeconds ?? 0, firstRetry * 2 ** attempts));
}

const removeGone = statement<never>(
  "reach.remove-gone-subscription",
  "delete from push_subscription where tenant_id = $1 and id = $2",
);

const writeAnswer = statement<never>(
  "reach.write-push-answer",
  `update push_subscription
      set answer = $3, tried_at = $4, accepted_at = case when $5 then $4 else accepted_at end,
          attempts = case when $6::timestamptz is null then 0 else attempts + 1 end,
          -- What came while this one was on its way waits on.
          due_at = case when due_at is distinct from $7 then due_at else $6 end
    where tenant_id = $1 and id = $2`,
);

/**
 * Remembers what a push service said of a device.
 *
 * @param lease the moment until which this push was taken from the others; null for a test, which nobody else sends
 */
export async function rememberAnswer(
  database: Database,
  clock: Clock,
  tenantId: string,
  id: string,
  answer: PushAnswer,
  taken: { lease: Date; attempts: number } | undefined = undefined,
): Promise<PushFate> {
  const fate = fateOf(answer, taken?.attempts ?? 0);
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if (fate === "gone") return tx.run(removeGone, [tenantId, id]);
    const next =
      fate === "later" && taken ? new Date(now.getTime() + 1000 * retryAfter(answer, taken.attempts)) : null;
    return tx.run(writeAnswer, [
      tenantId,
      id,
      answer.status,
      now,
      fate === "accepted",
      next,
      taken?.lease ?? null,
    ]);
  });
  return fate;
}
