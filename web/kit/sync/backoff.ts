/** Waiting times that double and spread, so that two thousand clients do not come back in the same second. */
export class Backoff {
  #attempt = 0;
  readonly #first: number;
  readonly #most: number;

  constructor(first: number, most: number) {
    this.#first = first;
    this.#most = most;
  }

  /** The next waiting time in milliseconds: between half of and the whole of the doubled one. */
  next(): number {
    const whole = Math.min(this.#most, this.#first * 2 ** this.#attempt++);
    return whole / 2 + Math.random() * (whole / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** Waits; rejects with the signal's reason when it is aborted. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
