import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import type { Keyring } from "#core/kernel/index.ts";

/** Digits and letters none of which look or sound alike: the code is often told by telephone. */
const alphabet = "ABCDEFGHJKMNPRSTUVWXYZ23456789";

/** Eight characters in two groups (39 bits): few tries are allowed, and without the link none. */
export function newInvitationCode(): string {
  const text = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** Under a key outside the database: who reads the database can try no codes against it. Case, width and signs do not matter. */
export function hashInvitationCode(keyring: Keyring, invitationId: string, code: string): Buffer {
  const plain = code
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");
  return createHmac("sha256", keyring.derive("invitation-code")).update(`${invitationId} ${plain}`).digest();
}

export function isSameCode(stored: Buffer, given: Buffer): boolean {
  return stored.length === given.length && timingSafeEqual(stored, given);
}
