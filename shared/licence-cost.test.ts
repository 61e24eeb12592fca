import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cheapestPurchase,
  overpricedRanges,
  type PriceTier,
  type Rates,
  unitPrice,
  validOn,
  yearlyCost,
} from "./licence-cost.ts";

/** The paper's table: 1–500 400 yen, 501–3,000 350 yen a month; tax 10 %. */
const paper: Rates = {
  prices: [
    {
      validFrom: "2021-04-01",
      source: "事務事業評価シート",
      tiers: [
        { from: 1, to: 500, yen: 400 },
        { from: 501, to: 3000, yen: 350 },
      ],
    },
  ],
  taxes: [
    { validFrom: "2014-04-01", basisPoints: 800, source: "消費税法" },
    { validFrom: "2019-10-01", basisPoints: 1000, source: "消費税法" },
  ],
};

describe("the paper's worked examples", () => {
  test("501 accounts cost 2,314,620 yen a year with tax", () => {
    expect(yearlyCost(paper, 2021, 501)).toEqual({ net: 2_104_200, tax: 210_420, total: 2_314_620 });
  });

  test("439 to 500 cost more than 501", () => {
    expect(overpricedRanges(paper, 2021)).toEqual([{ from: 439, to: 500, instead: 501 }]);
    expect(yearlyCost(paper, 2021, 438)!.total).toBe(2_312_640);
    expect(yearlyCost(paper, 2021, 439)!.total).toBe(2_317_920);
    expect(yearlyCost(paper, 2021, 500)!.total).toBe(2_640_000);
    expect(cheapestPurchase(paper, 2021, 500)).toMatchObject({ count: 501, cost: { total: 2_314_620 } });
    expect(cheapestPurchase(paper, 2021, 438)).toMatchObject({ count: 438 });
  });

  test("beyond the table there is no price, and before it either", () => {
    expect(yearlyCost(paper, 2021, 3001)).toBeUndefined();
    expect(yearlyCost(paper, 2020, 501)).toBeUndefined();
    expect(cheapestPurchase(paper, 2021, 3001)).toBeUndefined();
    expect(yearlyCost(paper, 2021, 0)).toEqual({ net: 0, tax: 0, total: 0 });
  });
});

test("a price or a tax that changes in the middle of a year holds from its month on", () => {
  const changed: Rates = {
    prices: [
      ...paper.prices,
      { ...paper.prices[0]!, validFrom: "2021-10-01", tiers: [{ from: 1, to: 9, yen: 33 }] },
    ],
    taxes: [...paper.taxes, { validFrom: "2022-01-01", basisPoints: 1250, source: "" }],
  };
  const first = 6 * 400 * 7;
  const second = 3 * 33 * 7;
  const third = 3 * 33 * 7;
  const tax = Math.floor(((first + second) * 1000) / 10_000) + Math.floor((third * 1250) / 10_000);
  expect(yearlyCost(changed, 2021, 7)).toEqual({
    net: first + second + third,
    tax,
    total: first + second + third + tax,
  });
  expect(validOn(changed.taxes, "2021-12-31")!.basisPoints).toBe(1000);
});

/** Any table of one to four tiers without gaps. */
const tables = fc
  .array(fc.record({ width: fc.integer({ min: 1, max: 120 }), yen: fc.integer({ min: 0, max: 900 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((steps) => {
    let from = 1;
    const tiers: PriceTier[] = steps.map(({ width, yen }) => {
      const tier = { from, to: from + width - 1, yen };
      from += width;
      return tier;
    });
    return tiers;
  });
const anyRates = fc.tuple(tables, fc.integer({ min: 0, max: 3000 })).map(
  ([tiers, basisPoints]): Rates => ({
    prices: [{ validFrom: "2021-04-01", tiers, source: "" }],
    taxes: [{ validFrom: "2021-04-01", basisPoints, source: "" }],
  }),
);

describe("for any table", () => {
  const last = (rates: Rates) => rates.prices[0]!.tiers.at(-1)!.to;
  const total = (rates: Rates, count: number) => yearlyCost(rates, 2026, count)!.total;

  test("the purchase covers the need, and no number from the need on is cheaper", () => {
    fc.assert(
      fc.property(anyRates, fc.nat(480), (rates, at) => {
        const need = 1 + (at % last(rates));
        const best = cheapestPurchase(rates, 2026, need)!;
        expect(best.count).toBeGreaterThanOrEqual(need);
        for (let count = need; count <= last(rates); count++)
          expect(best.cost.total).toBeLessThanOrEqual(total(rates, count));
      }),
      { seed: 2_314_620, numRuns: 60 },
    );
  });

  test("every number of an overpriced range costs more than what is named instead", () => {
    fc.assert(
      fc.property(anyRates, (rates) => {
        for (const { from, to, instead } of overpricedRanges(rates, 2026)) {
          expect(to).toBe(instead - 1);
          for (let count = from; count <= to; count++)
            expect(total(rates, count)).toBeGreaterThan(total(rates, instead));
        }
      }),
      { seed: 501, numRuns: 60 },
    );
  });

  test("all amounts are whole yen, tax is rounded down, and within a tier more never costs less", () => {
    fc.assert(
      fc.property(anyRates, fc.nat(480), (rates, at) => {
        const count = 1 + (at % last(rates));
        const cost = yearlyCost(rates, 2026, count)!;
        const rate = rates.taxes[0]!.basisPoints;
        expect(cost.net).toBe(unitPrice(rates.prices[0], count)! * count * 12);
        expect(BigInt(cost.tax)).toBe((BigInt(cost.net) * BigInt(rate)) / 10_000n);
        const tier = rates.prices[0]!.tiers.find((each) => each.from <= count && count <= each.to)!;
        if (count < tier.to) expect(total(rates, count + 1)).toBeGreaterThanOrEqual(cost.total);
      }),
      { seed: 439, numRuns: 200 },
    );
  });
});
