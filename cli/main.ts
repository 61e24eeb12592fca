/**
 * The operators' commands. `chonai help` lists them; every command says what it will do and exits with 0 only when it
 * was done.
 */
import { StartUpError } from "#core/db/embedded/index.ts";
import { AppError, OperatorError } from "#core/kernel/index.ts";

const commands: Record<
  string,
  { summary: string; load: () => Promise<{ run: (args: string[]) => Promise<number> }> }
> = {
  start: { summary: "起動する / start the program", load: () => import("./commands/start.ts") },
  migrate: {
    summary: "データベースを更新する / bring the database up to date",
    load: () => import("./commands/migrate.ts"),
  },
  import: {
    summary: "組織と職員を取り込む / import sections and people",
    load: () => import("./commands/import.ts"),
  },
  "reset-password": {
    summary: "パスワードを再発行する / give an account a one-time password",
    load: () => import("./commands/reset-password.ts"),
  },
  "rotate-key": {
    summary: "鍵を新しくする / change the installation's key",
    load: () => import("./commands/rotate-key.ts"),
  },
  "give-office": {
    summary: "管理の担当を渡す / give somebody an office of administration",
    load: () => import("./commands/give-office.ts"),
  },
  backup: {
    summary: "写し（バックアップ）を取る・確かめる / make or verify a copy of everything but the keys",
    load: () => import("./commands/backup.ts"),
  },
  restore: {
    summary: "写しから復元する / restore a copy into an empty data folder",
    load: () => import("./commands/restore.ts"),
  },
  doctor: {
    summary: "何が足りないかを調べる / say what is missing",
    load: () => import("./commands/doctor.ts"),
  },
  watermark: {
    summary: "画面の写しから透かしを読む / read the hidden mark of a screenshot",
    load: () => import("./commands/watermark.ts"),
  },
  definitions: {
    summary: "ウイルス定義の束を作る・取り込む / pack or import virus definitions",
    load: () => import("./commands/definitions.ts"),
  },
  audit: {
    summary: "監査記録を検証する / verify the audit record",
    load: () => import("./commands/audit.ts"),
  },
};

const [name = "help", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.log("chonai COMMAND [options]\n");
  for (const [key, { summary }] of Object.entries(commands)) console.log(`  ${key.padEnd(14)} ${summary}`);
  process.exit(name === "help" || name === "--help" ? 0 : 2);
}
try {
  process.exitCode = await (await command.load()).run(args);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

/** What an operator can act on is said in words; everything else is a bug and shows where. */
function explain(error: unknown): string {
  if (error instanceof StartUpError)
    return `\n${error.ja}\n${error.en}${error.hint ? `\n${error.hint}` : ""}\n`;
  if (error instanceof OperatorError) return `\n${error.ja}\n${error.en}\n`;
  if (error instanceof AppError) return `\n${error.message}\n`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
