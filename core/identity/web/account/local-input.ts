/** Moments in a field for date and time, which knows no time zone: Japan's, wherever the device thinks it is. */

const hours = 9 * 3_600_000;

/** `2027-04-01T00:00` of a moment; empty for none. */
export function toLocalInput(moment: string | null): string {
  return moment === null ? "" : new Date(new Date(moment).getTime() + hours).toISOString().slice(0, 16);
}

/** The moment that somebody means by it; null for an empty field. */
export function fromLocalInput(value: string): string | null {
  return value === "" ? null : new Date(`${value}:00+09:00`).toISOString();
}
