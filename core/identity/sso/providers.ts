import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import { type IdentityProvider, ProviderSettings } from "./provider-contract.ts";
import { entityIdOf, samlAnswerAddressOf } from "./saml/metadata.ts";
import { describeCertificates } from "./saml/signing-certificates.ts";

export type ProviderRow = {
  id: string;
  kind: string;
  name: string;
  is_enabled: boolean;
  zones: string[];
  person_kinds: string[];
  allows_administrators: boolean;
  is_second_factor: boolean;
  addresses: string[];
  ca: string | null;
  match_claim: string | null;
  match_with: string | null;
  settings: unknown;
  secret: Buffer | null;
  revision: number;
  changed_at: Date;
};

const columns = `id, kind, name, is_enabled, zones, person_kinds, allows_administrators, is_second_factor, addresses, ca,
  match_claim, match_with, settings, secret, revision, changed_at`;

const listRows = statement<ProviderRow & { links: number }>(
  "identity.list-identity-providers",
  `select ${columns}, (select count(*)::int from provider_link l where l.tenant_id = $1 and l.provider_id = p.id) as links
     from identity_provider p where tenant_id = $1 and removed_at is null order by name, id`,
);
const findRow = statement<ProviderRow>(
  "identity.find-identity-provider",
  `select ${columns} from identity_provider where tenant_id = $1 and id = $2 and removed_at is null`,
);
const lockRow = statement<ProviderRow>(
  "identity.lock-identity-provider",
  `select ${columns} from identity_provider where tenant_id = $1 and id = $2 and removed_at is null for no key update`,
);
// SHARE: a change or removal of this moment either is seen here, or waits and then finds the new session.
const holdRow = statement<ProviderRow>(
  "identity.hold-identity-provider",
  `select ${columns} from identity_provider where tenant_id = $1 and id = $2 and removed_at is null for share`,
);

/** A provider as the program works with it. */
export type Provider = Omit<
  IdentityProvider,
  "links" | "changedAt" | "returnAddresses" | "logoutAddresses" | "saml"
> & {
  revision: number;
  sealedSecret: Buffer | null;
};

/** The purpose and context under which a provider's secret is sealed. */
export const providerSecretPurpose = "identity-provider";
export const providerSecretContext = (tenantId: string, providerId: string) => `${tenantId} ${providerId}`;

export function openProviderSecret(keyring: Keyring, tenantId: string, provider: Provider): string | null {
  if (!provider.sealedSecret) return null;
  const context = providerSecretContext(tenantId, provider.id);
  return keyring.open(providerSecretPurpose, context, provider.sealedSecret).toString("utf8");
}

function toProvider(row: ProviderRow): Provider {
  return {
    id: row.id,
    name: row.name,
    isEnabled: row.is_enabled,
    zones: row.zones,
    // Only the choices of the contract are ever written.
    personKinds: row.person_kinds as Provider["personKinds"],
    allowsAdministrators: row.allows_administrators,
    isSecondFactor: row.is_second_factor,
    addresses: row.addresses,
    ca: row.ca,
    match:
      row.match_claim !== null
        ? { claim: row.match_claim, with: row.match_with as "login-id" | "staff-number" }
        : null,
    settings: ProviderSettings.parse(row.settings),
    hasSecret: row.secret !== null,
    revision: row.revision,
    sealedSecret: row.secret,
  };
}

/** Where a provider sends people back who went from this address. */
export const returnAddressOf = (address: string) => `${address}/sign-in/return`;

/** What a provider has to be told of us: one address for each of ours. */
export function returnAddressesOf(
  tenantId: string,
  provider: Pick<Provider, "id" | "addresses" | "settings">,
) {
  return provider.addresses.map((address) =>
    provider.settings.kind === "saml"
      ? samlAnswerAddressOf(address, tenantId, provider.id)
      : returnAddressOf(address),
  );
}

export async function listProviders(
  tx: Transaction,
  tenantId: string,
  now: Date,
): Promise<IdentityProvider[]> {
  const rows = await tx.all(listRows, [tenantId]);
  return rows.map((row) => {
    const { revision: _, sealedSecret: __, ...provider } = toProvider(row);
    const { settings } = provider;
    return {
      ...provider,
      links: row.links,
      changedAt: row.changed_at.toISOString(),
      returnAddresses: returnAddressesOf(tenantId, provider),
      logoutAddresses:
        settings.kind === "oidc"
          ? provider.addresses.map(
              (address) => `${address}/api/v1/provider-logouts/${tenantId}/${provider.id}`,
            )
          : [],
      saml:
        settings.kind === "saml"
          ? {
              entityId: entityIdOf(provider.id),
              certificates: describeCertificates(settings.certificates, now),
            }
          : null,
    };
  });
}

export async function findProvider(
  tx: Transaction,
  tenantId: string,
  id: string,
  hold: "read" | "lock" | "hold" = "read",
): Promise<Provider | undefined> {
  const wanted = { read: findRow, lock: lockRow, hold: holdRow }[hold];
  const row = await tx.first(wanted, [tenantId, id]);
  return row && toProvider(row);
}

/** The origin of a provider's addresses at which a request came in; undefined where it is not to be used. */
export function addressHere(provider: Provider, host: string): string | undefined {
  return provider.addresses.find((address) => new URL(address).host === host.toLowerCase());
}
