import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { ChangeTextReader } from "../contract.ts";
import type { FileServices } from "../services.ts";
import { decideGiveTextReader, decideSeeTextReaders } from "../text-reader-policy.ts";

const give = statement<never>(
  "files.give-text-reader",
  `insert into file_text_reader (tenant_id, person_id, reason, given_by, given_at) values ($1, $2, $3, $4, $5)
   on conflict (tenant_id, person_id) do update
      set reason = excluded.reason, given_by = excluded.given_by, given_at = excluded.given_at`,
);
const take = statement<{ person_id: string }>(
  "files.take-text-reader",
  "delete from file_text_reader where tenant_id = $1 and person_id = $2 returning person_id",
);

/** Gives somebody the words of documents beside their pictures, or takes them back. It holds from the next request on. */
export async function changeTextReader(
  { database, clock }: FileServices,
  actor: Actor,
  personId: string,
  { isGiven, reason }: ChangeTextReader,
): Promise<void> {
  assertAllowed(actor, decideSeeTextReaders(actor));
  if (!isId(personId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const person = (await listPersonSummaries(tx, tenantId, [personId])).get(personId);
    if (!person) throw notFound();
    const rule = assertAllowed(
      actor,
      isGiven ? decideGiveTextReader(actor, person) : decideSeeTextReaders(actor),
    );
    if (isGiven) await tx.run(give, [tenantId, personId, reason, actor.personId, now]);
    else if (!(await tx.first(take, [tenantId, personId]))) throw notFound();
    await recordAudit(tx, actor, now, {
      action: isGiven ? "text-reader.named" : "text-reader.ended",
      subjectId: personId,
      rule,
      facts: { reason },
    });
  });
}
