import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import { newTotpSecret } from "./totp.ts";

/**
 * Registering an authenticator app takes two steps: a secret is proposed and shown, and the first right code from it puts
 * it in the place of the one before. Until then the one before goes on working.
 */
const propose = statement<never>(
  "identity.propose-authenticator",
  "update account set totp_pending = $3 where tenant_id = $1 and id = $2",
);
const confirm = statement<never>(
  "identity.confirm-authenticator",
  `update account set totp_secret = totp_pending, totp_pending = null, totp_last_step = $4, totp_registered_at = $5,
          totp_open_until = null
    where tenant_id = $1 and id = $2 and totp_pending = $3`,
);

/** Proposes a new secret and returns it sealed; one that was proposed before and not confirmed is forgotten. */
export async function proposeAuthenticator(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
  accountId: string,
): Promise<Buffer> {
  const sealed = keyring.seal("totp", `${tenantId} ${accountId}`, Buffer.from(newTotpSecret()));
  await tx.run(propose, [tenantId, accountId, sealed]);
  return sealed;
}

/** Puts the proposed secret in force, with the step of its first code; false when another was proposed since. */
export async function confirmAuthenticator(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  sealed: Buffer,
  step: number,
  now: Date,
): Promise<boolean> {
  return (await tx.run(confirm, [tenantId, accountId, sealed, step, now])) === 1;
}

/** The secret in base32 of what was sealed for an account. */
export function openSecret(keyring: Keyring, tenantId: string, accountId: string, sealed: Buffer): string {
  return keyring.open("totp", `${tenantId} ${accountId}`, sealed).toString("utf8");
}
