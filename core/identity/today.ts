import type { Clock } from "#core/kernel/index.ts";
import { dateInJapan } from "#shared/time.ts";

/** The day in Japan, for dates of validity. */
export function todayInJapan(clock: Clock): string {
  return dateInJapan(clock.now());
}
