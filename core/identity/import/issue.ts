import { fillText } from "#shared/error-codes.ts";

/** Which of the two lists an import reads. */
export type ImportFile = "sections" | "people";

/**
 * One thing that the import found, at the place where the person who made the file can find it. An `error` means that
 * nothing is imported; a `warning` is imported as it stands and should be looked at.
 */
export type ImportIssue = {
  severity: "error" | "warning";
  code: IssueCode;
  file: ImportFile;
  /** The row as Excel numbers it, headings included; null when the whole file is meant. */
  row: number | null;
  /** As spreadsheets name it, C12; null when the whole row or file is meant. */
  cell: string | null;
  /** The heading of the column, as the file writes it. */
  column: string | null;
  value: string | null;
  ja: string;
  en: string;
};

export type IssuePlace = { file: ImportFile; row?: number; column?: string; value?: string };

const define = <T extends Record<string, { severity: ImportIssue["severity"]; ja: string; en: string }>>(
  texts: T,
): T => texts;

/** Every finding in both languages: what is wrong and what to do. docs/ja/people-import.md lists them for the office. */
const issueTexts = define({
  "file-empty": {
    severity: "error",
    ja: "ファイルが空です。見出しの行とデータの行を入れてください。",
    en: "The file is empty. It needs a row of headings and rows of data.",
  },
  "file-too-large": {
    severity: "error",
    ja: "ファイルが大きすぎます（{limit}まで）。取り込むファイルを確かめてください。",
    en: "The file is too large (at most {limit}). Check that it is the right one.",
  },
  "file-unreadable": {
    severity: "error",
    ja: "CSV として読み取れません（{reason}）。表計算ソフトで開き、CSV 形式で保存し直してください。",
    en: "This is not readable as CSV ({reason}). Open it in a spreadsheet and save it as CSV again.",
  },
  "file-is-old-excel": {
    severity: "error",
    ja: "古い形式の Excel ブック（.xls）か、パスワードの付いたブックです。Excel で開き、パスワードを外して「Excel ブック（.xlsx）」か「CSV UTF-8」で保存し直してください。",
    en: "This is an old Excel workbook (.xls) or one with a password. Open it in Excel, remove the password and save it as .xlsx or CSV UTF-8.",
  },
  "file-not-a-list": {
    severity: "error",
    ja: "表のファイルではありません（{what}）。Excel ブック（.xlsx）か CSV のファイルを選んでください。",
    en: "This file is not a table ({what}). Choose an Excel workbook (.xlsx) or a CSV file.",
  },
  "file-unpacks-too-large": {
    severity: "error",
    ja: "ブックの中身が大きすぎます。一覧のシートだけを新しいブックに写して保存し直してください。",
    en: "The contents of the workbook are too large. Copy the sheet with the list into a new workbook.",
  },
  "file-takes-too-long": {
    severity: "error",
    ja: "ファイルの読み取りに時間がかかりすぎるため、中止しました。一覧だけを新しいブックか CSV に写して保存し直してください。",
    en: "Reading the file took too long and was given up. Copy the list alone into a new workbook or a CSV.",
  },
  "file-too-many-rows": {
    severity: "error",
    ja: "行が多すぎます（{limit}行まで）。要らない行を消すか、ファイルを分けてください。",
    en: "There are too many rows (at most {limit}). Remove those that are not needed, or split the file.",
  },
  "findings-left-out": {
    severity: "error",
    ja: "このほかに{count}件あります。表示されたものを直してから、もう一度確認してください。",
    en: "There are {count} more. Correct those that are shown and check again.",
  },
  "warnings-left-out": {
    severity: "warning",
    ja: "このほかに、確かめるとよいところが{count}件あります。",
    en: "There are {count} more places worth a look.",
  },
  "sheet-chosen": {
    severity: "warning",
    ja: "ブックの{count}枚のシートのうち、見出しの合う「{sheet}」を読み取りました。",
    en: "Of {count} sheets, “{sheet}” was read: it has the headings.",
  },
  "cell-error": {
    severity: "error",
    ja: "セルの式の結果がエラーか空です。Excel で式を直すか、値に置き換えて保存し直してください。",
    en: "The formula of this cell has an error or no result. Correct it in Excel, or replace it by its value.",
  },
  "heading-row-missing": {
    severity: "error",
    ja: "見出しの行が見つかりません（必要な見出し: {needed}）。先頭の 20 行以内に、見出しを 1 行で入れてください。文字化けしているときは、UTF-8 か Shift_JIS で保存し直してください。",
    en: "No row of headings was found (needed: {needed}). Put the headings into one row within the first 20. If the text is garbled, save the file as UTF-8 or Shift_JIS.",
  },
  "heading-twice": {
    severity: "error",
    ja: "見出し「{heading}」の列が 2 つあります。どちらか一方を消してください。",
    en: "Two columns have the heading “{heading}”. Remove one of them.",
  },
  "heading-unknown": {
    severity: "warning",
    ja: "見出し「{heading}」の列は取り込みません。",
    en: "The column “{heading}” is not imported.",
  },
  "rows-before-heading": {
    severity: "warning",
    ja: "見出しより前の {count} 行は表題とみなして読み飛ばしました。",
    en: "{count} rows before the headings were taken for a title and skipped.",
  },
  "heading-repeated": {
    severity: "warning",
    ja: "見出しの行がもう一度あるため読み飛ばしました。",
    en: "The headings appear again; this row was skipped.",
  },
  "cells-beyond-heading": {
    severity: "error",
    ja: '見出しのない列に値「{value}」があります。カンマや改行を含む値は「"」で囲み、余分な列は消してください。',
    en: "There is a value “{value}” in a column without a heading. Quote values that contain commas or line breaks, and remove columns that are too many.",
  },
  "text-unreadable": {
    severity: "error",
    ja: "読み取れない文字があります。元の台帳の表記を確かめ、UTF-8 で保存し直してください。",
    en: "Some characters cannot be read. Check the original and save the file as UTF-8.",
  },
  "text-refused": {
    severity: "error",
    ja: "使えない文字があります（{reason}）。その文字を消してください。",
    en: "The value contains characters that cannot be used ({reason}). Remove them.",
  },
  "text-too-long": {
    severity: "error",
    ja: "長すぎます。{limit} 文字以内にしてください。",
    en: "The value is too long. At most {limit} characters.",
  },
  "formula-refused": {
    severity: "error",
    ja: "「=」「+」「-」「@」で始まる値は、表計算ソフトで式として実行されるおそれがあるため取り込みません。先頭の記号を消してください。",
    en: "A value that begins with =, +, - or @ could be run as a formula by a spreadsheet and is not imported. Remove the sign.",
  },
  "value-missing": {
    severity: "error",
    ja: "「{heading}」が空です。値を入れるか、合計や注記の行であれば行ごと消してください。",
    en: "“{heading}” is empty. Enter a value, or remove the row if it is a total or a note.",
  },
  "code-invalid": {
    severity: "error",
    ja: "「{heading}」に使えない文字があります。半角の英数字と「-」「_」「.」だけで、40 文字以内にしてください。",
    en: "“{heading}” may have only letters, digits and - _ . (at most 40).",
  },
  "kana-invalid": {
    severity: "error",
    ja: "カナではない文字があります。読みをカタカナで入れてください。",
    en: "Write the reading in katakana.",
  },
  "date-invalid": {
    severity: "error",
    ja: "日付として読み取れません。「令和8年4月1日」「R8.4.1」「2026-04-01」「2026/4/1」のいずれかの形で入れてください。",
    en: "This is not a date. Write 2026-04-01, 2026/4/1, R8.4.1 or 令和8年4月1日.",
  },
  "number-invalid": {
    severity: "error",
    ja: "数字ではありません。0 以上の整数を入れてください。",
    en: "This is not a number. Enter a whole number from 0.",
  },
  "period-empty": {
    severity: "error",
    ja: "終わりの日が始まりの日より前です。日付を確かめてください。",
    en: "The last day is before the first. Check the dates.",
  },
  "date-in-future": {
    severity: "error",
    ja: "発令日が先の日付です。発令日になってから取り込むか、今の発令内容に直してください。",
    en: "The day of appointment is in the future. Import it on that day.",
  },
  "section-twice": {
    severity: "error",
    ja: "組織コード「{value}」が {other} 行目にもあり、適用期間が重なっています。どちらか一方を消すか、期間を分けてください。",
    en: "Code “{value}” is also in row {other} and the periods overlap. Remove one, or separate the periods.",
  },
  "section-unknown": {
    severity: "error",
    ja: "組織コード「{value}」が組織の一覧にありません。{hint}コードを確かめるか、先に組織の一覧に加えてください。",
    en: "There is no section with code “{value}”. {hintEn}Check the code or add the section first.",
  },
  "section-ended": {
    severity: "error",
    ja: "組織「{name}」は {day} で廃止されています。今の組織のコードにしてください。",
    en: "The section “{name}” ended on {day}. Use the code of a present one.",
  },
  "section-cycle": {
    severity: "error",
    ja: "上位組織をたどると元に戻ってしまいます（{path}）。どれかの上位組織コードを直してください。",
    en: "Following the parents leads back to the start ({path}). Correct one of the parent codes.",
  },
  "section-left-with-people": {
    severity: "error",
    ja: "一覧にない組織「{name}」に職員が {count} 人残っているため廃止できません。先に職員の所属を移すか、組織を一覧に加えてください。",
    en: "The section “{name}” is missing but still has {count} people, so it cannot be ended. Move them first or add the section.",
  },
  "section-closes-with-people": {
    severity: "warning",
    ja: "廃止する組織「{name}」に職員が {count} 人います。廃止の日までに、異動を登録してください。",
    en: "The section “{name}”, which closes, has {count} people. Enter their moves before that day.",
  },
  "leading-zeros-lost": {
    severity: "error",
    ja: "登録済みの「{known}」の先頭の 0 が落ちているようです。表計算ソフトで文字列として扱い、0 を戻してください。",
    en: "The leading zeros of “{known}” seem to be lost. Format the column as text and restore them.",
  },
  "person-twice": {
    severity: "error",
    ja: "職員番号「{value}」が {other} 行目にもあります。1 人 1 行にし、ほかの所属は「兼務」の列に入れてください。",
    en: "Number “{value}” is also in row {other}. Keep one row a person; further posts go into 兼務.",
  },
  "kind-unknown": {
    severity: "error",
    ja: "区分「{value}」は使えません。「職員」「所属」「ゲスト」のいずれかにしてください。",
    en: "“{value}” is not a kind. Use 職員, 所属 or ゲスト.",
  },
  "kind-changed": {
    severity: "error",
    ja: "この番号は「{known}」として登録されています。区分は変えられないため、新しい番号で登録してください。",
    en: "This number is registered as {known}. The kind cannot change; use a new number.",
  },
  "name-suspicious": {
    severity: "warning",
    ja: "氏名に「?」や「〓」があります。外字が置き換わっていないか、元の台帳と比べてください。",
    en: "The name contains “?” or “〓”. Compare it with the original: a character may have been replaced.",
  },
  "name-private-character": {
    severity: "warning",
    ja: "この職場だけの外字が使われています。ほかの端末では表示できないため、標準の文字（異体字）に置き換えてください。",
    en: "The name has a character of your own terminals (private use). Replace it by a standard one; others cannot show it.",
  },
  "concurrent-post-invalid": {
    severity: "error",
    ja: "兼務の書き方が正しくありません。「所属コード:役職」を「;」で区切ってください（例: 040100:主査;050200:係長）。",
    en: "Write further posts as 所属コード:役職, separated by “;” (040100:主査;050200:係長).",
  },
  "concurrent-post-twice": {
    severity: "error",
    ja: "同じ所属「{value}」が所属か兼務に 2 回あります。1 つにしてください。",
    en: "Section “{value}” appears twice among the posts. Keep one.",
  },
  "post-unknown": {
    severity: "warning",
    ja: "役職「{value}」は並び順の表にないため、名簿では役職のない人と同じ位置に並びます。順を付けるときは「役職順」の列に数字を入れてください。",
    en: "Post “{value}” is not in the table of ranks. Give its rank in the column 役職順 if the order matters.",
  },
  "not-for-guests": {
    severity: "error",
    ja: "ゲストには「{heading}」を付けられません。空にしてください。",
    en: "A guest cannot have “{heading}”. Leave it empty.",
  },
  "only-for-guests": {
    severity: "error",
    ja: "「{heading}」はゲストだけの欄です。空にするか、区分を「ゲスト」にしてください。",
    en: "Only guests have “{heading}”. Leave it empty or make the kind ゲスト.",
  },
  "guest-needs": {
    severity: "error",
    ja: "ゲストには「{heading}」が必要です。",
    en: "A guest needs “{heading}”.",
  },
  "sponsor-unknown": {
    severity: "error",
    ja: "担当職員番号「{value}」の職員がいません。{hint}在籍している職員の番号を入れてください。",
    en: "There is no member of staff with number “{value}”. {hintEn}Enter the number of somebody on the staff.",
  },
  "sponsor-not-staff": {
    severity: "error",
    ja: "担当職員番号「{value}」は職員ではありません（{kind}）。職員の番号を入れてください。",
    en: "“{value}” is not a member of staff ({kind}). The sponsor of a guest must be.",
  },
  "role-holder-unknown": {
    severity: "error",
    ja: "「{heading}」の職員番号「{value}」の職員がいません。{hint}在籍している職員の番号を入れてください。",
    en: "There is no member of staff with number “{value}” for “{heading}”. {hintEn}Enter the number of somebody on the staff.",
  },
  "role-holder-not-staff": {
    severity: "error",
    ja: "「{heading}」の「{value}」は職員ではありません（{kind}）。職員の番号を入れてください。",
    en: "“{value}” for “{heading}” is not a member of staff ({kind}). Enter the number of somebody on the staff.",
  },
  "role-of-ended-section": {
    severity: "warning",
    ja: "廃止された組織の行のため、「{heading}」は取り込みません。",
    en: "The section of this row has ended, so “{heading}” is not imported.",
  },
  "login-id-invalid": {
    severity: "error",
    ja: "ログインIDに使えない文字があります。半角の英数字と「.」「_」「-」「@」だけで、3〜60 文字にしてください。",
    en: "A login id has 3 to 60 letters, digits and . _ - @ only.",
  },
  "login-id-twice": {
    severity: "error",
    ja: "ログインID「{value}」が {other} 行目にもあります（大文字と小文字、全角と半角は区別しません）。別のものにしてください。",
    en: "Login id “{value}” is also in row {other} (case and width are not distinguished). Choose another.",
  },
  "login-id-taken": {
    severity: "error",
    ja: "ログインID「{value}」は {name}（{number}）が使っています（大文字と小文字、全角と半角は区別しません）。別のものにしてください。",
    en: "Login id “{value}” belongs to {name} ({number}); case and width are not distinguished. Choose another.",
  },
  "class-unknown": {
    severity: "error",
    ja: "アカウント区分「{value}」は使えません。{choices} のいずれかにしてください。",
    en: "“{value}” is not a class of account. Use one of {choices}.",
  },
  "class-missing": {
    severity: "error",
    ja: "ログインIDがありますがアカウント区分がありません。{choices} のいずれかを入れてください。",
    en: "There is a login id but no class of account. Enter one of {choices}.",
  },
  "class-does-not-fit": {
    severity: "error",
    ja: "区分「{kind}」にアカウント区分「{value}」は付けられません。所属には「所属」、ゲストには「ゲスト」を付けてください。",
    en: "A {kind} cannot have the class “{value}”. Section accounts take 所属, guests take ゲスト.",
  },
  "account-without-login-id": {
    severity: "error",
    ja: "アカウント区分がありますがログインIDがありません。ログインIDを入れるか、アカウント区分を空にしてください。",
    en: "There is a class of account but no login id. Enter one or leave the class empty.",
  },
  "zone-unknown": {
    severity: "error",
    ja: "利用できる側「{value}」は使えません。「LGWAN」「インターネット」を「;」で区切って入れてください。",
    en: "“{value}” is not a side. Use LGWAN and インターネット, separated by “;”.",
  },
  "guest-on-lgwan": {
    severity: "warning",
    ja: "ゲストが LGWAN 側を利用できる設定です。意図したものか確かめてください。",
    en: "This guest may use the LGWAN side. Make sure that this is meant.",
  },
  "yes-no-invalid": {
    severity: "error",
    ja: "「はい」か空欄にしてください。",
    en: "Write はい or leave it empty.",
  },
  "last-administrator": {
    severity: "error",
    ja: "管理者が 1 人もいなくなります。少なくとも 1 人の「管理者」を「はい」にしてください。",
    en: "No administrator would be left. Keep はい for at least one.",
  },
});

