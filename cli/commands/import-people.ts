import { open, readFile, rm } from "node:fs/promises";
import { Database } from "#core/db/index.ts";
import {
  type ImportReport,
  type InitialPassword,
  importPeople,
  type Tenant,
  Tenants,
} from "#core/identity/index.ts";
import { createLogger, OperatorError, systemClock } from "#core/kernel/index.ts";
import { offices } from "#core/policy/index.ts";
import { organisationListeners } from "#server/index.ts";
import { csvOf } from "#shared/csv.ts";
import { readArguments } from "../arguments.ts";
import { joinInstallation } from "../join-installation.ts";
import { printImportReport } from "../print-import-report.ts";

const usage = `chonai import people --sections 組織.csv --people 職員.csv [オプション]

  --dry-run                  取り込まずに、増える人・変わる項目・いなくなる人だけを表示する
  --initial-passwords FILE   新しいアカウントの初期パスワードと認証アプリの鍵を書き出す（本人だけが読める権限で）
  --end-missing              一覧にない人・組織を終わりにする（指定しなければ表示だけ）
  --tenant SLUG              自治体が複数ある場合の指定
  --all                      表示を省略しない
  --data DIR                 データフォルダー（省略時 ./data）

docs/ja/people-import.md に列の説明と記入例があります。 / Columns and examples: docs/ja/people-import.md`;

/** `chonai import people`: exits with 0 when imported, unchanged or a dry run without errors; 1 when refused. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    sections: { type: "string" },
    people: { type: "string" },
    tenant: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    "end-missing": { type: "boolean", default: false },
    "initial-passwords": { type: "string" },
    all: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  if (values.help || positionals.length > 0 || (!values.sections && !values.people)) {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  const files = {
    sections: values.sections ? await readList(values.sections) : undefined,
    people: values.people ? await readList(values.people) : undefined,
  };
  const installation = await joinInstallation(values.data, createLogger({ level: "warn" }));
  const database = new Database(installation.application, { poolSize: 2, applicationName: "chonai import" });
  try {
    const tenant = chooseTenant(await new Tenants(database, systemClock).list(), values.tenant);
    const runImport = (options: Parameters<typeof importPeople>[5]) =>
      importPeople(database, installation.keyring, systemClock, tenant.id, files, {
        endMissing: values["end-missing"],
        organisationListeners,
        officesOfNew: offices,
        ...options,
      });
    const expected = await runImport({ dryRun: true });
    const names = { sections: values.sections ?? "", people: values.people ?? "" };
    if (values["dry-run"] || expected.outcome !== "dry-run") {
      printImportReport(expected, names, { all: values.all });
      return expected.outcome === "refused" ? 1 : 0;
    }
    const path = values["initial-passwords"];
    if (expected.accounts.created.length > 0 && !path) {
      printImportReport(expected, names, { all: values.all });
      console.error(
        `\n新しいアカウントが ${expected.accounts.created.length} 件あります。初期パスワードの書き出し先を --initial-passwords FILE で指定してください。` +
          "\nThere are new accounts: say with --initial-passwords FILE where their passwords go. Nothing was imported.",
      );
      return 2;
    }
    const report = await importKeepingPasswords(path, runImport);
    printImportReport(report, names, { all: values.all });
    if (report.outcome === "imported" && path && report.accounts.created.length > 0)
      console.log(
        `\n初期パスワードを ${path} に書き出しました。印刷して渡したら、ファイルを消してください。`,
      );
    return report.outcome === "refused" ? 1 : 0;
  } finally {
    await database.close();
    await installation.close();
  }
}

async function readList(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(
      { ja: `ファイルを読めません: ${path}（${code}）`, en: `Cannot read the file ${path} (${code}).` },
      { cause: error },
    );
  }
}

function chooseTenant(tenants: readonly Tenant[], slug: string | undefined): Tenant {
  const found =
    slug === undefined && tenants.length === 1 ? tenants[0] : tenants.find((tenant) => tenant.slug === slug);
  if (found) return found;
  const choices = tenants.map((tenant) => `${tenant.slug}（${tenant.name}）`).join("、");
  throw new OperatorError(
    tenants.length === 0
      ? {
          ja: "自治体がまだありません。先に起動して初期設定をしてください。",
          en: "There is no municipality yet: start the program and set it up first.",
        }
      : {
          ja: `--tenant で自治体を指定してください: ${choices}`,
          en: `Say with --tenant which municipality is meant: ${choices}`,
        },
  );
}

/** The file is there, complete and on disk before the import is written; it goes again when the import fails. */
async function importKeepingPasswords(
  path: string | undefined,
  runImport: (options: Parameters<typeof importPeople>[5]) => Promise<ImportReport>,
): Promise<ImportReport> {
  let isWritten = false;
  const keepInitialPasswords = async (passwords: readonly InitialPassword[]) => {
    // wx: a file with the passwords of an earlier import is not overwritten.
    const file = await open(path!, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
      const reason = error.code === "EEXIST" ? "同じ名前のファイルがあります" : error.code;
      throw new OperatorError(
        {
          ja: `${path} に書き出せません（${reason}）。何も取り込んでいません。`,
          en: `Cannot write ${path} (${error.code}). Nothing was imported.`,
        },
        { cause: error },
      );
    });
    isWritten = true;
    try {
      await file.writeFile(passwordsCsv(passwords));
      await file.sync();
    } finally {
      await file.close();
    }
  };
  try {
    const report = await runImport({ keepInitialPasswords });
    if (isWritten && report.outcome !== "imported") await rm(path!, { force: true });
    return report;
  } catch (error) {
    if (isWritten) await rm(path!, { force: true });
    throw error;
  }
}

function passwordsCsv(passwords: readonly InitialPassword[]): string {
  const rows = passwords.map((entry) => [
    entry.loginId,
    entry.name,
    entry.sectionName ?? "",
    entry.password,
    entry.totpSecret ?? "",
    entry.totpUrl ?? "",
  ]);
  const headings = [
    "ログインID",
    "氏名",
    "所属",
    "初期パスワード",
    "認証アプリの鍵",
    "認証アプリの登録用URL",
  ];
  return csvOf([headings, ...rows]);
}
