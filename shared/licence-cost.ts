/**
 * What accounts cost: a price by the number bought, taken from a dated table, and the consumption tax of its day. Whole yen and
 * whole basis points throughout, so that every figure is exact. The number decides the price of *all* accounts (501 × 350 yen),
 * as the office's paper has it; that is why a few more can cost less.
 */

/** From so many accounts on (up to `to`, both inclusive) each costs so many yen a month, without tax. */
export type PriceTier = { from: number; to: number; yen: number };

/** Prices from a day on (YYYY-MM-DD), with where they are written. */
export type PriceList = { validFrom: string; tiers: readonly PriceTier[]; source: string };

/** Consumption tax from a day on, in hundredths of a percent: 1000 is 10 %. */
export type TaxRate = { validFrom: string; basisPoints: number; source: string };

export type Rates = { prices: readonly PriceList[]; taxes: readonly TaxRate[] };

/** Yen. `tax` is rounded down to the yen once for each rate in force during the year (円未満切捨て). */
export type YearlyCost = { net: number; tax: number; total: number };

const monthsOfYear = 12;

/** What holds on a day: the entry with the latest `validFrom` that is not after it. */
export function validOn<T extends { validFrom: string }>(entries: readonly T[], day: string): T | undefined {
  return entries
    .filter((entry) => entry.validFrom <= day)
    .reduce<T | undefined>(
      (latest, entry) => (latest && latest.validFrom >= entry.validFrom ? latest : entry),
      undefined,
    );
}

/** Yen a month for each of so many accounts; undefined where the list has no price for the number. */
export function unitPrice(list: PriceList | undefined, count: number): number | undefined {
  if (count === 0) return 0;
  return list?.tiers.find((tier) => tier.from <= count && count <= tier.to)?.yen;
}

/**
 * What so many accounts cost in a fiscal year (April to March, named by the year in which it begins). Each month has the price
 * and the tax of its first day. Undefined where a month has no price or no tax.
 */
export function yearlyCost(rates: Rates, fiscalYear: number, count: number): YearlyCost | undefined {
  const netByRate = new Map<number, number>();
  for (let month = 0; month < monthsOfYear; month++) {
    const day = firstDay(fiscalYear, month);
    const unit = unitPrice(validOn(rates.prices, day), count);
    const rate = validOn(rates.taxes, day)?.basisPoints;
    if (unit === undefined || rate === undefined) return undefined;
    netByRate.set(rate, (netByRate.get(rate) ?? 0) + unit * count);
  }
  let net = 0;
  let tax = 0;
  for (const [rate, amount] of netByRate) {
    net += amount;
    tax += Math.floor((amount * rate) / 10_000);
  }
  return { net, tax, total: net + tax };
}

/**
 * How many accounts to buy for a need: of all numbers from the need on the cheapest, and of equally cheap ones the largest,
 * since more for the same money harms nobody. Undefined where there is no price for the need or more.
 */
export function cheapestPurchase(
  rates: Rates,
  fiscalYear: number,
  need: number,
): { count: number; cost: YearlyCost } | undefined {
  // Within one tier of every month more accounts cost more: only the need itself and where a tier begins can be cheapest.
  const candidates = [need, ...tierStarts(rates, fiscalYear).filter((start) => start > need)];
  let best: { count: number; cost: YearlyCost } | undefined;
  for (const count of candidates) {
    const cost = yearlyCost(rates, fiscalYear, count);
    if (cost && (!best || cost.total <= best.cost.total)) best = { count, cost };
  }
  return best;
}

/** Numbers that cost more than a larger number: from, to (inclusive), and the larger one that is cheaper. */
export function overpricedRanges(
  rates: Rates,
  fiscalYear: number,
): { from: number; to: number; instead: number }[] {
  const ranges: { from: number; to: number; instead: number }[] = [];
  for (const start of tierStarts(rates, fiscalYear)) {
    const better = yearlyCost(rates, fiscalYear, start);
    if (!better || start <= 1) continue;
    const isDearer = (count: number) => {
      const cost = yearlyCost(rates, fiscalYear, count);
      return cost !== undefined && cost.total > better.total;
    };
    let from = start;
    while (from > 1 && isDearer(from - 1)) from--;
    if (from < start) ranges.push({ from, to: start - 1, instead: start });
  }
  return ranges;
}

function tierStarts(rates: Rates, fiscalYear: number): number[] {
  const starts = new Set<number>();
  for (let month = 0; month < monthsOfYear; month++)
    for (const tier of validOn(rates.prices, firstDay(fiscalYear, month))?.tiers ?? []) starts.add(tier.from);
  return [...starts].sort((a, b) => a - b);
}

/** The first day of a month of a fiscal year; 0 is April. */
function firstDay(fiscalYear: number, month: number): string {
  const calendar = ((month + 3) % monthsOfYear) + 1;
  const year = calendar >= 4 ? fiscalYear : fiscalYear + 1;
  return `${year}-${String(calendar).padStart(2, "0")}-01`;
}