export type IssueCode = keyof typeof issueTexts;

/**
 * Makes an issue from the registry.
 *
 * @example issue("value-missing", { file: "people", row: 7, column: "氏名" }, { heading: "氏名" })
 */
export function issue(
  code: IssueCode,
  place: IssuePlace,
  facts: Readonly<Record<string, string | number>> = {},
): ImportIssue {
  const text = issueTexts[code];
  const all = { value: place.value ?? "", ...facts };
  return {
    severity: text.severity,
    code,
    file: place.file,
    row: place.row ?? null,
    cell: null,
    column: place.column ?? null,
    value: place.value ?? null,
    ja: fillText(text.ja, all),
    en: fillText(text.en, all),
  };
}

/** More than this nobody reads in one go. */
const shownIssues = 1000;

/** The findings that are shown, errors before warnings where there are too many, in their order; and how many are left out. */
export function limitIssues(issues: ImportIssue[]): ImportIssue[] {
  if (issues.length <= shownIssues) return issues;
  const errors = issues.filter((found) => found.severity === "error");
  const kept = new Set(
    [...errors, ...issues.filter((found) => found.severity === "warning")].slice(0, shownIssues),
  );
  const { file } = issues[0]!;
  const leftErrors = Math.max(0, errors.length - shownIssues);
  const leftWarnings = issues.length - kept.size - leftErrors;
  return [
    ...issues.filter((found) => kept.has(found)),
    ...(leftErrors > 0 ? [issue("findings-left-out", { file }, { count: leftErrors })] : []),
    ...(leftWarnings > 0 ? [issue("warnings-left-out", { file }, { count: leftWarnings })] : []),
  ];
}

/** Puts the names of the cells (C12) to the issues, by the headings of the file's columns. */
export function withCells(
  issues: readonly ImportIssue[],
  columnOf: (file: ImportFile, heading: string) => number | undefined,
): ImportIssue[] {
  return issues.map((found) => {
    const at = found.row === null || found.column === null ? undefined : columnOf(found.file, found.column);
    return at === undefined ? found : { ...found, cell: `${columnLetters(at)}${found.row}` };
  });
}

/** 0 is A, 26 is AA. */
function columnLetters(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : columnLetters(Math.floor(at / 26) - 1) + last;
}
