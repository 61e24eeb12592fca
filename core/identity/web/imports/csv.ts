/** Hands a file to the reader without asking anybody. */
export function saveFile(name: string, contents: string): void {
  const url = URL.createObjectURL(new Blob([contents], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The lists' headings with one row as an example; docs/ja/people-import.md explains each column. */
export const templates = {
  sections: [
    ["組織コード", "名称", "カナ", "上位組織コード", "表示順", "場所", "内線", "適用開始日", "適用終了日"],
    ["010000", "総合政策部", "ソウゴウセイサクブ", "", "10", "本庁舎3階", "2000", "令和8年4月1日", ""],
    ["010100", "財政課", "ザイセイカ", "010000", "20", "本庁舎3階", "2100", "令和8年4月1日", ""],
  ],
  people: [
    [
      "職員番号",
      "氏名",
      "カナ",
      "旧姓",
      "区分",
      "所属コード",
      "役職",
      "兼務",
      "発令日",
      "勤務場所",
      "内線",
      "電話",
      "ログインID",
      "アカウント区分",
      "利用できる側",
      "管理者",
      "有効期限",
      "会社名・団体名",
      "担当職員番号",
    ],
    [
      "000123",
      "髙橋　花子",
      "タカハシ ハナコ",
      "",
      "職員",
      "010100",
      "係長",
      "",
      "令和8年4月1日",
      "本庁舎3階",
      "2345",
      "",
      "takahashi",
      "在宅勤務職員",
      "LGWAN;インターネット",
      "",
      "",
      "",
      "",
    ],
  ],
} as const;
