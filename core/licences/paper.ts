import type { PriceList, TaxRate } from "#shared/licence-cost.ts";

/** What holds until a municipality enters its own contract: the prices of the office's paper of 令和3年度 (document 000). */
export const paperPrices: readonly PriceList[] = [
  {
    validFrom: "2021-04-01",
    tiers: [
      { from: 1, to: 500, yen: 400 },
      { from: 501, to: 3000, yen: 350 },
    ],
    source: "令和3年度 新規・拡大事業評価シート「LGWAN対応ビジネスチャット」利用料",
  },
];

export const paperTaxes: readonly TaxRate[] = [
  { validFrom: "2014-04-01", basisPoints: 800, source: "消費税法（8%）" },
  { validFrom: "2019-10-01", basisPoints: 1000, source: "消費税法（標準税率10%）" },
];

/** アカウント数内訳 of the same paper: 501 accounts. */
export const paperCounts = {
  "video-tablet": 48,
  "remote-tablet": 72,
  telework: 100,
  section: 196,
  "guest-other": 85,
} as const;
