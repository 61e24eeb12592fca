import { createHash, randomBytes } from "node:crypto";

/**
 * Session tokens: 16 bytes that name the municipality and 32 random ones, in base64url. The first part is no secret; it
 * says in which scope the second is looked up, since no query runs without one.
 */
export function newToken(tenantId: string): string {
  return Buffer.concat([Buffer.from(tenantId.replaceAll("-", ""), "hex"), randomBytes(32)]).toString(
    "base64url",
  );
}

/** The parts of a token, or undefined for anything that we did not make. */
export function readToken(token: string): { tenantId: string; hash: Buffer } | undefined {
  if (!/^[\w-]{64}$/.test(token)) return undefined;
  const hex = Buffer.from(token, "base64url").subarray(0, 16).toString("hex");
  return {
    tenantId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    hash: hashToken(token),
  };
}

/** What is stored of a token. It is random, so a fast hash protects it. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
