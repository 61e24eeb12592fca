import type { Logger } from "#core/kernel/index.ts";
import type { Database, DedicatedConnection } from "./database.ts";

/**
 * At most one node of the cell leads a duty at a time: the one that holds an advisory lock on a connection of its own.
 * When that connection is lost the lock is too, so a new leader and an old one never overlap for longer than a fence
 * (a number that rises in the duty's row) tells them apart.
 */
export class Leadership {
  readonly #database: Database;
  readonly #duty: { name: string; lock: bigint };
  readonly #log: Logger;
  readonly #onLead: (connection: DedicatedConnection) => Promise<void>;
  readonly #onFollow: () => void;
  #connection: DedicatedConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #leads = false;
  #isTrying = false;

  constructor(options: {
    database: Database;
    duty: { name: string; lock: bigint };
    log: Logger;
    /** Called with the connection when the duty becomes ours; a rejection gives it up again. */
    onLead: (connection: DedicatedConnection) => Promise<void>;
    /** Called when it is no longer ours. */
    onFollow: () => void;
  }) {
    this.#database = options.database;
    this.#duty = options.duty;
    this.#log = options.log;
    this.#onLead = options.onLead;
    this.#onFollow = options.onFollow;
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** Tries now and again until it leads; returns after the first try. */
  async start(): Promise<void> {
    await this.#try();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#giveUp();
  }

  /** Gives the duty up after a fault, and tries for it again. */
  async resign(reason: unknown): Promise<void> {
    if (this.#stopped) return;
    this.#log.warn({ duty: this.#duty.name, reason: String(reason) }, "duty given up, trying again");
    await this.#giveUp();
    this.#tryAgain(50);
  }

  async #try(): Promise<void> {
    if (this.#stopped || this.#connection || this.#isTrying) return;
    this.#isTrying = true;
    let connection: DedicatedConnection | undefined;
    try {
      connection = await this.#database.dedicated(this.#duty.name);
      if (!(await connection.tryAdvisoryLock(this.#duty.lock))) {
        await connection.end();
        this.#tryAgain(1000);
        return;
      }
      const own = connection;
      this.#connection = own;
      own.onLost(() => {
        if (this.#connection === own) void this.resign("connection lost");
      });
      await this.#onLead(own);
      if (this.#connection === own) this.#leads = true;
    } catch (error) {
      if (this.#connection === connection) this.#connection = undefined;
      await connection?.end();
      this.#log.warn({ duty: this.#duty.name, reason: String(error) }, "duty not taken, trying again");
      this.#tryAgain(200);
    } finally {
      this.#isTrying = false;
    }
  }

  #tryAgain(delay: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#try(), delay);
  }

  async #giveUp(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (this.#leads) {
      this.#leads = false;
      this.#onFollow();
    }
    await connection?.end();
  }
}
