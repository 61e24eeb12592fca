import { chmodSync, constants, cpSync, existsSync, renameSync, rmSync } from "node:fs";
import type { DataFolder } from "./data-folder.ts";
import { syncToDisk } from "./durable-file.ts";
import { findOrChoosePlace } from "./place.ts";
import { StartUpError } from "./start-up-error.ts";

/**
 * Puts the copy of a cluster where a data folder's database belongs; the start gives it to its user. A folder that has a
 * database keeps it. It is brought to the disk by the server's own recovery, which begins with that.
 *
 * @throws StartUpError not-a-data-folder
 */
export function placeCluster(data: DataFolder, from: string): void {
  const place = findOrChoosePlace(data);
  try {
    if (existsSync(place.cluster))
      throw new StartUpError("not-a-data-folder", {
        ja: `このフォルダーには、もうデータベースがあります: ${place.cluster}`,
        en: `There is a database in this folder already: ${place.cluster}`,
        hint: "空のフォルダーを --data で指定してください。 / Give an empty folder with --data.",
      });
    const making = `${place.cluster}.making-${process.pid}`;
    try {
      cpSync(from, making, { recursive: true, mode: constants.COPYFILE_FICLONE });
      chmodSync(making, 0o700);
      renameSync(making, place.cluster);
    } catch (error) {
      rmSync(making, { recursive: true, force: true });
      throw error;
    }
    syncToDisk(place.folder);
  } finally {
    place.lock?.release();
  }
}
