import { createHash } from "node:crypto";
import { AppError } from "#core/kernel/index.ts";
import type { Transaction } from "./database.ts";
import { statement } from "./statement.ts";

const claimKey = statement<{ key: string }>(
  "db.claim-idempotency-key",
  `insert into idempotency_key (tenant_id, account_id, key, route, request_hash, status, response, created_at)
   values ($1, $2, $3, $4, $5, 0, '', $6) on conflict do nothing returning key`,
);
const findAnswer = statement<{ route: string; request_hash: Buffer; status: number; response: string }>(
  "db.find-idempotent-answer",
  "select route, request_hash, status, response from idempotency_key where tenant_id = $1 and account_id = $2 and key = $3",
);
const keepAnswer = statement<never>(
  "db.keep-idempotent-answer",
  "update idempotency_key set status = $4, response = $5 where tenant_id = $1 and account_id = $2 and key = $3",
);

/**
 * Does the work once for a key of an account and answers the same for the same request again; the key and the work
 * share one transaction, so a key is used up only by work that is kept. Two requests at the same moment: the second
 * waits for the first at the UNIQUE constraint.
 */
export async function onceByKey<Answer>(
  tx: Transaction,
  call: { tenantId: string; accountId: string; key: string; route: string; request: unknown; at: Date },
  work: () => Promise<{ status: number; body: Answer }>,
): Promise<{ status: number; body: Answer }> {
  const { tenantId, accountId, key, route } = call;
  const hash = createHash("sha256").update(JSON.stringify(call.request)).digest();
  const claimed = await tx.first(claimKey, [tenantId, accountId, key, route, hash, call.at]);
  if (!claimed) {
    const before = await tx.first(findAnswer, [tenantId, accountId, key]);
    if (!before || before.route !== route || !before.request_hash.equals(hash))
      throw new AppError("idempotency-key-reused");
    return { status: before.status, body: JSON.parse(before.response) };
  }
  const answer = await work();
  await tx.run(keepAnswer, [tenantId, accountId, key, answer.status, JSON.stringify(answer.body)]);
  return answer;
}
