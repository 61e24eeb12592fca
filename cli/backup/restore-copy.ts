import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  acquireDataFolder,
  type DataFolder,
  markRestoring,
  POSTGRESQL_MAJOR,
  placeCluster,
  startEmbeddedPostgres,
} from "#core/db/embedded/index.ts";
import { installationScope, statement } from "#core/db/index.ts";
import { BlobStore } from "#core/files/index.ts";
import { raiseEpoch } from "#core/identity/index.ts";
import { type Keyring, OperatorError, silentLogger } from "#core/kernel/index.ts";
import { filesFolder, isInStore, readDriver } from "../file-settings.ts";
import { externalDatabase, type OpenInstallation, readKeyring, readSecretsFolder } from "../installation.ts";
import { migrateChecked } from "../migrate-checked.ts";
import { checkContents, checkMunicipalities, refuseFaults, withDatabase } from "./check-copy.ts";
import { type CopyDescription, checkSeal, machine, readDescription, readList } from "./copy-format.ts";
import { readBackupRole, runPostgresTool } from "./pg-tools.ts";

export type Restore = {
  copy: string;
  description: CopyDescription;
  dataDirectory: string;
  /** A copy of `DATA/secrets`; undefined when CHONAI_KEY_FILE names the key. */
  secrets: string | undefined;
  keyring: Keyring;
};

/**
 * Everything that can be known before anything is written: the copy is whole, the target is empty and has room, the keys
 * belong to it, and the database is of the right kind.
 *
 * @throws OperatorError with what is wrong and what to do
 */
export async function prepareRestore(
  copy: string,
  dataDirectory: string,
  secrets: string | undefined,
): Promise<Restore> {
  const description = readDescription(copy);
  refuseOtherMachine(description);
  refuseOccupied(dataDirectory);
  const keyring = openKeys(secrets);
  refuseOtherKeys(description, keyring);
  checkSeal(copy, keyring);
  if (description.files.kind === "store" && !isInStore())
    throw new OperatorError({
      ja: `この写しのファイルの中身は、ストレージ（${description.files.place}）にあります。CHONAI_S3_… を設定してください。`,
      en: `The contents of this copy's files are in the store ${description.files.place}. Set CHONAI_S3_….`,
    });
  refuseFaults(await checkContents(copy, readList(copy, description)), {
    ja: "この写しは壊れています。別の写しを使ってください。",
    en: "This copy is damaged. Use another one.",
  });
  refuseFullDisk(dataDirectory, description.contents.bytes);
  if (description.database.kind === "dump") await refuseFilledDatabase();
  return { copy, description, dataDirectory, secrets, keyring };
}

/** Restores what was prepared, looks at all of it, and only then lets the program start there. */
export async function restoreCopy(restore: Restore): Promise<CopyDescription["municipalities"]> {
  const data = acquireDataFolder(restore.dataDirectory);
  const mark = markRestoring(data, resolve(restore.copy));
  let elsewhere: string | undefined;
  try {
    bringFolders(restore, data);
    const installation = await openDatabase(restore, data);
    elsewhere = installation.elsewhere;
    try {
      await migrateChecked(installation);
      const found = await withDatabase(installation.application, async (database) => {
        await raiseEpoch(database);
        const store = new BlobStore(
          readDriver(filesFolder(data.directory)),
          restore.keyring,
          join(data.directory, "files", "arriving"),
        );
        return checkMunicipalities(database, store, restore.keyring, () => false);
      });
      refuseFaults(found.faults, {
        ja: "復元したものに異常がありました。",
        en: "What was restored does not hold.",
      });
      mark.done();
      return found.municipalities;
    } finally {
      await installation.close();
    }
  } catch (error) {
    data.release();
    // It was empty before us.
    for (const name of readdirSync(data.directory))
      rmSync(join(data.directory, name), { recursive: true, force: true });
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
    throw error;
  }
}

function bringFolders({ copy, secrets }: Restore, data: DataFolder): void {
  const bring = (from: string, to: string) => {
    if (existsSync(from)) cpSync(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  };
  bring(join(copy, "settings"), data.directory);
  bring(join(copy, "files"), filesFolder(data.directory));
  if (!secrets) return;
  const folder = join(data.directory, "secrets");
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ["installation-key", "older-keys"]) bring(join(secrets, name), join(folder, name));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
}

type OpenDatabase = Pick<OpenInstallation, "application" | "owner" | "close"> & {
  elsewhere: string | undefined;
};

