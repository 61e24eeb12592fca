import { createHmac } from "node:crypto";
import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import { newRecoveryCode } from "./one-time-password.ts";

/** How many codes are made at once. */
export const recoveryCodeCount = 10;

const deleteCodes = statement<never>(
  "identity.delete-recovery-codes",
  "delete from recovery_code where tenant_id = $1 and account_id = $2",
);
const insertCodes = statement<never>(
  "identity.insert-recovery-codes",
  `insert into recovery_code (tenant_id, account_id, code_hash, created_at)
   select $1, $2, c.hash, $4 from unnest($3::bytea[]) as c (hash)`,
);
// The condition is what makes a code work once, even for two requests at the same moment.
const useCode = statement<never>(
  "identity.use-recovery-code",
  `update recovery_code set used_at = $4
    where tenant_id = $1 and account_id = $2 and code_hash = any($3::bytea[]) and used_at is null`,
);
const findCode = statement<{ is_left: boolean }>(
  "identity.find-recovery-code",
  `select exists (select from recovery_code
                   where tenant_id = $1 and account_id = $2 and code_hash = any($3::bytea[])
                     and used_at is null) as is_left`,
);
const countCodes = statement<{ count: number }>(
  "identity.count-recovery-codes",
  "select count(*)::int as count from recovery_code where tenant_id = $1 and account_id = $2 and used_at is null",
);

/** Makes ten new codes and returns them, for the only time; older ones no longer work. */
export async function makeRecoveryCodes(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
  accountId: string,
  now: Date,
): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode);
  await tx.run(deleteCodes, [tenantId, accountId]);
  await tx.run(insertCodes, [
    tenantId,
    accountId,
    codes.map((code) => hashCode(keyring, accountId, code, keyring.id)),
    now,
  ]);
  return codes;
}

export async function deleteRecoveryCodes(
  tx: Transaction,
  tenantId: string,
  accountId: string,
): Promise<void> {
  await tx.run(deleteCodes, [tenantId, accountId]);
}

/** Uses a code up: true at most once. Hyphens, spaces and capitals do not matter. */
export async function spendRecoveryCode(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
  accountId: string,
  code: string,
  now: Date,
): Promise<boolean> {
  return (await tx.run(useCode, [tenantId, accountId, possibleHashes(keyring, accountId, code), now])) === 1;
}

/** Whether a code would work, without using it up. */
export async function isRecoveryCode(
  tx: Transaction,
  keyring: Keyring,
  tenantId: string,
  accountId: string,
  code: string,
): Promise<boolean> {
  return (await tx.first(findCode, [tenantId, accountId, possibleHashes(keyring, accountId, code)]))!.is_left;
}

export async function countRecoveryCodes(
  tx: Transaction,
  tenantId: string,
  accountId: string,
): Promise<number> {
  return (await tx.first(countCodes, [tenantId, accountId]))!.count;
}

/** A code of before a change of the key works on. */
function possibleHashes(keyring: Keyring, accountId: string, code: string): Buffer[] {
  return keyring.ids.map((keyId) => hashCode(keyring, accountId, code, keyId));
}

/** Under a key that lives outside the database: reading the database lets nobody try codes against it. */
function hashCode(keyring: Keyring, accountId: string, code: string, keyId: string): Buffer {
  const plain = code
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^0-9a-z]/g, "");
  return createHmac("sha256", keyring.derive("recovery-code", keyId))
    .update(`${accountId} ${plain}`)
    .digest();
}
