import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import { checkCertificates } from "../../sso/check-certificates.ts";
import { decideSetProviders } from "../../sso/provider-policy.ts";
import type { SaveLdapSourceRequest } from "../ldap-contract.ts";
import type { LdapServices } from "../ldap-services.ts";
import { findSource, ldapSecretContext, ldapSecretPurpose } from "../sources.ts";

const save = statement<never>(
  "identity.save-ldap-source",
  `insert into ldap_source (tenant_id, id, name, is_enabled, settings, secret, changed_at, changed_by)
   values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8)
   on conflict (tenant_id, id) do update
      set name = $3, is_enabled = $4, settings = $5::jsonb, secret = $6, changed_at = $7, changed_by = $8`,
);
const remove = statement<{ name: string }>(
  "identity.remove-ldap-source",
  `update ldap_source set removed_at = $3, changed_at = $3, changed_by = $4, is_enabled = false, secret = null
    where tenant_id = $1 and id = $2 and removed_at is null returning name`,
);

/**
 * Says where a directory of the hall is, and what in it is what here. Another address gets the password only when it is typed again:
 * nobody has it sent to a place of their own.
 */
export async function saveLdapSource(
  { database, clock, keyring }: LdapServices,
  actor: Actor,
  id: string | undefined,
  input: SaveLdapSourceRequest,
): Promise<string> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (id !== undefined && !isId(id)) throw notFound();
  checkCertificates(input.settings.ca);
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const before = id === undefined ? undefined : await findSource(tx, tenantId, id);
    if (id !== undefined && !before) throw notFound();
    const sourceId = before?.id ?? newId(now.getTime());
    const isSamePlace = before?.settings.url === input.settings.url;
    const context = ldapSecretContext(tenantId, sourceId);
    const secret =
      input.secret === undefined
        ? isSamePlace
          ? before.sealedSecret
          : null
        : keyring.seal(ldapSecretPurpose, context, Buffer.from(input.secret));
    const settings = JSON.stringify({ ...input.settings, ca: input.settings.ca?.trim() || null });
    const row = [tenantId, sourceId, input.name.trim(), input.isEnabled, settings, secret];
    await tx.run(save, [...row, now, actor.personId]);
    await recordAudit(tx, actor, now, {
      action: before ? "ldap-source.changed" : "ldap-source.added",
      subjectId: sourceId,
      rule,
      facts: {
        name: input.name.trim(),
        url: input.settings.url,
        isEnabled: input.isEnabled,
        secretChanged: input.secret !== undefined,
        reason: input.reason.trim(),
      },
    });
    return sourceId;
  });
}

export async function removeLdapSource(
  { database, clock }: LdapServices,
  actor: Actor,
  id: string,
  reason: string,
): Promise<void> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (!isId(id)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const removed = await tx.first(remove, [tenantId, id, now, actor.personId]);
    if (!removed) throw notFound();
    await recordAudit(tx, actor, now, {
      action: "ldap-source.removed",
      subjectId: id,
      rule,
      facts: { name: removed.name, reason: reason.trim() },
    });
  });
}
