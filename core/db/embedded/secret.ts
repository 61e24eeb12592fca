import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findText, writeFileDurably } from "./durable-file.ts";

const installationKey = "installation-key";
const keyBytes = 32;

/** `DATA/secrets`, which only the user of the program may enter. Never part of a backup. */
export function secretsFolder(dataDirectory: string): string {
  const folder = join(dataDirectory, "secrets");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Keys of before, that a change of the key has kept: DATA/secrets/older-keys. */
export function readOlderKeys(dataDirectory: string): Buffer[] {
  const folder = olderKeysFolder(dataDirectory);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.endsWith(".tmp"))
    .sort()
    .map((name) => Buffer.from(readFileSync(join(folder, name), "utf8").trim(), "base64url"));
}

/**
 * Draws a new installation key; the one before goes to the older ones first, so that a power cut in between loses
 * neither. Needs the data folder's lock.
 */
export function replaceInstallationKey(dataDirectory: string, nameOfPresent: string): void {
  const present = readOrCreateSecret(dataDirectory, installationKey, keyBytes);
  const folder = olderKeysFolder(dataDirectory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileDurably(join(folder, nameOfPresent), `${present.toString("base64url")}\n`, 0o600);
  const path = join(secretsFolder(dataDirectory), installationKey);
  writeFileDurably(path, `${randomBytes(keyBytes).toString("base64url")}\n`, 0o600);
}

export function readInstallationKey(dataDirectory: string): Buffer {
  return readOrCreateSecret(dataDirectory, installationKey, keyBytes);
}

function olderKeysFolder(dataDirectory: string): string {
  return join(secretsFolder(dataDirectory), "older-keys");
}

/**
 * Random bytes that are drawn once for a data folder and kept in `DATA/secrets/<name>` (mode 0600), for keys that must
 * outlive a restart. Needs the data folder's lock, so that two starts cannot draw two.
 *
 * @example const sessionKey = readOrCreateSecret(dataDirectory, "session-key", 32);
 */
export function readOrCreateSecret(dataDirectory: string, name: string, bytes: number): Buffer {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new Error(`A secret's name is a-z, 0-9 and hyphens: ${name}`);
  const path = join(secretsFolder(dataDirectory), name);
  const kept = findText(path);
  if (kept !== undefined) {
    const secret = Buffer.from(kept.trim(), "base64url");
    if (secret.length !== bytes)
      throw new Error(`The secret ${path} has ${secret.length} bytes, not ${bytes}`);
    return secret;
  }
  const secret = randomBytes(bytes);
  writeFileDurably(path, `${secret.toString("base64url")}\n`, 0o600);
  return secret;
}
