/** The whole number that was typed, in full-width digits or with separators too; undefined when it is none or outside the bounds. */
export function numberIn(typed: string, { from, to }: { from: number; to: number }): number | undefined {
  const digits = typed.normalize("NFKC").replace(/[\s,]/g, "");
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const value = Number(digits);
  return value >= from && value <= to ? value : undefined;
}
