import type { UseJudgement, UseReviewRuleName } from "../../contract.ts";

/** As the exported table names them; it is kept with the office's Japanese files. */
export const ruleWords: Readonly<Record<UseReviewRuleName, string>> = {
  "mass-reading": "大量の閲覧",
  "mass-downloads": "大量のダウンロード",
  "odd-hours": "時間外の利用",
  leavers: "離職・停止の前の利用",
  "new-devices": "新しい端末からのログイン",
  refused: "拒否された操作",
};
export const judgementWords: Readonly<Record<UseJudgement, string>> = {
  expected: "業務上の利用",
  asked: "本人に確認した",
  "passed-on": "所属長・責任者に報告した",
};
