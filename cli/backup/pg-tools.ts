import { spawn } from "node:child_process";
import { type ConnectionSettings, parseConnectionUrl } from "#core/db/index.ts";
import { OperatorError } from "#core/kernel/index.ts";

/** Who may read all rows of an external database: a superuser, or a role with BYPASSRLS. */
const variable = "CHONAI_BACKUP_DATABASE_URL";

/** Where an external database is, and who may copy or fill it. */
export function readBackupRole(): ConnectionSettings {
  const url = process.env[variable];
  if (!url)
    throw new OperatorError({
      ja: `外部のデータベースの写しには、${variable} が要ります。すべての行を読める役割（管理者か BYPASSRLS）で、DATABASE_URL と同じデータベースを指定してください。`,
      en: `A copy of an external database needs ${variable}: the database of DATABASE_URL, as a superuser or a role with BYPASSRLS.`,
    });
  return parseConnectionUrl(variable, url);
}

/**
 * Runs `pg_dump` or `pg_restore` of the operating system. The password goes by its environment, never by the command
 * line, where others could read it.
 *
 * @throws OperatorError with the program's own words
 */
export async function runPostgresTool(
  program: "pg_dump" | "pg_restore",
  args: readonly string[],
  role?: ConnectionSettings,
  signal?: AbortSignal,
): Promise<void> {
  const connection = role
    ? {
        PGHOST: role.host,
        PGPORT: String(role.port),
        PGUSER: role.user,
        PGDATABASE: role.database,
        ...(role.password === undefined ? {} : { PGPASSWORD: role.password }),
      }
    : {};
  const child = spawn(program, args, {
    env: { ...process.env, ...connection },
    stdio: ["ignore", "ignore", "pipe"],
    ...(signal ? { signal } : {}),
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).catch((error) => {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    throw new OperatorError({
      ja: `${program} がありません。データベースと同じか新しい版のものを入れてください（Debian・Ubuntu では: sudo apt-get install postgresql-client）。`,
      en: `There is no ${program}. Install one as new as the database or newer (Debian, Ubuntu: sudo apt-get install postgresql-client).`,
    });
  });
  if (code === 0) return;
  throw new OperatorError({
    ja: `${program} が失敗しました:\n${said.trim()}`,
    en: `${program} failed, in the words above.`,
  });
}
