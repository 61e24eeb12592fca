/** Words that every screen uses. */
export const ja = {
  "action.cancel": "取り消す",
  "action.close": "閉じる",
  "action.retry": "もう一度読み込む",
  "action.back": "戻る",
  "calendar.previous": "前の月",
  "calendar.next": "次の月",
  "problem.network":
    "サーバーにつながりません。入力した内容は残っています。回線を確かめて、もう一度お試しください。",
  "problem.unknown":
    "処理中に問題が起きました。もう一度お試しください。続く場合は情報システム担当課にお知らせください。",
  "problem.title": "読み込めませんでした",
  loading: "読み込んでいます…",
  "person.guest": "ゲスト",
  "person.section": "所属アカウント",
  "notice.close": "お知らせを閉じる",
  "zone.lgwan": "LGWAN 側",
  "zone.internet": "インターネット側",
  "zone.public": "公開側",
  "zone.lgwan.rule": "庁内の閉じたネットワークです。インターネットのページは開けません。",
  "zone.internet.rule": "住民の個人情報など、機密性の高い情報は書き込まないでください。",
  "zone.public.rule": "だれでも見られる場所です。庁内の情報は扱えません。",
} as const;
