import { randomInt } from "node:crypto";

/** Letters and digits none of which look alike on paper. */
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/** `length` characters of it in groups of four. */
function inGroups(length: number): string {
  const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** A password that somebody is handed and must change at the first sign-in: 16 characters, 79 bits. */
export function newOneTimePassword(): string {
  return inGroups(16);
}

/** A recovery code: 12 characters, 59 bits. */
export function newRecoveryCode(): string {
  return inGroups(12);
}
