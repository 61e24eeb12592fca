import { AppError, type Clock } from "#core/kernel/index.ts";
import type { RateLimit } from "./route.ts";

type Bucket = { tokens: number; at: number };

/** Token buckets by limit and by account or address, in this process. A bucket that is full again is forgotten. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  /** Multiplies every limit: 1 in production; an installation with bots may raise it. */
  readonly #factor: number;
  #nextSweep = 0;

  constructor(clock: Clock, factor = 1) {
    this.#clock = clock;
    this.#factor = factor;
  }

  /** Takes one token or throws `rate-limited` with the seconds to wait. */
  take(limit: RateLimit, who: string): void {
    const now = this.#clock.now().getTime();
    const perMillisecond = (limit.perMinute * this.#factor) / 60_000;
    const burst = limit.burst * this.#factor;
    const key = `${limit.name} ${who}`;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    // A clock that steps back refills nothing and takes nothing away.
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * perMillisecond);
    bucket.at = now;
    if (bucket.tokens < 1)
      throw new AppError("rate-limited", { seconds: Math.ceil((1 - bucket.tokens) / perMillisecond / 1000) });
    bucket.tokens -= 1;
    this.#buckets.set(key, bucket);
    if (now > this.#nextSweep) this.#sweep(now);
  }

  #sweep(now: number): void {
    this.#nextSweep = now + 60_000;
    for (const [key, bucket] of this.#buckets) if (now - bucket.at > 600_000) this.#buckets.delete(key);
  }
}
