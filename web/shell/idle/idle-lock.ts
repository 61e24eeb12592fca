/**
 * Covers the screen when nobody has touched it for a while. All tabs of a browser agree through its storage: a touch in one is
 * a touch in all, and so is the cover. A reload comes back covered. What is under the cover stays as it was.
 */
import { Store } from "#web/kit/state/store.ts";

const key = "chonai.idle";
/** Touches are many; the other tabs need not know each. */
const toldEvery = 5000;
const lookEvery = 1000;
const touches = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "input"] as const;

/** What the tabs tell each other. */
type Told = { session: string; touchedAt: number; isCovered: boolean };

export class IdleLock {
  readonly isCovered = new Store(false);
  readonly #session: string;
  readonly #after: number;
  readonly #now: () => number;
  #touchedAt: number;
  #toldAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param session the id of the session: what somebody else left in this browser covers nothing */
  constructor(session: string, minutes: number, now: () => number = Date.now) {
    this.#session = session;
    this.#after = minutes * 60_000;
    this.#now = now;
    this.#touchedAt = this.#told()?.touchedAt ?? now();
  }

  start(): void {
    for (const touch of touches) addEventListener(touch, this.#touch, { capture: true, passive: true });
    addEventListener("storage", this.look);
    // A lid that is opened again shows nothing before this was looked at.
    document.addEventListener("visibilitychange", this.look);
    this.#timer = setInterval(this.look, lookEvery);
    this.look();
  }

  stop(): void {
    for (const touch of touches) removeEventListener(touch, this.#touch, { capture: true });
    removeEventListener("storage", this.look);
    document.removeEventListener("visibilitychange", this.look);
    clearInterval(this.#timer);
  }

  /** Looks whether it is time, or whether another tab has covered or uncovered. */
  readonly look = (): void => {
    const told = this.#told();
    if (told) this.#touchedAt = Math.max(this.#touchedAt, told.touchedAt);
    const isOver = this.#now() - this.#touchedAt >= this.#after;
    const isCovered = told ? told.isCovered || isOver : this.isCovered.get() || isOver;
    if (isCovered && !told?.isCovered) this.#tell(true);
    if (isCovered !== this.isCovered.get()) this.isCovered.set(isCovered);
  };

  /** Somebody has shown that it is they. */
  uncover(): void {
    this.#touchedAt = this.#now();
    this.#tell(false);
    this.isCovered.set(false);
  }

  readonly #touch = (): void => {
    // A touch on the cover, or one that comes when it should have been there already, uncovers nothing.
    this.look();
    if (this.isCovered.get()) return;
    this.#touchedAt = this.#now();
    if (this.#touchedAt - this.#toldAt >= toldEvery) this.#tell(false);
  };

  #told(): Told | undefined {
    try {
      const told = JSON.parse(localStorage.getItem(key) ?? "null") as Told | null;
      return told?.session === this.#session ? told : undefined;
    } catch {
      return undefined;
    }
  }

  #tell(isCovered: boolean): void {
    this.#toldAt = this.#now();
    const told: Told = { session: this.#session, touchedAt: this.#touchedAt, isCovered };
    try {
      localStorage.setItem(key, JSON.stringify(told));
    } catch {
      // A browser that keeps nothing covers each tab by itself.
    }
  }
}
