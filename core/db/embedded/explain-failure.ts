import { errorCodeOf } from "./durable-file.ts";
import { StartUpError } from "./start-up-error.ts";

/** Turns a full disk and missing rights into words; every other error stays the bug that it is. */
export function explainSystemError(error: unknown, directory: string): unknown {
  if (error instanceof StartUpError) return error;
  const code = errorCodeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT" || isSqliteFull(error)) return diskFull(directory, error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || isSqliteUnwritable(error)) {
    return new StartUpError(
      "data-folder-unwritable",
      {
        ja: `データフォルダーに書き込めません: ${directory}`,
        en: `The data folder cannot be written: ${directory}`,
        hint:
          `${error instanceof Error ? error.message : code}\n` +
          "前に起動したときと同じ利用者で起動するか、フォルダーの所有者と権限を直してください。\n" +
          "Start as the same user as before, or correct the folder's owner and permissions.",
      },
      { cause: error },
    );
  }
  return error;
}

/** What PostgreSQL wrote before it gave up, turned into words. */
export function explainPostgresOutput(output: string, directory: string): StartUpError {
  if (/No space left on device|Disk quota exceeded|could not (write|extend) .* wrote only/i.test(output)) {
    return diskFull(directory, new Error(lastLines(output)));
  }
  if (
    /configuration file .* contains errors|syntax error in file|unrecognized configuration parameter/i.test(
      output,
    )
  ) {
    return new StartUpError("settings-refused", {
      ja: "データベースの設定ファイルに誤りがあるため、起動できません。",
      en: "The database refuses its settings file.",
      hint: `${lastLines(output)}\npostgresql.local.conf を直すか、名前を変えてから起動してください。 / Correct or rename postgresql.local.conf and start again.`,
    });
  }
  return new StartUpError("database-failed", {
    ja: `データベースを起動できませんでした: ${directory}`,
    en: `The database could not be started: ${directory}`,
    hint: `${lastLines(output)}\nデータは消していません。docs/architecture/lifecycle.md をご覧ください。 / No data was removed. See docs/architecture/lifecycle.md.`,
  });
}

export function diskFull(directory: string, cause?: unknown): StartUpError {
  return new StartUpError(
    "disk-full",
    {
      ja: `ディスクに空きがないため、起動できません: ${directory}`,
      en: `The disk is full, so Chonai cannot start: ${directory}`,
      hint:
        "空きを作ってから（目安 1 GB 以上）、もう一度起動してください。続きから直します。データベースのフォルダーの中のファイルは消さないでください。\n" +
        "Free some space (1 GB or more) and start again; it goes on from here. Do not delete files inside the database's folder.",
    },
    { cause },
  );
}

/** What matters of it: the complaints, or the end when there is none. */
function lastLines(output: string): string {
  const lines = output.trim().split("\n");
  const complaints = lines.filter((line) =>
    /(ERROR|FATAL|PANIC|HINT|error): |invalid value|syntax error/.test(line),
  );
  return (complaints.length > 0 ? complaints : lines).slice(-6).join("\n");
}

function isSqliteFull(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 13;
}

function isSqliteUnwritable(error: unknown): boolean {
  // SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN
  return error instanceof Error && "errcode" in error && [3, 8, 14].includes(Number(error.errcode));
}
