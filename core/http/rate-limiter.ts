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
    const bucket = this.#bucket(limit, who);
    this.#expectToken(limit, bucket);
    bucket.tokens -= 1;
    this.#buckets.set(`${limit.name} ${who}`, bucket);
    if (bucket.at > this.#nextSweep) this.#sweep(bucket.at);
  }

  /** Throws `rate-limited` when no token is left, and takes none: for what counts only when it fails. */
  expectRoom(limit: RateLimit, who: string): void {
    this.#expectToken(limit, this.#bucket(limit, who));
  }

  #bucket(limit: RateLimit, who: string): Bucket {
    const now = this.#clock.now().getTime();
    const burst = limit.burst * this.#factor;
    const bucket = this.#buckets.get(`${limit.name} ${who}`) ?? { tokens: burst, at: now };
    // A clock that steps back refills nothing and takes nothing away.
    const refill = (Math.max(0, now - bucket.at) * limit.perMinute * this.#factor) / 60_000;
    return { tokens: Math.min(burst, bucket.tokens + refill), at: now };
  }

  #expectToken(limit: RateLimit, bucket: Bucket): void {
    if (bucket.tokens >= 1) return;
    const perSecond = (limit.perMinute * this.#factor) / 60;
    throw new AppError("rate-limited", { seconds: Math.ceil((1 - bucket.tokens) / perSecond) });
  }

  #sweep(now: number): void {
    this.#nextSweep = now + 60_000;
    for (const [key, bucket] of this.#buckets) if (now - bucket.at > 600_000) this.#buckets.delete(key);
  }
}
