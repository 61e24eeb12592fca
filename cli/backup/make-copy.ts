import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { POSTGRESQL_MAJOR, writeFileDurably } from "#core/db/embedded/index.ts";
import { copyRunningCluster, type Database } from "#core/db/index.ts";
import { BlobStore } from "#core/files/index.ts";
import { findInstallation } from "#core/identity/index.ts";
import { OperatorError } from "#core/kernel/index.ts";
import { filesFolder, isInStore, readDriver } from "../file-settings.ts";
import type { JoinedInstallation } from "../join-installation.ts";
import { checkMunicipalities, refuseFaults, tryCluster, withDatabase } from "./check-copy.ts";
import { copyFile, linkFile } from "./copy-file.ts";
import {
  type CopyDescription,
  descriptionFile,
  listCopies,
  listFile,
  machine,
  nameOfCopy,
  readDescription,
  readList,
  sealFile,
  sealOf,
  sha256Of,
  unfinishedName,
} from "./copy-format.ts";
import { readBackupRole, runPostgresTool } from "./pg-tools.ts";

/** What of a data folder is copied otherwise, belongs to a running program alone, or must never lie beside a copy. */
const notSettings =
  /^(secrets|files|run|sanitise|demo|postgres-.*|postgresql-\d.*|chonai\.lock.*|running\.json.*|socket-location\.json|data-folder\.json|last-backup\.json|.*\.tmp)$/;

export type MadeCopy = { path: string; description: CopyDescription; linked: number };

/**
 * Copies an installation while it runs, tries the copy, and gives it its name only then: what carries a name is whole. The
 * database comes first and the files second, so every file to which the copy refers was there before.
 *
 * @param into the folder of copies; contents of files that its newest copy has are linked, not copied, where that is possible
 * @throws OperatorError when the disk is full, when it was interrupted, or when what was copied does not hold
 */
export async function makeCopy(
  installation: JoinedInstallation,
  dataDirectory: string,
  into: string,
  signal: AbortSignal,
): Promise<MadeCopy> {
  refuseInside(dataDirectory, into);
  const name = nameOfCopy(new Date());
  const folder = join(into, `.${name}.making`);
  try {
    mkdirSync(into, { recursive: true, mode: 0o700 });
    clearUnfinished(into);
    mkdirSync(folder, { mode: 0o700 });
    const before = listCopies(into).at(-1)?.path;
    const making: Making = { folder, list: new Map(), bytes: 0, linked: new Set(), signal };
    const description = await fill(installation, dataDirectory, making, before);
    const text = `${JSON.stringify(description, null, 2)}\n`;
    writeFileDurably(join(folder, sealFile), sealOf(installation.keyring, text), 0o600);
    writeFileDurably(join(folder, descriptionFile), text, 0o600);
    renameSync(folder, join(into, name));
    return { path: join(into, name), description, linked: making.linked.size };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw explain(error, into, signal);
  }
}

type Making = {
  readonly folder: string;
  /** SHA-256 by name. */
  readonly list: Map<string, string>;
  bytes: number;
  /** Contents of files that the copy before has, and that were given a second name here. */
  readonly linked: Set<string>;
  readonly signal: AbortSignal;
};

async function fill(
  installation: JoinedInstallation,
  dataDirectory: string,
  making: Making,
  before: string | undefined,
): Promise<CopyDescription> {
  const { keyring } = installation;
  const isStore = isInStore();
  const at = new Date().toISOString();
  const database = installation.superuser
    ? await copyCluster(installation.superuser, making)
    : await dumpDatabase(making);
  await copySettings(dataDirectory, making);
  if (!isStore) await copyFiles(filesFolder(dataDirectory), before, making);

  const driver = readDriver(isStore ? filesFolder(dataDirectory) : join(making.folder, "files"));
  const store = new BlobStore(driver, keyring, join(making.folder, ".arriving"));
  const isNew = (tenantId: string, blob: string) =>
    !isStore && !making.linked.has(join("files", tenantId, "blobs", blob.slice(0, 2), blob));
  const look = async (from: Database) => ({
    known: await findInstallation(from),
    ...(await checkMunicipalities(from, store, keyring, isNew)),
  });
  // An external database is looked at where it is: its dump would need a server of its own.
  const { known, municipalities, faults } = installation.superuser
    ? await tryCluster(making.folder, look)
    : await withDatabase(installation.application, look);
  refuseFaults(faults, {
    ja: "写しを確かめたところ、異常がありました。この写しは残しません。",
    en: "The copy does not hold and was not kept.",
  });
  if (!known)
    throw new OperatorError({
      ja: "まだ一度も起動していないため、写すものがありません。",
      en: "It was never started: there is nothing to copy.",
    });
  making.signal.throwIfAborted();

  const text = [...making.list].map(([file, sha256]) => `${sha256}  ${file}\n`).join("");
  writeFileDurably(join(making.folder, listFile), text, 0o600);
  return {
    format: 1,
    at,
    program: readVersion(),
    installation: { id: known.id, isDemo: known.isDemo },
    keys: { sealedUnder: known.keyId, needed: [...keyring.ids] },
    database,
    files: isStore ? { kind: "store", place: driver.place } : { kind: "folder" },
    contents: { count: making.list.size, bytes: making.bytes, sha256: sha256Of(text) },
    municipalities,
  };
}

async function take(making: Making, from: string, name: string): Promise<void> {
  making.signal.throwIfAborted();
  const copied = await copyFile(from, join(making.folder, name));
  if (!copied) return;
  making.list.set(name, copied.sha256);
  making.bytes += copied.bytes;
}

