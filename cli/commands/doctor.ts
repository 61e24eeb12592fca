import { existsSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkDatabaseRoles, Database } from "#core/db/index.ts";
import { findInstallation, type Installation } from "#core/identity/index.ts";
import { type Keyring, OperatorError, silentLogger } from "#core/kernel/index.ts";
import type { PartStatus } from "#core/sanitise/index.ts";
import { readArguments } from "../arguments.ts";
import { findLastBackup } from "../backup/last-backup.ts";
import { checkKey } from "../check-key.ts";
import { externalDatabase } from "../installation.ts";
import { joinInstallation } from "../join-installation.ts";
import { openSanitiser, runningClamd } from "../open-sanitiser.ts";

/** Below this much free space files and the database are in danger, in bytes. */
const spaceNeeded = 5 * 1024 ** 3;

/**
 * `chonai doctor`: looks at the key, the database's roles, the disk and every part of sanitising, beside the running
 * program or without it, and says what is missing and what to do. Ends with 1 when something is. Changes nothing but
 * LibreOffice's prepared profile.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {});
  const found: PartStatus[] = [diskOf(values.data), backupOf(values.data)];
  const installation = await joinInstallation(values.data, silentLogger);
  try {
    found.push(keyOf(values.data), ...(await databaseOf(installation)));
    const own = runningClamd(values.data);
    if (own && "socket" in own) process.env.CHONAI_CLAMD ??= own.socket;
    const isBeside = process.env.CHONAI_CLAMD !== undefined;
    const sanitiser = openSanitiser(values.data, installation.keyring, silentLogger);
    found.push(
      ...(await sanitiser.status()).map((part) =>
        // Our own daemon runs with the program; without it only what is installed and imported can be looked at.
        part.part === "clamd" && !part.ok && !isBeside ? notRunning(part) : part,
      ),
    );
  } finally {
    await installation.close();
  }
  for (const { ok, says } of found) console.log(`${ok ? "○" : "×"} ${says.ja}\n  ${says.en}`);
  return found.every(({ ok }) => ok) ? 0 : 1;
}

/** Whether the key is the one that the database's secrets are sealed with. */
function sealedBy(known: Installation, keyring: Keyring): PartStatus {
  try {
    checkKey(known, keyring);
    return {
      part: "seal",
      ok: true,
      says: { ja: "鍵とデータベース: 対になっています。", en: "Key and database belong together." },
    };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { part: "seal", ok: false, says: { ja: error.ja, en: error.en } };
  }
}

function notRunning(part: PartStatus): PartStatus {
  return {
    ...part,
    says: {
      ja: `${part.says.ja}（Chonai が起動していないときは、ClamAV も動いていません。）`,
      en: `${part.says.en} (ClamAV runs only while Chonai does.)`,
    },
  };
}

function diskOf(dataDirectory: string): PartStatus {
  const place = existsSync(dataDirectory) ? dataDirectory : ".";
  const { bavail, bsize } = statfsSync(place);
  const gibibytes = Math.floor((bavail * bsize) / 1024 ** 3);
  const ok = bavail * bsize >= spaceNeeded;
  return {
    part: "disk",
    ok,
    says: {
      ja: `ディスクの空き: ${gibibytes} GiB${ok ? "" : "。5 GiB 以上を空けてください。"}`,
      en: `Free space: ${gibibytes} GiB${ok ? "" : ". Make room for at least 5 GiB."}`,
    },
  };
}

/** A copy of every night, with two hours to spare; the copy must still be where it was put. */
const backupAgeAllowed = 26 * 3_600_000;

function backupOf(dataDirectory: string): PartStatus {
  const last = findLastBackup(dataDirectory);
  const name = { ja: "写し（バックアップ）", en: "Backup" };
  if (!last)
    return {
      part: "backup",
      ok: false,
      says: {
        ja: `${name.ja}: まだ一度も取っていません。chonai backup --to フォルダー を毎晩実行してください。`,
        en: `${name.en}: there is none yet. Run chonai backup --to FOLDER every night.`,
      },
    };
  const hours = Math.floor((Date.now() - Date.parse(last.at)) / 3_600_000);
  const isThere = existsSync(last.path);
  const ok = isThere && Date.now() - Date.parse(last.at) <= backupAgeAllowed;
  return {
    part: "backup",
    ok,
    says: {
      ja: `${name.ja}: ${hours}時間前（${last.path}）${isThere ? "" : "。この場所に見つかりません"}${ok ? "" : "。毎晩の実行を確かめてください。"}`,
      en: `${name.en}: ${hours} hours ago (${last.path})${isThere ? "" : ", not found there"}${ok ? "" : ". See that it runs every night."}`,
    },
  };
}

/** The key must be for our user alone. */
function keyOf(dataDirectory: string): PartStatus {
  const path = process.env.CHONAI_KEY_FILE ?? join(dataDirectory, "secrets", "installation-key");
  const ok = existsSync(path) && (statSync(path).mode & 0o077) === 0;
  return {
    part: "key",
    ok,
    says: ok
      ? { ja: `鍵: ${path} は本人だけが読めます。`, en: `Key: only our user can read ${path}.` }
      : {
          ja: `鍵: ${path} がほかの利用者にも読めます。chmod 600 としてください。`,
          en: `Key: others can read ${path}. Do chmod 600.`,
        },
  };
}

async function databaseOf(installation: Awaited<ReturnType<typeof joinInstallation>>): Promise<PartStatus[]> {
  const faults = await checkDatabaseRoles(installation.application, externalDatabase()?.owner);
  const roles: PartStatus = {
    part: "database",
    ok: faults.length === 0,
    says:
      faults.length === 0
        ? {
            ja: "データベース: 役割と行の保護は正しく設定されています。",
            en: "Database: roles and row-level security are right.",
          }
        : {
            ja: `データベース: ${faults.join("。")}（docs/operations/external-postgresql.md）`,
            en: `Database: ${faults.join("; ")} (docs/operations/external-postgresql.md)`,
          },
  };
  const database = new Database(installation.application, { poolSize: 1, applicationName: "chonai doctor" });
  try {
    const known = await findInstallation(database);
    return [roles, ...(known ? [sealedBy(known, installation.keyring)] : [])];
  } finally {
    await database.close();
  }
}
