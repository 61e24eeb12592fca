import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { findText, writeFileDurably } from "./durable-file.ts";
import { secretsFolder } from "./secret.ts";

/** One password for each role. `fingerprint` tells whether the cluster knows these ones, without telling them. */
export type Passwords = { superuser: string; owner: string; application: string; fingerprint: string };

/** Reads `DATA/secrets/database.json`, drawing the passwords when there is none or it was cut off. */
export function readOrCreatePasswords(dataDirectory: string): Passwords {
  const path = join(secretsFolder(dataDirectory), "database.json");
  const kept = parse(findText(path));
  if (kept) {
    chmodSync(path, 0o600);
    return kept;
  }
  const draw = () => randomBytes(24).toString("base64url");
  const drawn = { superuser: draw(), owner: draw(), application: draw() };
  writeFileDurably(path, `${JSON.stringify(drawn, null, 2)}\n`, 0o600);
  return { ...drawn, fingerprint: fingerprintOf(drawn) };
}

function parse(text: string | undefined): Passwords | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("superuser" in value && "owner" in value && "application" in value)) return undefined;
    const { superuser, owner, application } = value;
    if (typeof superuser !== "string" || typeof owner !== "string" || typeof application !== "string")
      return undefined;
    return { superuser, owner, application, fingerprint: fingerprintOf({ superuser, owner, application }) };
  } catch {
    return undefined; // drawn again; the roles then get the new ones
  }
}

function fingerprintOf(passwords: { superuser: string; owner: string; application: string }): string {
  const all = JSON.stringify([passwords.superuser, passwords.owner, passwords.application]);
  return createHash("sha256").update(all).digest("base64url");
}

/** What PostgreSQL stores for a password. Sent in place of it, so that the password never stands in a log of statements. */
export function scramVerifier(password: string): string {
  const rounds = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, rounds, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${rounds}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
