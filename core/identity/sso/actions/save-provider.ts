import { createHash } from "node:crypto";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import type { Zones } from "#core/zones/index.ts";
import { isId, newId } from "#shared/ids.ts";
import { zoneWords } from "#shared/zone-words.ts";
import { sessionEnded } from "../../actions/end-sessions.ts";
import { checkCertificates } from "../check-certificates.ts";
import type { ProviderSettings, SaveProviderRequest } from "../provider-contract.ts";
import { decideSetProviders, providerRules } from "../provider-policy.ts";
import type { ProviderServices } from "../provider-services.ts";
import { findProvider, type Provider, providerSecretContext, providerSecretPurpose } from "../providers.ts";
import { checkSigningCertificates, describeCertificates } from "../saml/signing-certificates.ts";

const insertProvider = statement<never>(
  "identity.insert-identity-provider",
  `insert into identity_provider (tenant_id, id, kind, name, is_enabled, zones, person_kinds, allows_administrators,
      is_second_factor, addresses, ca, match_claim, match_with, settings, secret, changed_at, changed_by, revision)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17, 1)`,
);
const updateProvider = statement<never>(
  "identity.update-identity-provider",
  `update identity_provider
      set kind = $3, name = $4, is_enabled = $5, zones = $6, person_kinds = $7, allows_administrators = $8, is_second_factor = $9,
          addresses = $10, ca = $11, match_claim = $12, match_with = $13, settings = $14::jsonb, secret = $15, changed_at = $16,
          changed_by = $17, revision = revision + 1
    where tenant_id = $1 and id = $2`,
);
const removeRow = statement<never>(
  "identity.remove-identity-provider",
  `update identity_provider set removed_at = $3, changed_at = $3, changed_by = $4, is_enabled = false, secret = null,
          revision = revision + 1
    where tenant_id = $1 and id = $2`,
);
const removeLinks = statement<never>(
  "identity.remove-provider-links",
  "delete from provider_link where tenant_id = $1 and provider_id = $2",
);
// Those for whom the provider may no longer vouch, or not there.
const endSessions = statement<{ id: string; account_id: string }>(
  "identity.end-sessions-of-provider",
  `update session s set ended_at = $3 from account a, person p
    where s.tenant_id = $1 and s.provider_id = $2 and s.ended_at is null and s.expires_at > $3
      and a.tenant_id = $1 and a.id = s.account_id and p.tenant_id = $1 and p.id = s.account_id
      and ($4 or s.zone <> all ($5::text[]) or p.kind <> all ($6::text[])
           or (cardinality(a.offices) > 0 and not $7) or a.offices && '{audit,records}')
   returning s.id, s.account_id`,
);

const nobody = { zones: [], personKinds: [], allowsAdministrators: false };

/** Sets an identity provider up, or another way than before. Returns its id and the sessions that have ended with it. */
export async function saveProvider(
  { database, clock, keyring, zones }: ProviderServices,
  actor: Actor,
  id: string | undefined,
  input: SaveProviderRequest,
): Promise<{ id: string; ended: string[] }> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (id !== undefined && !isId(id)) throw notFound();
  checkZones(zones, input);
  checkCertificates(input.ca);
  const settings = checkSettings(input.settings);
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const before = id === undefined ? undefined : await findProvider(tx, tenantId, id, "lock");
    if (id !== undefined && !before) throw notFound();
    const providerId = before?.id ?? newId(now.getTime());
    const secret =
      input.secret === undefined
        ? (before?.sealedSecret ?? null)
        : input.secret &&
          keyring.seal(
            providerSecretPurpose,
            providerSecretContext(tenantId, providerId),
            Buffer.from(input.secret),
          );
    // Another issuer gives its names to other people: who was linked to the one before is nobody there.
    const isAnother = before !== undefined && namesOf(before.settings) !== namesOf(input.settings);
    await tx.run(before ? updateProvider : insertProvider, [
      tenantId,
      providerId,
      input.settings.kind,
      input.name.trim(),
      input.isEnabled,
      input.zones,
      input.personKinds,
      input.allowsAdministrators,
      input.isSecondFactor,
      input.addresses,
      input.ca?.trim() || null,
      input.match?.claim.trim() ?? null,
      input.match?.with ?? null,
      JSON.stringify(settings),
      secret || null,
      now,
      actor.personId,
    ]);
    const unlinked = isAnother ? await tx.run(removeLinks, [tenantId, providerId]) : 0;
    const isOver = !input.isEnabled || isAnother || (before !== undefined && losesTrust(before, input));
    const ended = before ? await endSessionsOf(tx, tenantId, providerId, isOver, input, now) : [];
    await recordAudit(tx, actor, now, {
      action: before ? "identity-provider.changed" : "identity-provider.added",
      subjectId: providerId,
      rule,
      facts: {
        name: input.name.trim(),
        reason: input.reason.trim(),
        isEnabled: input.isEnabled,
        zones: input.zones.join(" "),
        personKinds: input.personKinds.join(" "),
        allowsAdministrators: input.allowsAdministrators,
        isSecondFactor: input.isSecondFactor,
        ...trustOf({ ...input, settings }, now),
        secretChanged: input.secret !== undefined,
        unlinked,
        ended: ended.length,
      },
    });
    await publish(
      tx,
      now,
      ended.map((row) => sessionEnded(row.account_id, row.id)),
    );
    return { id: providerId, ended: ended.map((row) => row.id) };
  });
}

