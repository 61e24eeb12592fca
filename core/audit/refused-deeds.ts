import { type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { recordAudit } from "./entry.ts";

/** What was refused to somebody who could see it: by which route and rule. */
export type RefusedDeed = { actor: Actor; route: string; ruleId: string };

type Kind = RefusedDeed & { count: number };

/** Kinds that are told apart in a minute, for each municipality; what is above is counted together. */
const kindsPerMinute = 200;

/**
 * Writes refused deeds into the record, each kind once a minute with its number, so that a script that tries does not
 * fill the record. The refusal itself does not wait for it.
 */
export class RefusedDeeds {
  readonly #database: Database;
  readonly #clock: Clock;
  #kinds = new Map<string, Kind>();
  #beyond = new Map<string, number>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  note(deed: RefusedDeed): void {
    const { tenantId, sessionId } = deed.actor;
    const kind = `${tenantId} ${sessionId} ${deed.route} ${deed.ruleId}`;
    const known = this.#kinds.get(kind);
    if (known) known.count++;
    else if (this.#kinds.size >= kindsPerMinute)
      this.#beyond.set(tenantId, (this.#beyond.get(tenantId) ?? 0) + 1);
    else this.#kinds.set(kind, { ...deed, count: 1 });
  }

  /** Called every minute and when the program stops. */
  async flush(): Promise<void> {
    const kinds = [...this.#kinds.values()];
    const beyond = [...this.#beyond];
    this.#kinds = new Map();
    this.#beyond = new Map();
    const now = this.#clock.now();
    for (const [tenantId, deeds] of Map.groupBy(kinds, ({ actor }) => actor.tenantId))
      await this.#database.transaction(scopeOf(tenantId), async (tx) => {
        for (const { actor, route, ruleId, count } of deeds)
          await recordAudit(tx, actor, now, {
            action: "deed.refused",
            subjectId: null,
            rule: { id: ruleId, ja: ruleId, en: ruleId },
            facts: { route, count },
          });
      });
    for (const [tenantId, count] of beyond)
      await this.#database.transaction(scopeOf(tenantId), (tx) =>
        recordAudit(tx, { tenantId, system: "http" }, now, {
          action: "deed.refused",
          subjectId: null,
          rule: { id: "deed.others", ja: "そのほか", en: "others" },
          facts: { route: "others", count },
        }),
      );
  }
}
