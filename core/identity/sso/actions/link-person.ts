import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { sessionEnded } from "../../actions/end-sessions.ts";
import { decideSetProviders, mayVouchFor, providerRules } from "../provider-policy.ts";
import type { ProviderServices } from "../provider-services.ts";
import { findProvider } from "../providers.ts";

const findAccount = statement<{ kind: string; offices: string[] }>(
  "identity.find-account-to-link",
  `select p.kind, a.offices from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.id = $2 and p.left_at is null`,
);
const insertLink = statement<never>(
  "identity.insert-provider-link-by-hand",
  `insert into provider_link (tenant_id, provider_id, subject, account_id, linked_at) values ($1, $2, $3, $4, $5)
   on conflict do nothing`,
);
const removeLink = statement<{ subject: string }>(
  "identity.remove-provider-link",
  "delete from provider_link where tenant_id = $1 and provider_id = $2 and account_id = $3 returning subject",
);
const endSessions = statement<{ id: string }>(
  "identity.end-sessions-of-provider-link",
  `update session set ended_at = $4
    where tenant_id = $1 and provider_id = $2 and account_id = $3 and ended_at is null and expires_at > $4
   returning id`,
);

/** Says who somebody is at a provider, by its lasting name for them. */
export async function linkPerson(
  { database, clock }: ProviderServices,
  actor: Actor,
  providerId: string,
  input: { accountId: string; subject: string; reason: string },
): Promise<void> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (!isId(providerId) || !isId(input.accountId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const provider = await findProvider(tx, tenantId, providerId, "hold");
    const account = await tx.first(findAccount, [tenantId, input.accountId]);
    if (!provider || !account) throw notFound();
    if (!mayVouchFor(provider, account)) throw new AppError("provider-not-for-account");
    const row = [tenantId, providerId, input.subject.trim(), input.accountId, now];
    if ((await tx.run(insertLink, row)) === 0) throw new AppError("provider-link-taken");
    await recordAudit(tx, actor, now, {
      action: "provider-link.made",
      subjectId: input.accountId,
      rule,
      facts: {
        provider: providerId,
        name: provider.name,
        subject: input.subject.trim(),
        reason: input.reason.trim(),
      },
    });
  });
}

/** Takes a link away; sessions of the person that began on the provider's word end. */
export async function unlinkPerson(
  { database, clock }: ProviderServices,
  actor: Actor,
  providerId: string,
  input: { accountId: string; reason: string },
): Promise<string[]> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (!isId(providerId) || !isId(input.accountId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const provider = await findProvider(tx, tenantId, providerId, "lock");
    if (!provider) throw notFound();
    const removed = await tx.all(removeLink, [tenantId, providerId, input.accountId]);
    if (removed.length === 0) throw notFound();
    const ended = await tx.all(endSessions, [tenantId, providerId, input.accountId, now]);
    await recordAudit(
      tx,
      actor,
      now,
      {
        action: "provider-link.removed",
        subjectId: input.accountId,
        rule,
        facts: {
          provider: providerId,
          name: provider.name,
          subject: removed.map(({ subject }) => subject).join(" "),
          reason: input.reason.trim(),
        },
      },
      ...ended.map(({ id }) => ({
        action: "session.ended",
        subjectId: id,
        rule: providerRules.ends,
        facts: { account: input.accountId },
      })),
    );
    await publish(
      tx,
      now,
      ended.map(({ id }) => sessionEnded(input.accountId, id)),
    );
    return ended.map(({ id }) => id);
  });
}