/** Takes a provider away with its secret and its links; sessions that began on its word end. */
export async function removeProvider(
  { database, clock }: ProviderServices,
  actor: Actor,
  id: string,
  reason: string,
): Promise<string[]> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (!isId(id)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const provider = await findProvider(tx, tenantId, id, "lock");
    if (!provider) throw notFound();
    await tx.run(removeRow, [tenantId, id, now, actor.personId]);
    const unlinked = await tx.run(removeLinks, [tenantId, id]);
    const ended = await endSessionsOf(tx, tenantId, id, true, nobody, now);
    await recordAudit(tx, actor, now, {
      action: "identity-provider.removed",
      subjectId: id,
      rule,
      facts: { name: provider.name, reason: reason.trim(), unlinked, ended: ended.length },
    });
    await publish(
      tx,
      now,
      ended.map((row) => sessionEnded(row.account_id, row.id)),
    );
    return ended.map((row) => row.id);
  });
}

async function endSessionsOf(
  tx: Transaction,
  tenantId: string,
  providerId: string,
  isOver: boolean,
  still: { zones: readonly string[]; personKinds: readonly string[]; allowsAdministrators: boolean },
  now: Date,
): Promise<{ id: string; account_id: string }[]> {
  const ended = await tx.all(endSessions, [
    tenantId,
    providerId,
    now,
    isOver,
    still.zones,
    still.personKinds,
    still.allowsAdministrators,
  ]);
  if (ended.length > 0)
    await recordAudit(
      tx,
      { tenantId, system: "identity-provider" },
      now,
      ...ended.map((row) => ({
        action: "session.ended",
        subjectId: row.id,
        rule: providerRules.ends,
        facts: { account: row.account_id },
      })),
    );
  return ended;
}

/** Zones that there are, and from each of which the provider may be asked; SAML asks nothing. */
function checkZones(zones: Zones, { zones: chosen, settings }: SaveProviderRequest): void {
  for (const zone of chosen) {
    if (zones.sideOf(zone) === undefined) throw new AppError("invalid-request", { where: "body.zones" });
    if (settings.kind === "saml" || zones.mayAsk(zone, new URL(settings.issuer))) continue;
    const { ja, en } = zoneWords(zone);
    throw new AppError("provider-zone-refused", {
      zone: ja,
      zoneEn: en,
      host: new URL(settings.issuer).host,
    });
  }
}

/** What is kept: certificates for signing in one form, each strong enough. */
function checkSettings(settings: ProviderSettings): ProviderSettings {
  if (settings.kind !== "saml") return settings;
  return { ...settings, certificates: checkSigningCertificates(settings.certificates) };
}

/** What says whom we believe, as the record keeps it: also a change that is taken back must be seen. */
function trustOf({ settings, ca, addresses, match }: SaveProviderRequest, now: Date): Record<string, string> {
  const common = {
    acr: settings.acr,
    issuer: namesOf(settings),
    addresses: addresses.join(" "),
    ca: ca?.trim() ? createHash("sha256").update(ca.trim()).digest("hex") : "",
    match: match ? `${match.claim.trim()} = ${match.with}` : "",
  };
  return settings.kind === "saml"
    ? {
        ...common,
        signInUrl: settings.signInUrl,
        certificates: describeCertificates(settings.certificates, now)
          .map(({ fingerprint }) => fingerprint)
          .join(" "),
      }
    : { ...common, clientId: settings.clientId };
}

/** Whether somebody's key is believed no more: what was believed on its word ends with it. */
function losesTrust(before: Provider, { settings, ca }: SaveProviderRequest): boolean {
  const was = before.settings;
  if (was.kind === "oidc" && settings.kind === "oidc")
    return was.clientId !== settings.clientId || (before.ca ?? "") !== (ca?.trim() ?? "");
  if (was.kind !== "saml" || settings.kind !== "saml") return true;
  const still = checkSigningCertificates(settings.certificates);
  return was.certificates.some((certificate) => !still.includes(certificate));
}

/** Who gives the names by which people are linked. */
function namesOf(settings: Provider["settings"]): string {
  return settings.issuer;
}
