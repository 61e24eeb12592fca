import { statement, type Transaction } from "#core/db/index.ts";
import type { RuleAudience } from "../contract.ts";

type Row = { id: string; version: number | null; effective_at: Date | null; changed_at: Date };

// One after the other: numbers of versions have no gaps, and their times rise.
const lock = statement<never>(
  "rules.lock",
  "select pg_advisory_xact_lock(hashtextextended('rules ' || $1::text || ' ' || $2, 0))",
);
const listRows = statement<Row>(
  "rules.list-locked",
  "select id, version, effective_at, changed_at from rule_text where tenant_id = $1 and audience = $2",
);

/** The draft and the newest published version of an audience, under a lock until the transaction ends. */
export async function lockTexts(
  tx: Transaction,
  tenantId: string,
  audience: RuleAudience,
): Promise<{
  draft: { id: string; changedAt: Date } | undefined;
  newest: { id: string; version: number; effectiveAt: Date } | undefined;
}> {
  await tx.run(lock, [tenantId, audience]);
  const rows = await tx.all(listRows, [tenantId, audience]);
  const draft = rows.find((row) => row.version === null);
  const newest = rows
    .filter((row) => row.version !== null)
    .sort((a, b) => b.version! - a.version!)
    .at(0);
  return {
    draft: draft && { id: draft.id, changedAt: draft.changed_at },
    newest: newest && { id: newest.id, version: newest.version!, effectiveAt: newest.effective_at! },
  };
}
