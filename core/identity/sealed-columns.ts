import type { SealedColumn } from "#core/db/index.ts";
import { ldapSecretPurpose } from "./ldap/sources.ts";
import { providerSecretPurpose } from "./sso/providers.ts";

const ofRow = (tenantId: string, key: string) => `${tenantId} ${key}`;

/** Where this module keeps what the keyring sealed: sealed anew when the installation's key changes. */
export const identitySealedColumns: readonly SealedColumn[] = [
  { table: "account", key: "id", column: "totp_secret", purpose: "totp", contextOf: ofRow },
  { table: "account", key: "id", column: "totp_pending", purpose: "totp", contextOf: ofRow },
  { table: "directory_import", key: "id", column: "passwords", purpose: "first-passwords", contextOf: ofRow },
  {
    table: "identity_provider",
    key: "id",
    column: "secret",
    purpose: providerSecretPurpose,
    contextOf: ofRow,
  },
  { table: "ldap_source", key: "id", column: "secret", purpose: ldapSecretPurpose, contextOf: ofRow },
];
