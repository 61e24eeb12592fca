import type { UseReviewRules } from "../../contract.ts";

/** Where the thresholds of the beginning come from. */
export const defaultSource = "Chonai の初期値。自治体の情報セキュリティ実施手順に合わせて変更してください";

/** What picks until a municipality has decided otherwise. */
export const defaultUseReviewRules: UseReviewRules = {
  massReading: { readingsADay: 200 },
  massDownloads: { downloadsADay: 50 },
  oddHours: { from: 22, until: 5, days: 5 },
  leavers: { days: 30, readings: 100 },
  newDevices: { devices: 3 },
  refused: { attempts: 20 },
};
