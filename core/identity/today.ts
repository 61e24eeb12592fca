import type { Clock } from "#core/kernel/index.ts";

/** The day in Japan, for dates of validity. */
export function todayInJapan(clock: Clock): string {
  return new Date(clock.now().getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
}
