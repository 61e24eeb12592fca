import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { TextReaders } from "../contract.ts";
import { decideSeeTextReaders } from "../text-reader-policy.ts";

const find = statement<{ person_id: string }>(
  "files.find-text-reader",
  "select person_id from file_text_reader where tenant_id = $1 and person_id = $2",
);
const listAll = statement<{ person_id: string; reason: string; given_by: string; given_at: Date }>(
  "files.list-text-readers",
  `select person_id, reason, given_by, given_at from file_text_reader where tenant_id = $1
    order by given_at desc, person_id limit 1000`,
);

/** Whether this person was given the words of documents. Whoever sits at a section's account has none by it. */
export async function mayReadAsText(tx: Transaction, { tenantId, personId, kind }: Actor): Promise<boolean> {
  return kind !== "section" && (await tx.first(find, [tenantId, personId])) !== undefined;
}

/** Who was given the words of documents, the newest first. */
export async function listTextReaders(database: Database, actor: Actor): Promise<TextReaders> {
  assertAllowed(actor, decideSeeTextReaders(actor));
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listAll, [tenantId]);
    const ids = new Set(rows.flatMap((row) => [row.person_id, row.given_by]));
    const people = await listPersonSummaries(tx, tenantId, [...ids]);
    return {
      items: rows.map((row) => ({
        person: people.get(row.person_id)!,
        reason: row.reason,
        givenBy: people.get(row.given_by) ?? null,
        givenAt: row.given_at.toISOString(),
      })),
    };
  });
}
