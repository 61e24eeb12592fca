import type { Database } from "#core/db/index.ts";
import type { Clock, Logger } from "#core/kernel/index.ts";
import { endOverAccounts } from "./actions/end-over-accounts.ts";

/** Times that were changed meanwhile, by whomever, are noticed after this. */
const longestSleep = 60_000;

type AccountEndsOptions = {
  database: Database;
  clock: Clock;
  log: Logger;
  listTenantIds: () => Promise<string[]>;
  onSessionEnded: (sessionId: string) => void;
};

/**
 * Ends sessions at the moment at which their account ends: sleeps until the next end of any account, at most a minute.
 * Decisions look at the clock as well, so that nothing is allowed while this is late.
 */
export class AccountEnds {
  readonly #options: AccountEndsOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: AccountEndsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#sleep(longestSleep);
    this.wake();
  }

  /** Looks now: a time was changed here. */
  wake(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#working = (this.#working ?? Promise.resolve())
      .then(() => this.#work())
      .then((wait) => this.#sleep(wait));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  #sleep(wait: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), wait);
    this.#timer.unref();
  }

  /** Returns the milliseconds until there is something to do again. */
  async #work(): Promise<number> {
    const { database, clock, log, listTenantIds, onSessionEnded } = this.#options;
    let wait = longestSleep;
    try {
      for (const tenantId of await listTenantIds()) {
        const now = clock.now();
        const { ended, nextAt } = await endOverAccounts(database, tenantId, now);
        ended.forEach(onSessionEnded);
        if (nextAt) wait = Math.min(wait, Math.max(1, nextAt.getTime() - now.getTime()));
      }
    } catch (error) {
      log.warn({ reason: String(error) }, "ended accounts could not be looked up, trying again");
    }
    return wait;
  }
}
