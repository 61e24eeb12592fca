import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import { POSTGRESQL_MAJOR } from "./data-folder.ts";
import { type Lock, lockFolder } from "./data-folder-lock.ts";
import { findText, writeFileDurably } from "./durable-file.ts";
import { chooseOperatingUser, type OperatingUser } from "./operating-user.ts";
import { canEnter, makePermittedFolder } from "./permitted-folder.ts";
import { StartUpError } from "./start-up-error.ts";

/**
 * Where the database of a data folder lies and as whom it runs. `folder` is the data folder itself, except when root
 * started us and PostgreSQL's user cannot get in there: then it is a folder elsewhere, recorded in the data folder.
 */
export type Place = {
  folder: string;
  cluster: string;
  user: OperatingUser;
  elsewhere: boolean;
  lock?: Lock | undefined;
};

export function findOrChoosePlace(data: DataFolder): Place {
  const recorded = findRecordedPlace(data.directory);
  if (recorded !== undefined) return openElsewhere(data, recorded);
  const inside = join(data.directory, clusterName);
  const user = chooseOperatingUser(ownerOf(inside));
  refuseOthersCluster(inside, user);
  if (existsSync(inside) || canEnter(user, data.directory)) {
    return { folder: data.directory, cluster: inside, user, elsewhere: false };
  }
  const folder = makePermittedFolder(user, `${basename(data.directory)}-${data.id.slice(0, 8)}`);
  writeFileDurably(
    join(folder, belongsTo),
    `${JSON.stringify({ id: data.id, dataDirectory: data.directory })}\n`,
  );
  writeFileDurably(join(data.directory, locationFile), `${JSON.stringify({ folder }, null, 2)}\n`);
  return openElsewhere(data, folder);
}

/** The folder that an earlier start chose outside the data folder, if it did. */
export function findRecordedPlace(dataDirectory: string): string | undefined {
  const text = findText(join(dataDirectory, locationFile));
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "folder" in value && typeof value.folder === "string") {
    return value.folder;
  }
  throw new Error(`${join(dataDirectory, locationFile)} does not name a folder`);
}

const clusterName = `postgres-${POSTGRESQL_MAJOR}`;
const locationFile = "postgres-location.json";
const belongsTo = "belongs-to.json";

function openElsewhere(data: DataFolder, folder: string): Place {
  if (!existsSync(folder)) throw lostPlace(data.directory, folder);
  const cluster = join(realpathSync(folder), clusterName);
  const lock = lockFolder(folder);
  try {
    followMovedDataFolder(data, folder);
    const user = chooseOperatingUser(ownerOf(cluster));
    refuseOthersCluster(cluster, user);
    return { folder: realpathSync(folder), cluster, user, elsewhere: true, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * A data folder that was moved keeps its database; a copy does not share it. Otherwise somebody who tries an upgrade on
 * a copy would try it on the office's own data.
 */
function followMovedDataFolder(data: DataFolder, folder: string): void {
  const path = join(folder, belongsTo);
  const record: unknown = JSON.parse(findText(path) ?? "{}");
  const before =
    typeof record === "object" && record !== null && "dataDirectory" in record
      ? String(record.dataDirectory)
      : "";
  if (before === data.directory) return;
  if (before !== "" && existsSync(join(before, "data-folder.json"))) {
    throw new StartUpError("data-folder-copied", {
      ja: `このデータフォルダーは ${before} の写しで、データベースの本体は写しに入っていません（${folder}）: ${data.directory}`,
      en: `This data folder is a copy of ${before}; the database itself is not in the copy (it is in ${folder}): ${data.directory}`,
      hint:
        "元のフォルダーで起動するか、バックアップ（npm run chonai -- backup）を空のフォルダーに戻してください。\n" +
        "Start the original, or restore a backup (npm run chonai -- backup) into an empty folder.",
    });
  }
  writeFileDurably(path, `${JSON.stringify({ id: data.id, dataDirectory: data.directory })}\n`);
}

function ownerOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).uid : undefined;
}

function refuseOthersCluster(cluster: string, user: OperatingUser): void {
  const owner = ownerOf(cluster);
  if (owner === undefined || user.change || owner === user.uid || process.platform === "win32") return;
  throw new StartUpError("data-folder-owner", {
    ja: `このデータフォルダーのデータベースは、別の利用者（番号 ${owner}）のものです: ${cluster}`,
    en: `The database in this data folder belongs to another user (number ${owner}): ${cluster}`,
    hint:
      "前に起動したときと同じ利用者（root で起動していたなら root）で起動してください。\n" +
      "Start as the same user as before (as root, if root started it).",
  });
}

function lostPlace(dataDirectory: string, folder: string): StartUpError {
  return new StartUpError("data-folder-damaged", {
    ja: `データベースのフォルダーが見つかりません: ${folder}（${dataDirectory} のもの）`,
    en: `The folder with the database is gone: ${folder} (it belongs to ${dataDirectory})`,
    hint:
      "そのディスクをつなぐか、バックアップを空のデータフォルダーに戻してください。\n" +
      "Mount the disk that holds it, or restore a backup into an empty data folder.",
  });
}

/** Folders that a first start left half made. They never held anybody's data. */
export function listHalfMade(place: Place): string[] {
  return readdirSync(place.folder)
    .filter((name) => name.startsWith(`${clusterName}.making-`))
    .map((name) => join(place.folder, name));
}
