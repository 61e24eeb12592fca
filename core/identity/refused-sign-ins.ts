import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Rule, Zone } from "#core/policy/index.ts";

/** A refused sign-in. A login id that is nobody's is not kept: people type their password there by mistake. */
export type RefusedSignIn = {
  accountId: string | null;
  zone: Zone;
  address: string;
  why:
    | "password"
    | "second-factor"
    | "waiting"
    | "one-time-password-over"
    | "device"
    | "passkey"
    | "provider";
};

const refusedRule: Rule = {
  id: "session.refused",
  ja: "認証情報が正しくないため拒否",
  en: "refused: the credentials were not right",
};

/** Kinds that are told apart in a minute, for each municipality; what is above is told by its number. */
const kindsPerMinute = 60;

type Minute = { seen: Map<string, RefusedSignIn & { untold: number }>; beyond: number };

/**
 * Writes refused sign-ins into the audit record so that a storm of them cannot fill it: the first of its kind in a minute
 * at once, its repetitions as one entry with their number, and never more than sixty kinds in a minute.
 */
export class RefusedSignIns {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By municipality: what this minute has seen already and has not yet told. */
  readonly #minutes = new Map<string, Minute>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async note(tenantId: string, refused: RefusedSignIn): Promise<void> {
    const minute: Minute = this.#minutes.get(tenantId) ?? { seen: new Map(), beyond: 0 };
    this.#minutes.set(tenantId, minute);
    const kind = Object.values(refused).join(" ");
    const known = minute.seen.get(kind);
    if (known) known.untold++;
    else if (minute.seen.size >= kindsPerMinute) minute.beyond++;
    else {
      minute.seen.set(kind, { ...refused, untold: 0 });
      await this.#write(tenantId, [{ ...refused, count: 1 }], 0);
    }
  }

  /** Tells what was repeated since the last call; called every minute and when the program stops. */
  async flush(): Promise<void> {
    const minutes = [...this.#minutes];
    this.#minutes.clear();
    for (const [tenantId, { seen, beyond }] of minutes)
      await this.#write(
        tenantId,
        [...seen.values()]
          .filter(({ untold }) => untold > 0)
          .map(({ untold, ...refused }) => ({ ...refused, count: untold })),
        beyond,
      );
  }

  async #write(
    tenantId: string,
    refused: readonly (RefusedSignIn & { count: number })[],
    beyond: number,
  ): Promise<void> {
    const entries = [
      ...refused.map(({ accountId, ...facts }) => ({ subjectId: accountId, facts })),
      ...(beyond > 0 ? [{ subjectId: null, facts: { why: "others", count: beyond } }] : []),
    ];
    if (entries.length === 0) return;
    await this.#database.transaction(scopeOf(tenantId), (tx) =>
      recordAudit(
        tx,
        { tenantId, system: "sign-in" },
        this.#clock.now(),
        ...entries.map((entry) => ({ action: "session.refused", rule: refusedRule, ...entry })),
      ),
    );
  }
}
