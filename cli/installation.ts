import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  acquireDataFolder,
  type EmbeddedPostgres,
  type Log,
  readInstallationKey,
  readOlderKeys,
  startEmbeddedPostgres,
} from "#core/db/embedded/index.ts";
import { type ConnectionSettings, parseConnectionUrl } from "#core/db/index.ts";
import { Keyring, OperatorError } from "#core/kernel/index.ts";

/** An installation's database and keys, open for one command. */
export type OpenInstallation = {
  dataDirectory: string;
  application: ConnectionSettings;
  owner: ConnectionSettings;
  keyring: Keyring;
  /** The installation's own PostgreSQL; undefined when DATABASE_URL names another. */
  postgres: EmbeddedPostgres | undefined;
  announce(info: { addresses: string[] }): void;
  close(): Promise<void>;
};

/**
 * Opens the data folder and the database: the one that DATABASE_URL (application's role) and MIGRATION_DATABASE_URL
 * (owner's role) name, else the installation's own, which is started.
 */
export async function openInstallation(dataDirectory: string, log: Log): Promise<OpenInstallation> {
  const external = externalDatabase();
  if (external) {
    const folder = acquireDataFolder(dataDirectory);
    return {
      dataDirectory,
      ...external,
      keyring: readKeyring(dataDirectory),
      postgres: undefined,
      announce: (info) => folder.announce(info),
      close: async () => folder.release(),
    };
  }
  const postgres = await startEmbeddedPostgres({ dataDirectory, log });
  try {
    return {
      dataDirectory,
      application: postgres.application,
      owner: postgres.owner,
      keyring: readKeyring(dataDirectory),
      postgres,
      announce: (info) => postgres.dataFolder.announce(info),
      close: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** The roles of an existing PostgreSQL; both or none. */
export function externalDatabase():
  | { application: ConnectionSettings; owner: ConnectionSettings }
  | undefined {
  const { DATABASE_URL, MIGRATION_DATABASE_URL } = process.env;
  if (!DATABASE_URL && !MIGRATION_DATABASE_URL) return undefined;
  if (!DATABASE_URL || !MIGRATION_DATABASE_URL)
    throw new OperatorError({
      ja: "DATABASE_URL（アプリケーション用）と MIGRATION_DATABASE_URL（所有者用）の両方を設定してください。",
      en: "Set both DATABASE_URL (the application's role) and MIGRATION_DATABASE_URL (the owner's role).",
    });
  return {
    application: parseConnectionUrl("DATABASE_URL", DATABASE_URL),
    owner: parseConnectionUrl("MIGRATION_DATABASE_URL", MIGRATION_DATABASE_URL),
  };
}

/**
 * The installation's keys: the file that CHONAI_KEY_FILE names and those of before in CHONAI_OLDER_KEY_FILES (32 bytes
 * each, raw, as 64 hex digits, or as DATA/secrets keeps them), else DATA/secrets.
 */
export function readKeyring(dataDirectory: string): Keyring {
  const path = process.env.CHONAI_KEY_FILE;
  if (!path) return new Keyring(readInstallationKey(dataDirectory), readOlderKeys(dataDirectory));
  const older = (process.env.CHONAI_OLDER_KEY_FILES ?? "").split(",").filter(Boolean);
  return new Keyring(
    readKeyFile("CHONAI_KEY_FILE", path),
    older.map((one) => readKeyFile("CHONAI_OLDER_KEY_FILES", one.trim())),
  );
}

/** The keys of a copy of `DATA/secrets`, kept apart from the copies of everything else. */
export function readSecretsFolder(folder: string): Keyring {
  const older = join(folder, "older-keys");
  return new Keyring(
    readKeyFile("--secrets", join(folder, "installation-key")),
    existsSync(older) ? readdirSync(older).map((name) => readKeyFile("--secrets", join(older, name))) : [],
  );
}

function readKeyFile(variable: string, path: string): Buffer {
  if (!existsSync(path))
    throw new OperatorError({
      ja: `${variable} のファイルがありません: ${path}`,
      en: `The file that ${variable} names is missing: ${path}`,
    });
  const bytes = readFileSync(path);
  const text = bytes.toString("latin1").trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[\w-]{43}$/.test(text)) return Buffer.from(text, "base64url");
  if (bytes.length !== 32)
    throw new OperatorError({
      ja: `${variable} のファイルは 32 バイトの鍵ではありません: ${path}`,
      en: `The file that ${variable} names is not a key of 32 bytes: ${path}`,
    });
  return bytes;
}
