import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Lock, lockFolder, type RunningInfo } from "./data-folder-lock.ts";
import { findText, syncToDisk, writeFileDurably } from "./durable-file.ts";
import { explainSystemError } from "./explain-failure.ts";
import { StartUpError } from "./start-up-error.ts";

/** Raised when an older program could harm the folder. A newer program reads every older one. */
export const DATA_FOLDER_FORMAT = 1;

/** The PostgreSQL whose clusters this program can open. A change needs an upgrade step, see docs/architecture/lifecycle.md. */
export const POSTGRESQL_MAJOR = 15;

/** A data folder that this process holds until it releases it or ends. */
export type DataFolder = {
  /** Absolute, without symbolic links. */
  directory: string;
  /** Drawn when the folder was made; stays when the folder is moved. */
  id: string;
  /** True when this start made the folder. */
  isNew: boolean;
  /** Tells other starts and commands what runs here: the addresses that a person can open. */
  announce(info: Partial<Pick<RunningInfo, "addresses" | "socketDirectory" | "port">>): void;
  release(): void;
};

/**
 * Opens the folder with all the data of an installation, making it when there is none, and holds it for this process.
 *
 * @throws StartUpError already-running, data-folder-newer, other-postgresql, not-a-data-folder, data-folder-damaged,
 *   data-folder-unwritable, disk-full
 */
export function acquireDataFolder(directory: string): DataFolder {
  const path = resolve(directory);
  try {
    return open(path);
  } catch (error) {
    throw explainSystemError(error, path);
  }
}

function open(path: string): DataFolder {
  const made = mkdirSync(path, { recursive: true });
  // Others may pass through but not look around: PostgreSQL runs as another user when we are root. What is private has
  // folders of its own (secrets, files) that are closed.
  if (made !== undefined) chmodSync(path, 0o711);
  const directory = realpathSync(path);
  refuseForeignFolder(directory);
  refuseHalfRestored(directory);
  const lock = lockFolder(directory);
  try {
    const { id, isNew } = readOrCreateFormat(directory);
    return { directory, id, isNew, announce: lock.announce, release: lock.release } satisfies DataFolder &
      Lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

type Format = { format: number; postgresql: number; id: string; createdAt: string };

function readOrCreateFormat(directory: string): { id: string; isNew: boolean } {
  const path = join(directory, "data-folder.json");
  const text = findText(path);
  if (text === undefined) {
    const format: Format = {
      format: DATA_FOLDER_FORMAT,
      postgresql: POSTGRESQL_MAJOR,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
    };
    writeFileDurably(path, `${JSON.stringify(format, null, 2)}\n`);
    return { id: format.id, isNew: true };
  }
  const format = parseFormat(text, path);
  if (format.format > DATA_FOLDER_FORMAT) throw newerFolder(directory, format.format);
  if (format.postgresql !== POSTGRESQL_MAJOR) throw otherPostgresql(directory, format.postgresql);
  return { id: format.id, isNew: false };
}

function parseFormat(text: string, path: string): Format {
  try {
    const value: unknown = JSON.parse(text);
    if (isFormat(value)) return value;
  } catch {
    // said below
  }
  throw new StartUpError("data-folder-damaged", {
    ja: `データフォルダーの説明ファイルが読めません: ${path}`,
    en: `The data folder's description cannot be read: ${path}`,
    hint:
      "このファイルをバックアップから戻してください。消したり作り直したりしないでください。\n" +
      "Put this file back from a backup. Do not delete or recreate it.",
  });
}

function isFormat(value: unknown): value is Format {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    Number.isInteger(value.format) &&
    "postgresql" in value &&
    Number.isInteger(value.postgresql) &&
    "id" in value &&
    typeof value.id === "string" &&
    /^[0-9a-f-]{36}$/.test(value.id)
  );
}

/** `--data ~` by mistake must not fill somebody's home: a folder is empty, or ours. */
function refuseForeignFolder(directory: string): void {
  if (existsSync(join(directory, "data-folder.json"))) return;
  const strangers = readdirSync(directory).filter(
    (name) =>
      !/^(chonai\.lock.*|running\.json.*|data-folder\.json\..*\.tmp|lost\+found|\.gitkeep|\.DS_Store)$/.test(
        name,
      ),
  );
  if (strangers.length === 0) return;
  throw new StartUpError("not-a-data-folder", {
    ja: `このフォルダーには別のものが入っています（${strangers.slice(0, 3).join("、")} など）: ${directory}`,
    en: `This folder holds something else (${strangers.slice(0, 3).join(", ")}, …): ${directory}`,
    hint:
      "空のフォルダーか、庁内のデータフォルダーを --data で指定してください。\n" +
      "Give an empty folder or a data folder of Chonai with --data.",
  });
}

const restoringFile = "restoring.json";

/** Says that a copy is being restored here: until the mark is taken away nothing starts on this folder. */
export function markRestoring(data: DataFolder, from: string): { done(): void } {
  const path = join(data.directory, restoringFile);
  writeFileDurably(path, `${JSON.stringify({ from, since: new Date().toISOString() }, null, 2)}\n`);
  return {
    done() {
      rmSync(path);
      syncToDisk(data.directory);
    },
  };
}

function refuseHalfRestored(directory: string): void {
  if (!existsSync(join(directory, restoringFile))) return;
  throw new StartUpError("data-folder-damaged", {
    ja: `このフォルダーへの復元は、途中で止まっています: ${directory}`,
    en: `A restore into this folder did not end: ${directory}`,
    hint:
      "このフォルダーを消し、npm run chonai -- restore をもう一度実行してください。写しには触れていません。\n" +
      "Remove this folder and run npm run chonai -- restore again. The copy was not touched.",
  });
}

function newerFolder(directory: string, format: number): StartUpError {
  return new StartUpError("data-folder-newer", {
    ja: `このデータフォルダーは、より新しい版の庁内で使われていました（形式 ${format}、この版は ${DATA_FOLDER_FORMAT} まで）: ${directory}`,
    en: `This data folder was used by a newer version of Chonai (format ${format}; this version knows up to ${DATA_FOLDER_FORMAT}): ${directory}`,
    hint:
      "前と同じか新しい版の庁内で起動してください。古い版に戻すには、その版で取ったバックアップを空のフォルダーに戻します。データには触れていません。\n" +
      "Start it with the version used before, or a newer one. To go back, restore a backup made by the old version into an empty folder. Nothing was changed.",
  });
}

export function otherPostgresql(directory: string, major: number | string): StartUpError {
  return new StartUpError("other-postgresql", {
    ja: `このデータフォルダーのデータベースは PostgreSQL ${major} のものです（この版は ${POSTGRESQL_MAJOR}）: ${directory}`,
    en: `The database in this data folder is of PostgreSQL ${major} (this version runs ${POSTGRESQL_MAJOR}): ${directory}`,
    hint:
      "前に使っていた版の庁内で起動してバックアップ（npm run chonai -- backup）を取り、空のフォルダーに戻してください。データには触れていません。\n" +
      "Start it with the version used before, make a backup (npm run chonai -- backup) and restore that into an empty folder. Nothing was changed.",
  });
}
