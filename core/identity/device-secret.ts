import { randomBytes } from "node:crypto";

/** What a device keeps in a cookie of its own to be recognised when it signs in again: 32 random bytes in base64url. */
export function newDeviceSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** A secret as we make them; undefined for anything else. */
export function readDeviceSecret(secret: string | undefined): string | undefined {
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : undefined;
}

/** Browsers keep a cookie no longer than 400 days; every sign-in begins them anew. */
export const deviceDays = 400;