async function copyCluster(
  superuser: NonNullable<JoinedInstallation["superuser"]>,
  making: Making,
): Promise<CopyDescription["database"]> {
  await copyRunningCluster(superuser, {
    folder: (name) => mkdirSync(join(making.folder, "database", name), { recursive: true, mode: 0o700 }),
    copy: (from, name) => take(making, from, join("database", name)),
    write(name, text) {
      writeFileDurably(join(making.folder, "database", name), text, 0o600);
      making.list.set(join("database", name), sha256Of(text));
    },
  });
  return { kind: "cluster", postgresql: POSTGRESQL_MAJOR, machine };
}

async function dumpDatabase(making: Making): Promise<CopyDescription["database"]> {
  const dump = join(making.folder, "database.making");
  await runPostgresTool("pg_dump", ["--format=custom", `--file=${dump}`], readBackupRole(), making.signal);
  await runPostgresTool("pg_restore", ["--list", dump], undefined, making.signal);
  await take(making, dump, "database.dump");
  rmSync(dump);
  return { kind: "dump" };
}

async function copySettings(dataDirectory: string, making: Making): Promise<void> {
  const names = readdirSync(dataDirectory).filter((name) => !notSettings.test(name));
  const keys = listKeyFiles();
  // Which bundles of virus definitions are believed; the definitions themselves are carried in anew.
  for (const name of [...names, join("sanitise", "definitions-key.pem")])
    for (const file of listFiles(join(dataDirectory, name)).filter((each) => !keys.has(realpathSync(each))))
      await take(making, file, join("settings", relative(dataDirectory, file)));
  const zones = process.env.CHONAI_ZONES;
  if (zones) await take(making, zones, join("settings", "zones", basename(zones)));
}

/** Keys that lie in the data folder under names of the office's own. */
function listKeyFiles(): Set<string> {
  const { CHONAI_KEY_FILE, CHONAI_OLDER_KEY_FILES, ...others } = process.env;
  const tls = Object.entries(others).filter(([name]) => name.startsWith("CHONAI_TLS_KEY"));
  const paths = [
    CHONAI_KEY_FILE,
    ...(CHONAI_OLDER_KEY_FILES ?? "").split(","),
    ...tls.map(([, path]) => path),
  ];
  return new Set(
    paths.flatMap((path) => (path && existsSync(path.trim()) ? [realpathSync(path.trim())] : [])),
  );
}

/** Copies in what is copied would hold each other. */
function refuseInside(dataDirectory: string, into: string): void {
  const way = relative(realpathSync(dataDirectory), resolve(into));
  if (way !== "" && (way.startsWith("..") || isAbsolute(way))) return;
  throw new OperatorError({
    ja: `写し先（${into}）がデータのフォルダーの中です。別のディスクのフォルダーを指定してください。`,
    en: `The folder for copies (${into}) lies in the data folder. Name one on another disk.`,
  });
}

/** What lies sealed in the folder of files, uploads under way included. What a process works on is not kept. */
async function copyFiles(folder: string, before: string | undefined, making: Making): Promise<void> {
  const earlier = before ? readList(before, readDescription(before)) : undefined;
  for (const tenant of listFolders(folder).filter((name) => /^[0-9a-f-]{36}$/.test(name)))
    for (const file of listFiles(join(folder, tenant))) {
      const name = join("files", relative(folder, file));
      const sha256 = earlier?.get(name);
      // What has a name in the store never changes; one that was swept and stored anew is as long, and opens as well.
      const isSame = before && sha256 && statSync(join(before, name)).size === sizeOf(file);
      if (!isSame || !(await linkFile(join(before, name), join(making.folder, name)))) {
        await take(making, file, name);
        continue;
      }
      making.signal.throwIfAborted();
      making.list.set(name, sha256);
      making.linked.add(name);
    }
}

function listFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** A file itself, or all files under a folder; none when there is nothing. */
function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

/** What a copying or a removal that was killed has left. */
function clearUnfinished(folder: string): void {
  for (const name of readdirSync(folder))
    if (unfinishedName.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/**
 * Removes the oldest copies of this installation beyond a number; the newest stays whatever the number is. A copy loses its
 * name first, so a removal that is interrupted leaves nothing that looks whole.
 *
 * @returns the names of what was removed
 */
export function keepNewest(folder: string, installationId: string, count: number): string[] {
  const own = listCopies(folder).filter(({ description }) => description.installation.id === installationId);
  return own.slice(0, -count).map(({ path }) => {
    const going = join(folder, `.${basename(path)}.removing`);
    renameSync(path, going);
    rmSync(going, { recursive: true, force: true });
    return basename(path);
  });
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function explain(error: unknown, into: string, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new OperatorError({
      ja: "中断しました。途中の写しは消しました。",
      en: "Interrupted. What had been copied was removed.",
    });
  const { code } = error as { code?: unknown };
  if (code === "ENOSPC" || code === "EDQUOT")
    return new OperatorError(
      {
        ja: `写し先のディスクに空きがありません: ${into}\n途中の写しは消しました。空きを作るか、--keep の数を減らしてください。前の写しには触れていません。`,
        en: `The disk for the copies is full: ${into}\nWhat had been copied was removed; earlier copies were not touched. Make room, or keep fewer.`,
      },
      { cause: error },
    );
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return new OperatorError(
      {
        ja: `読み書きの権限がありません（${(error as Error).message}）。Chonai を起動しているのと同じ利用者で実行してください。`,
        en: `No right to read or write (${(error as Error).message}). Run this as the user who starts Chonai.`,
      },
      { cause: error },
    );
  return error;
}
