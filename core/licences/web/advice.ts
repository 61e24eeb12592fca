import { cheapestPurchase, overpricedRanges, type Rates, yearlyCost } from "#shared/licence-cost.ts";
import type { ClassUse } from "../contract.ts";
import { text } from "./text/index.ts";

/** What a reviewer asks (「過剰ではないか」), answered in sentences from use, need and prices. */
export function adviceFor(
  classes: readonly ClassUse[],
  planned: number,
  rates: Rates,
  fiscalYear: number,
): string[] {
  if (planned === 0) return [text("advice.none")];
  const sum = (of: (each: ClassUse) => number) => classes.reduce((total, each) => total + of(each), 0);
  const active = sum((each) => each.active30);
  const need = sum((each) => each.active90);
  const unused = Math.max(0, planned - need);
  const sentences = [
    text("advice.use", { planned, active, unused, percent: percentOf(active, planned) }),
    text("advice.need", { need }),
  ];
  const best = cheapestPurchase(rates, fiscalYear, need);
  const now = yearlyCost(rates, fiscalYear, planned);
  if (best) {
    sentences.push(text("advice.cheapest", { need, count: best.count, total: best.cost.total }));
    if (best.count === planned) sentences.push(text("advice.same"));
    else if (now && now.total > best.cost.total)
      sentences.push(text("advice.saves", { saved: now.total - best.cost.total }));
  }
  return [
    ...sentences,
    ...overpricedRanges(rates, fiscalYear).map((range) => text("advice.overpriced", range)),
  ];
}

/** With one decimal, rounded half up. */
function percentOf(part: number, whole: number): string {
  return (Math.round((part * 1000) / whole) / 10).toFixed(1);
}
