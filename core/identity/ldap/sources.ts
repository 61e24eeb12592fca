import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import { type LdapResult, LdapSettings, type LdapSource } from "./ldap-contract.ts";

export type SourceRow = {
  id: string;
  name: string;
  is_enabled: boolean;
  settings: unknown;
  secret: Buffer | null;
  read_at: Date | null;
  read_result: string | null;
};

const columns = "id, name, is_enabled, settings, secret, read_at, read_result";
const listRows = statement<SourceRow>(
  "identity.list-ldap-sources",
  `select ${columns} from ldap_source where tenant_id = $1 and removed_at is null order by name, id`,
);
const findRow = statement<SourceRow>(
  "identity.find-ldap-source",
  `select ${columns} from ldap_source where tenant_id = $1 and id = $2 and removed_at is null`,
);
const noteRead = statement<never>(
  "identity.note-ldap-read",
  "update ldap_source set read_at = $3, read_result = $4 where tenant_id = $1 and id = $2",
);

/** A directory as the program works with it. */
export type Source = {
  id: string;
  name: string;
  isEnabled: boolean;
  settings: LdapSettings;
  sealedSecret: Buffer | null;
};

/** The purpose and context under which a directory's password is sealed. */
export const ldapSecretPurpose = "ldap-source";
export const ldapSecretContext = (tenantId: string, sourceId: string) => `${tenantId} ${sourceId}`;

export function openLdapSecret(keyring: Keyring, tenantId: string, source: Source): string {
  if (!source.sealedSecret) return "";
  return keyring
    .open(ldapSecretPurpose, ldapSecretContext(tenantId, source.id), source.sealedSecret)
    .toString("utf8");
}

const toSource = (row: SourceRow): Source => ({
  id: row.id,
  name: row.name,
  isEnabled: row.is_enabled,
  settings: LdapSettings.parse(row.settings),
  sealedSecret: row.secret,
});

export async function listSources(tx: Transaction, tenantId: string): Promise<Source[]> {
  return (await tx.all(listRows, [tenantId])).map(toSource);
}

export async function findSource(tx: Transaction, tenantId: string, id: string): Promise<Source | undefined> {
  const row = await tx.first(findRow, [tenantId, id]);
  return row && toSource(row);
}

/** The directories as administrators see them, without their passwords. */
export async function listLdapSources(tx: Transaction, tenantId: string): Promise<LdapSource[]> {
  return (await tx.all(listRows, [tenantId])).map((row) => {
    const { sealedSecret, ...source } = toSource(row);
    return {
      ...source,
      hasSecret: sealedSecret !== null,
      readAt: row.read_at?.toISOString() ?? null,
      // Only the results of the contract are ever written.
      readResult: row.read_result as LdapResult | null,
    };
  });
}

export async function noteLdapRead(
  tx: Transaction,
  tenantId: string,
  id: string,
  at: Date,
  result: LdapResult,
): Promise<void> {
  await tx.run(noteRead, [tenantId, id, at, result]);
}
