import { chmodSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { OperatingUser } from "./operating-user.ts";
import { StartUpError } from "./start-up-error.ts";

/** Whether this user can enter the folder, that is every folder above it too. Looks at modes only, not at ACLs. */
export function canEnter(user: OperatingUser, folder: string): boolean {
  if (!user.change) return true;
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const may =
      uid === user.change.uid ? mode & 0o100 : gid === user.change.gid ? mode & 0o010 : mode & 0o001;
    if (!may) return false;
    if (path === dirname(path)) return true;
  }
}

/**
 * A folder of root's in a place that everybody may enter, for what cannot stay where the clone or the data is.
 *
 * @throws StartUpError no-permitted-folder
 */
export function makePermittedFolder(user: OperatingUser, name: string): string {
  const tried: string[] = [];
  for (const parent of ["/var/lib/chonai", "/srv/chonai", "/opt/chonai"]) {
    const folder = join(parent, name);
    try {
      makeOpenFolder(parent);
      makeOpenFolder(folder);
      if (canEnter(user, folder)) return folder;
      tried.push(folder);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") throw error;
      tried.push(`${folder} (${error instanceof Error ? error.message : error})`);
    }
  }
  throw new StartUpError("no-permitted-folder", {
    ja: `利用者 ${user.name} が入れるフォルダーを作れませんでした。`,
    en: `No folder could be made that the user ${user.name} may enter.`,
    hint: `${tried.join("\n")}\n--data に、誰でも通れる場所（例: /srv/chonai）を指定してください。 / Give a place with --data that everybody may pass through, such as /srv/chonai.`,
  });
}

function makeOpenFolder(path: string): void {
  // The mode is set once more, since a strict umask would close the folder again.
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, 0o711);
  if (statSync(path).uid !== 0) throw new Error("belongs to another user");
}
