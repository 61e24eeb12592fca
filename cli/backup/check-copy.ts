import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { verifyAudit } from "#core/audit/index.ts";
import { acquireDataFolder, placeCluster, startEmbeddedPostgres } from "#core/db/embedded/index.ts";
import { type ConnectionSettings, Database } from "#core/db/index.ts";
import { type BlobStore, listReferredBlobs } from "#core/files/index.ts";
import { Tenants } from "#core/identity/index.ts";
import { type Keyring, OperatorError, silentLogger, systemClock } from "#core/kernel/index.ts";
import { digestOf } from "./copy-file.ts";
import { type CopyDescription, descriptionFile, listFile, sealFile } from "./copy-format.ts";

export type CopyFault = { ja: string; en: string };
export type Municipality = CopyDescription["municipalities"][number];

/** Compares every file of a copy with the list: what is missing, changed or not in it. */
export async function checkContents(copy: string, list: ReadonlyMap<string, string>): Promise<CopyFault[]> {
  const faults: CopyFault[] = [];
  for (const [name, sha256] of list) {
    const found = await digestOf(join(copy, name));
    if (!found) faults.push({ ja: `ありません: ${name}`, en: `missing: ${name}` });
    else if (found.sha256 !== sha256) faults.push({ ja: `変わっています: ${name}`, en: `changed: ${name}` });
  }
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    const name = relative(copy, join(entry.parentPath, entry.name));
    const isKnown = list.has(name) || [descriptionFile, listFile, sealFile].includes(name);
    // A link would lead out of the copy.
    if (!entry.isDirectory() && !(entry.isFile() && isKnown))
      faults.push({ ja: `一覧にありません: ${name}`, en: `not in the list: ${name}` });
  }
  return faults;
}

/** Starts a server on a copy of the copied cluster, in a folder of its own that goes again; the copy stays as it is. */
export async function tryCluster<Answer>(
  copy: string,
  work: (database: Database) => Promise<Answer>,
): Promise<Answer> {
  const scratch = join(dirname(copy), ".trial");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o711 });
  const dataFolder = acquireDataFolder(scratch);
  let elsewhere: string | undefined;
  try {
    placeCluster(dataFolder, join(copy, "database"));
    // Nobody will ask what became of it in a power cut.
    writeFileSync(join(scratch, "postgresql.local.conf"), "fsync = off\n");
    const postgres = await startEmbeddedPostgres({
      dataDirectory: scratch,
      log: silentLogger,
      dataFolder,
    });
    const place = dirname(postgres.postgresDirectory);
    if (relative(scratch, place).startsWith("..")) elsewhere = place;
    try {
      return await withDatabase(postgres.application, work);
    } finally {
      await postgres.stop();
    }
  } finally {
    dataFolder.release();
    rmSync(scratch, { recursive: true, force: true });
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  }
}

export async function withDatabase<Answer>(
  settings: ConnectionSettings,
  work: (database: Database) => Promise<Answer>,
): Promise<Answer> {
  const database = new Database(settings, { poolSize: 2, applicationName: "chonai backup" });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/**
 * Looks at every municipality of a database: whether its audit record holds, and whether every file that it refers to is in
 * the store, as long as it was.
 *
 * @param isToOpen which contents are opened to the last byte and compared with their name; the others are only measured
 */
export async function checkMunicipalities(
  database: Database,
  store: BlobStore,
  keyring: Keyring,
  isToOpen: (tenantId: string, name: string) => boolean,
): Promise<{ municipalities: Municipality[]; faults: CopyFault[] }> {
  const keys = keyring.ids.map((id) => ({ id, key: keyring.derive("audit-chain", id) }));
  const faults: CopyFault[] = [];
  const municipalities: Municipality[] = [];
  for (const { id, name } of await new Tenants(database, systemClock).list()) {
    const audit = await verifyAudit(database, id, keys, [], systemClock.now());
    for (const { number, ja, en } of audit.faults)
      faults.push({
        ja: `${name} の監査記録 ${number ?? "-"}: ${ja}`,
        en: `audit record of ${name}, ${number ?? "-"}: ${en}`,
      });
    let files = 0;
    for await (const blob of listReferredBlobs(database, id)) {
      files++;
      const isThere = isToOpen(id, blob.name)
        ? await opens(store, keyring, id, blob)
        : await store.has(id, blob);
      if (!isThere)
        faults.push({
          ja: `${name} のファイルの中身がないか、壊れています: ${blob.name}`,
          en: `contents of a file of ${name} are missing or damaged: ${blob.name}`,
        });
    }
    municipalities.push({ id, name, files, auditEntries: audit.entries, anchor: audit.anchor });
  }
  return { municipalities, faults };
}

/** Opens contents to the end; their name must be the one that they give under one of the keys. */
async function opens(
  store: BlobStore,
  keyring: Keyring,
  tenantId: string,
  blob: { name: string; length: number },
): Promise<boolean> {
  const names = keyring.ids.map((id) => createHmac("sha256", keyring.derive(`blob-names ${tenantId}`, id)));
  try {
    for await (const bytes of store.read(tenantId, blob)) for (const name of names) name.update(bytes);
  } catch {
    return false;
  }
  return names.some((name) => name.digest("hex") === blob.name);
}

/** @throws OperatorError that names the first of them */
export function refuseFaults(faults: readonly CopyFault[], words: CopyFault): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, 20);
  const more = faults.length - shown.length;
  throw new OperatorError({
    ja: [words.ja, ...shown.map(({ ja }) => `  ${ja}`), ...(more > 0 ? [`  ほか ${more}件`] : [])].join("\n"),
    en: [words.en, ...shown.map(({ en }) => `  ${en}`), ...(more > 0 ? [`  and ${more} more`] : [])].join(
      "\n",
    ),
  });
}
