/** The columns of the workbook to fill in, in the words of the lists that are read (docs/ja/people-import.md). */
export type TemplateColumn = {
  heading: string;
  /** What belongs there, for the sheet that explains. */
  about: string;
  isNeeded?: boolean;
  /** Offered as a drop-down. */
  choices?: readonly string[];
};

export const sectionColumns: readonly TemplateColumn[] = [
  { heading: "組織コード", isNeeded: true, about: "組織改正があっても変わらない番号。半角の英数字" },
  { heading: "名称", isNeeded: true, about: "正式な名称。例：財政課" },
  { heading: "カナ", about: "検索と並び順に使います" },
  { heading: "上位組織コード", about: "部など、1つ上の組織のコード。いちばん上は空欄" },
  { heading: "表示順", about: "小さい順に並びます。例：10、20、30" },
  { heading: "場所", about: "例：本庁舎3階" },
  { heading: "内線", about: "代表の内線番号" },
  { heading: "適用開始日", about: "その組織になる日。例：令和9年4月1日、2027/4/1" },
  { heading: "適用終了日", about: "その組織である最後の日。続くときは空欄" },
  { heading: "情報責任者", about: "担当する職員の職員番号。決まっていないときは空欄" },
  { heading: "情報セキュリティ担当者", about: "担当する職員の職員番号。決まっていないときは空欄" },
  { heading: "情報システム担当者", about: "担当する職員の職員番号。決まっていないときは空欄" },
];

export const peopleColumns: readonly TemplateColumn[] = [
  {
    heading: "職員番号",
    isNeeded: true,
    about: "その人を見分ける番号。姓や所属が変わっても変わらないもの。先頭の0も入れます",
  },
  { heading: "氏名", isNeeded: true, about: "姓と名の間を空けます。異体字もそのまま入れられます" },
  { heading: "カナ", about: "検索と並び順に使います" },
  { heading: "旧姓", about: "旧姓でも探せるようにするとき" },
  { heading: "区分", about: "空欄は「職員」です", choices: ["職員", "所属", "ゲスト"] },
  {
    heading: "所属コード",
    about: "「組織」のシートの組織コード。職員と所属アカウントには要ります。ゲストは空欄",
  },
  { heading: "役職", about: "例：部長、課長、係長、主事" },
  { heading: "兼務", about: "所属コード:役職。いくつもあるときは「;」で区切ります。例：010200:主査" },
  { heading: "発令日", about: "今の所属・役職になった日。空欄なら取り込んだ日" },
  { heading: "勤務場所", about: "所属の場所と違うとき" },
  { heading: "内線", about: "例：2345" },
  { heading: "電話", about: "直通や携帯の番号" },
  { heading: "ログインID", about: "半角の英数字3文字以上。空欄の人にはアカウントを作りません" },
  {
    heading: "アカウント区分",
    about: "アカウントを作る人には要ります",
    choices: ["テレビ会議用タブレット", "リモートワーク用タブレット", "在宅勤務職員", "所属", "ゲスト"],
  },
  {
    heading: "利用できる側",
    about: "空欄なら区分ごとの決まりに従います",
    choices: ["LGWAN", "インターネット", "LGWAN;インターネット"],
  },
  { heading: "管理者", about: "名簿やアカウントを管理する人だけ「はい」", choices: ["はい"] },
  { heading: "有効期限", about: "利用できる最後の日。ゲストには要ります" },
  { heading: "会社名・団体名", about: "ゲストには要ります" },
  { heading: "担当職員番号", about: "ゲストの担当をする職員の職員番号。ゲストには要ります" },
];
