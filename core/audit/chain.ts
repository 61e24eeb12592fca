import { createHmac } from "node:crypto";

/** The key of the chain. It lives outside the database (docs/architecture/keys.md). */
export type AuditKey = { id: string; key: Buffer };

/** The link before the first. */
export const firstLink: Buffer = Buffer.alloc(32);

export type ChainedEntry = { id: number; digest: Buffer };

/** HMAC-SHA-256(key, previous link ‖ first number ‖ (id ‖ digest) of each entry), numbers as 8 bytes big-endian. */
export function linkOf(
  key: AuditKey,
  previous: Buffer,
  firstNumber: number,
  entries: readonly ChainedEntry[],
): Buffer {
  const hmac = createHmac("sha256", key.key).update(previous).update(int64(firstNumber));
  for (const entry of entries) hmac.update(int64(entry.id)).update(entry.digest);
  return hmac.digest();
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
