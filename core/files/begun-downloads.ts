/** A download that stands still for so long has ended. */
const lasts = 60 * 60_000;
const remembered = 5000;

type Begun = { left: number; until: number };

/**
 * Downloads by request that were counted when they began. What of them is asked for again after a break is not counted once
 * more, as long as all that goes on together is at most as much as the file has; from there on it is another download.
 */
export class BegunDownloads {
  readonly #begun = new Map<string, Begun>();

  /** One was counted: its contents are so long. */
  begin(key: string, length: number, now: Date): void {
    this.#begun.delete(key);
    this.#begun.set(key, { left: length, until: now.getTime() + lasts });
    if (this.#begun.size > remembered) this.#begun.delete(this.#begun.keys().next().value!);
  }

  /** Takes bytes for going on; false when that must be counted. */
  goOn(key: string, bytes: number, now: Date): boolean {
    const begun = this.#begun.get(key);
    if (!begun || begun.until < now.getTime() || begun.left < bytes) return false;
    begun.left -= bytes;
    begun.until = now.getTime() + lasts;
    return true;
  }

  /** What the line did not take after all. */
  giveBack(key: string, bytes: number): void {
    const begun = this.#begun.get(key);
    if (begun) begun.left += bytes;
  }
}
