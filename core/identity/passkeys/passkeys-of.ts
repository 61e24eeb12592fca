import { statement, type Transaction } from "#core/db/index.ts";

export type PasskeyRow = {
  id: string;
  account_id: string;
  credential_id: Buffer;
  public_key: Buffer;
  counter: number;
  transports: string[];
  domain: string;
  name: string;
  is_backed_up: boolean;
  created_at: Date;
  last_used_at: Date | null;
};

const columns =
  "id, account_id, credential_id, public_key, counter, transports, domain, name, is_backed_up, created_at, last_used_at";
const listOf = statement<PasskeyRow>(
  "identity.list-passkeys",
  `select ${columns} from passkey where tenant_id = $1 and account_id = $2 order by created_at, id`,
);
const findOne = statement<PasskeyRow>(
  "identity.find-passkey",
  `select ${columns} from passkey where tenant_id = $1 and credential_id = $2`,
);

export function listPasskeys(tx: Transaction, tenantId: string, accountId: string): Promise<PasskeyRow[]> {
  return tx.all(listOf, [tenantId, accountId]);
}

/** By the id that the authenticator gave it, in base64url. */
export function findPasskey(
  tx: Transaction,
  tenantId: string,
  credentialId: string,
): Promise<PasskeyRow | undefined> {
  return tx.first(findOne, [tenantId, Buffer.from(credentialId, "base64url")]);
}
