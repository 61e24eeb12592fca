import type { ImportIssue, ImportReport } from "#core/identity/index.ts";

type Entry = ImportReport["people"]["created"][0];
type FileNames = { sections: string; people: string };

/** How many lines of a kind are shown without `--all`. */
const shownLimit = 20;

/** Prints what an import found and did, for the person at the console: findings first, then who comes, changes, leaves. */
export function printImportReport(report: ImportReport, names: FileNames, options: { all: boolean }): void {
  const print = (heading: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    console.log(`\n${heading} ${lines.length}件`);
    const shown = options.all ? lines : lines.slice(0, shownLimit);
    for (const line of shown) console.log(`  ${line}`);
    if (shown.length < lines.length)
      console.log(`  …ほか ${lines.length - shown.length}件（--all で全部を表示します）`);
  };
  console.log(`読み取った行: 組織 ${report.rows.sections}行、職員など ${report.rows.people}行`);
  const issueLines = (severity: ImportIssue["severity"]) =>
    report.issues.filter((found) => found.severity === severity).map((found) => issueLine(found, names));
  print("【誤り / errors】", issueLines("error"));
  print("【確認してください / warnings】", issueLines("warning"));
  if (report.outcome !== "refused") {
    const section = (entry: { code: string; name: string; parentName: string | null }) =>
      `${entry.code} ${entry.name}${entry.parentName ? `（${entry.parentName}）` : ""}`;
    print("組織 追加", report.sections.created.map(section));
    print(
      "組織 変更",
      report.sections.changed.map((entry) => `${section(entry)}: ${changesText(entry.changes)}`),
    );
    print(
      report.sections.ended.length > 0 ? "組織 廃止" : "組織 一覧にないもの（廃止の候補）",
      report.sections.missing.map(section),
    );
    print("人 追加", report.people.created.map(person));
    print("人 復帰", report.people.returned.map(person));
    print(
      "人 変更",
      report.people.changed.map((entry) => `${person(entry)}: ${changesText(entry.changes)}`),
    );
    print(
      report.people.ended.length > 0 ? "人 終了" : "人 一覧にない人（退職・対象外の候補）",
      report.people.missing.map(person),
    );
    print("人 一覧にない管理者（そのまま残します）", report.people.kept.map(person));
    print(
      "アカウント 追加",
      report.accounts.created.map((entry) => `${entry.loginId} ${person(entry)}`),
    );
    print(
      report.accounts.disabled.length > 0
        ? "アカウント 停止"
        : "アカウント ログインIDが空になったもの（停止の候補）",
      report.accounts.missing.map((entry) => `${entry.loginId} ${person(entry)}`),
    );
  }
  console.log(`\n${outcomes[report.outcome]}`);
}

const outcomes: Readonly<Record<ImportReport["outcome"], string>> = {
  refused:
    "誤りがあるため、何も取り込んでいません。直してからもう一度実行してください。 / Nothing was imported; correct the errors.",
  "dry-run": "確認だけを行いました。まだ何も取り込んでいません。 / Dry run: nothing was imported.",
  unchanged: "登録済みの内容と同じため、変更はありません。 / Nothing to change.",
  imported: "取り込みました。 / Imported.",
};

function issueLine({ file, row, column, value, ja, en }: ImportIssue, names: FileNames): string {
  const place = [
    names[file],
    row === null ? "" : `${row}行目`,
    column === null ? "" : `「${column}」列`,
  ].filter(Boolean);
  const shown = value === null || value === "" ? "" : `［${value}］`;
  return `${place.join(" ")}${shown}: ${ja}\n      ${en}`;
}

function person({ number, name, sectionName, postName }: Entry): string {
  return [number, name, [sectionName, postName].filter(Boolean).join(" ")].filter(Boolean).join(" ");
}

function changesText(changes: readonly { field: string; from: string | null; to: string | null }[]): string {
  return changes
    .map(({ field, from, to }) => `${field} ${from ?? "（なし）"} → ${to ?? "（なし）"}`)
    .join("、");
}
