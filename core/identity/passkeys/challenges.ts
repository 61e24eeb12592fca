import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";

/** What a challenge is for: the answer to one is nothing for another, or for another account. */
export type ChallengePurpose =
  | { kind: "sign-in" }
  | { kind: "second-factor"; accountId: string }
  | { kind: "register"; accountId: string; sessionId: string };

const goodFor = 5 * 60_000;
const nonceBytes = 16;
const timeBytes = 8;

/**
 * A challenge that we recognise without having kept it: 16 random bytes, the moment at which it is over, and a code over both
 * and what it is for. Asking for one costs no row, so nobody can fill the database by asking.
 */
export function newChallenge(
  keyring: Keyring,
  tenantId: string,
  purpose: ChallengePurpose,
  now: Date,
): Uint8Array<ArrayBuffer> {
  const until = Buffer.alloc(timeBytes);
  until.writeBigUInt64BE(BigInt(now.getTime() + goodFor));
  const head = Buffer.concat([randomBytes(nonceBytes), until]);
  return Uint8Array.from(Buffer.concat([head, codeOf(keyring, tenantId, purpose, head)]));
}

/** Whether this is a challenge of ours for this purpose that is not over. */
export function isChallenge(
  keyring: Keyring,
  tenantId: string,
  purpose: ChallengePurpose,
  challenge: string,
  now: Date,
): boolean {
  const bytes = Buffer.from(challenge, "base64url");
  if (bytes.length !== nonceBytes + timeBytes + 32) return false;
  const head = bytes.subarray(0, nonceBytes + timeBytes);
  if (!timingSafeEqual(bytes.subarray(head.length), codeOf(keyring, tenantId, purpose, head))) return false;
  return Number(head.readBigUInt64BE(nonceBytes)) > now.getTime();
}

function codeOf(keyring: Keyring, tenantId: string, purpose: ChallengePurpose, head: Buffer): Buffer {
  return createHmac("sha256", keyring.derive("passkey-challenge"))
    .update(JSON.stringify([tenantId, purpose]))
    .update(head)
    .digest();
}

const forgetOld = statement<never>(
  "identity.forget-answered-challenges",
  "delete from answered_challenge where tenant_id = $1 and until <= $2",
);
const noteAnswered = statement<never>(
  "identity.note-answered-challenge",
  "insert into answered_challenge (tenant_id, digest, until) values ($1, $2, $3) on conflict do nothing",
);

/**
 * Uses a challenge up; false when it was answered before, also by a request of the same moment.
 *
 * @param rememberedFor milliseconds for which it could be answered at the longest
 */
export async function spendChallenge(
  tx: Transaction,
  tenantId: string,
  challenge: string,
  now: Date,
  rememberedFor = goodFor,
): Promise<boolean> {
  await tx.run(forgetOld, [tenantId, now]);
  const digest = createHash("sha256").update(challenge).digest();
  return (await tx.run(noteAnswered, [tenantId, digest, new Date(now.getTime() + rememberedFor)])) === 1;
}