async function openDatabase({ copy, description }: Restore, data: DataFolder): Promise<OpenDatabase> {
  if (description.database.kind === "dump") {
    const external = externalDatabase()!;
    const args = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"];
    const role = readBackupRole();
    await runPostgresTool(
      "pg_restore",
      [...args, `--role=${external.owner.user}`, `--dbname=${role.database}`, join(copy, "database.dump")],
      role,
    );
    return { ...external, elsewhere: undefined, close: async () => data.release() };
  }
  placeCluster(data, join(copy, "database"));
  const postgres = await startEmbeddedPostgres({
    dataDirectory: data.directory,
    log: silentLogger,
    dataFolder: data,
  });
  const place = dirname(postgres.postgresDirectory);
  return {
    application: postgres.application,
    owner: postgres.owner,
    elsewhere: place === data.directory ? undefined : place,
    close: () => postgres.stop(),
  };
}

function openKeys(secrets: string | undefined): Keyring {
  if (secrets) return readSecretsFolder(secrets);
  if (process.env.CHONAI_KEY_FILE) return readKeyring("");
  throw new OperatorError({
    ja: "写しに鍵は入っていません。別に保管した DATA/secrets の写しを --secrets で、または鍵のファイルを CHONAI_KEY_FILE で指定してください。",
    en: "Keys are not part of a copy. Name the copy of DATA/secrets that you keep apart with --secrets, or a file with CHONAI_KEY_FILE.",
  });
}

function refuseOtherKeys({ keys }: CopyDescription, keyring: Keyring): void {
  const missing = [...new Set([...(keys.sealedUnder ? [keys.sealedUnder] : []), ...keys.needed])].filter(
    (id) => !keyring.ids.includes(id),
  );
  if (missing.length === 0) return;
  throw new OperatorError({
    ja: `この写しに要る鍵がありません（鍵の番号 ${missing.join("、")}）。前の鍵（older-keys）も要ります（docs/architecture/keys.md）。`,
    en: `Keys that this copy needs are missing: ${missing.join(", ")}. The older ones are needed too (docs/architecture/keys.md).`,
  });
}

function refuseOtherMachine({ database }: CopyDescription): void {
  if (database.kind === "dump") {
    if (externalDatabase()) return;
    throw new OperatorError({
      ja: "この写しは外部のデータベースのものです。DATABASE_URL・MIGRATION_DATABASE_URL・CHONAI_BACKUP_DATABASE_URL で、空のデータベースを指定してください。",
      en: "This copy is of an external database. Name an empty one by DATABASE_URL, MIGRATION_DATABASE_URL and CHONAI_BACKUP_DATABASE_URL.",
    });
  }
  if (externalDatabase())
    throw new OperatorError({
      ja: "この写しは Chonai 自身のデータベースのものです。DATABASE_URL を外して実行してください。",
      en: "This copy is of the program's own database. Run this without DATABASE_URL.",
    });
  if (database.postgresql !== POSTGRESQL_MAJOR || database.machine !== machine)
    throw new OperatorError({
      ja: `この写しは PostgreSQL ${database.postgresql}・${database.machine} のもので、ここ（PostgreSQL ${POSTGRESQL_MAJOR}・${machine}）では開けません。同じ種類の機械で復元してください。`,
      en: `This copy is of PostgreSQL ${database.postgresql} on ${database.machine}; here is PostgreSQL ${POSTGRESQL_MAJOR} on ${machine}. Restore it on the same kind of machine.`,
    });
}

function refuseOccupied(dataDirectory: string): void {
  if (!existsSync(dataDirectory)) return;
  const there = readdirSync(dataDirectory).filter((name) => name !== "lost+found");
  if (there.length === 0) return;
  throw new OperatorError({
    ja: `復元先が空ではありません（${there.slice(0, 3).join("、")}）: ${dataDirectory}\n上書きはしません。--data で空のフォルダーを指定するか、今あるものを別の場所に移してください。`,
    en: `The target is not empty (${there.slice(0, 3).join(", ")}): ${dataDirectory}\nNothing is overwritten. Give an empty folder with --data, or move away what is there.`,
  });
}

function refuseFullDisk(dataDirectory: string, needed: number): void {
  let place = resolve(dataDirectory);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  if (bavail * bsize > needed * 1.1) return;
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
  throw new OperatorError({
    ja: `復元先の空きが足りません（要る ${megabytes(needed * 1.1)} MiB、空き ${megabytes(bavail * bsize)} MiB）: ${place}`,
    en: `There is not enough room (needed ${megabytes(needed * 1.1)} MiB, free ${megabytes(bavail * bsize)} MiB): ${place}`,
  });
}

const countTables = statement<{ count: number }>(
  "backup.count-tables",
  "select count(*) as count from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
);

async function refuseFilledDatabase(): Promise<void> {
  const external = externalDatabase()!;
  const row = await withDatabase(external.owner, (database) =>
    database.transaction(installationScope, (tx) => tx.first(countTables, [])),
  );
  if (row?.count === 0) return;
  throw new OperatorError({
    ja: `データベース ${external.owner.database} は空ではありません。上書きはしません。空のデータベースを指定してください。`,
    en: `The database ${external.owner.database} is not empty. Nothing is overwritten: name an empty one.`,
  });
}
