import { type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { CrossingTable } from "./contract.ts";
import { defaultTable } from "./default-table.ts";
import { listStanding, type StandingVersion } from "./queries/standing-versions.ts";
import { type Reader, type Reading, readingOf } from "./reading.ts";

type Known = { versions: readonly StandingVersion[]; askAgainAt: number };

/** What another node or a command has saved is known after this, at the latest. */
const askAgainAfter = 2000;

/**
 * The tables in force, one a municipality, by the clock: a version holds from the moment at which it takes effect.
 * Remembered, because every request outside LGWAN asks.
 */
export class CrossingTables {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<Known>>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * The table in force at this moment; the default one where none was ever saved.
   *
   * @param tx the transaction in which it is asked, if any: one that waited for another connection could wait for itself
   */
  async tableOf(tenantId: string, tx?: Transaction): Promise<CrossingTable> {
    const now = this.#clock.now();
    let known = this.#known.get(tenantId);
    if (!known || known.askAgainAt <= now.getTime())
      known = await (tx ? this.#read(tenantId, tx) : this.#ask(tenantId));
    return inForce(known.versions, now)?.table ?? defaultTable;
  }

  /** What somebody may read at this moment. */
  async readingOf(tenantId: string, reader: Reader, tx?: Transaction): Promise<Reading> {
    return readingOf(await this.tableOf(tenantId, tx), reader);
  }

  /** Asks anew next time: something was saved or taken back. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    this.#asking.delete(tenantId);
  }

  #ask(tenantId: string): Promise<Known> {
    const asking =
      this.#asking.get(tenantId) ??
      this.#database
        .transaction(scopeOf(tenantId), (tx) => this.#read(tenantId, tx))
        .finally(() => {
          if (this.#asking.get(tenantId) === asking) this.#asking.delete(tenantId);
        });
    this.#asking.set(tenantId, asking);
    return asking;
  }

  async #read(tenantId: string, tx: Transaction): Promise<Known> {
    const before = this.#known.get(tenantId);
    const versions = await listStanding(tx, tenantId, before?.versions ?? []);
    const known = { versions, askAgainAt: this.#clock.now().getTime() + askAgainAfter };
    this.#known.set(tenantId, known);
    return known;
  }
}

/** Of the versions that have begun, the one that began last; of two that began together, the one saved last. */
export function inForce<Version extends { number: number; takesEffectAt: Date }>(
  versions: readonly Version[],
  now: Date,
): Version | undefined {
  return versions
    .filter(({ takesEffectAt }) => takesEffectAt <= now)
    .reduce<Version | undefined>(
      (last, one) =>
        !last ||
        one.takesEffectAt > last.takesEffectAt ||
        (one.takesEffectAt.getTime() === last.takesEffectAt.getTime() && one.number > last.number)
          ? one
          : last,
      undefined,
    );
}
