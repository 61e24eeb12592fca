import { createHmac } from "node:crypto";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Zone } from "#core/policy/index.ts";

/**
 * One way to count wrong tries. After `free` of them each further one doubles the wait, from two seconds to `longest`.
 * A day without a failure forgets them.
 */
type Budget = { name: string; of: readonly string[]; free: number; longest: number };

/** From where somebody tries to sign in. */
export type Origin = {
  zone: Zone;
  address: string;
  /** A declared NAT: a whole hall tries from here. */
  isSharedAddress: boolean;
  /** The device that has signed in to this very account before. */
  deviceId: string | undefined;
};

/** What was counted, to be given back when it was no wrong guess. */
export type TakenGuess = { tenantId: string; subjects: readonly Buffer[]; own: readonly Buffer[] };

const forgetAfter = 24 * 3_600_000;

// What lies in the future was counted by a clock that has been set back since.
const countGuess = statement<{ subject: Buffer; failures: number }>(
  "identity.count-guess",
  `insert into sign_in_guess as g (tenant_id, subject, failures, last_at, blocked_until)
   select $1, s.subject, 1, $3, $3 from unnest($2::bytea[]) as s (subject) order by s.subject
   on conflict (tenant_id, subject) do update
      set failures = case when g.last_at < $4 then 1 else g.failures + 1 end, last_at = excluded.last_at
    where g.blocked_until <= excluded.last_at or g.last_at > excluded.last_at + interval '1 minute'
   returning subject, failures`,
);
const blockGuess = statement<never>(
  "identity.block-guess",
  `update sign_in_guess g set blocked_until = b.until
     from unnest($2::bytea[], $3::timestamptz[]) as b (subject, until)
    where g.tenant_id = $1 and g.subject = b.subject`,
);
const blockedUntil = statement<{ until: Date }>(
  "identity.find-blocked-guess",
  "select max(blocked_until) as until from sign_in_guess where tenant_id = $1 and subject = any($2::bytea[])",
);
const giveBackGuess = statement<never>(
  "identity.give-back-guess",
  `update sign_in_guess set failures = greatest(0, failures - 1), blocked_until = least(blocked_until, $3)
    where tenant_id = $1 and subject = any($2::bytea[])`,
);
const forgetGuesses = statement<never>(
  "identity.forget-guesses",
  "delete from sign_in_guess where tenant_id = $1 and subject = any($2::bytea[])",
);

/**
 * The wait that grows with wrong passwords. It keeps guessing slow and cannot be used to keep somebody out: a device that
 * has signed in before has a budget of its own (OWASP: device cookies), the sides count apart, and what strangers
 * anywhere do to a login id never makes a new device wait longer than half a minute. Kept in the database, so that a
 * restart or another node gives no fresh tries; counted before the password is looked at, so that many tries at once are
 * many. Unknown login ids are counted like known ones.
 */
export class Guesses {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #key: Buffer;
  readonly #factor: number;

  /** @param factor multiplies what is free: 1 in production */
  constructor(database: Database, clock: Clock, keyring: Keyring, factor = 1) {
    this.#database = database;
    this.#clock = clock;
    this.#key = keyring.derive("guess");
    this.#factor = factor;
  }

  /** Counts a try of a password; `rate-limited` with the seconds to wait while one of its budgets is used up. */
  takePassword(tenantId: string, loginKey: string, origin: Origin): Promise<TakenGuess> {
    return this.#take(tenantId, budgetsOf(loginKey, origin));
  }

  /** The same for the second factor, which is short: whoever tries it knows the password already. */
  takeSecondFactor(tenantId: string, accountId: string, deviceId: string | undefined): Promise<TakenGuess> {
    const own = { name: "second-factor", of: [accountId, deviceId ?? ""], free: 5, longest: 900 };
    return this.#take(tenantId, { own: [own], shared: [] });
  }

  /** It was no wrong guess: it does not count. */
  async giveBack(taken: TakenGuess): Promise<void> {
    await this.#database.transaction(scopeOf(taken.tenantId), (tx) =>
      tx.run(giveBackGuess, [taken.tenantId, taken.subjects, this.#clock.now()]),
    );
  }

  /** Somebody has shown to be who they say: what was counted of them from here is forgotten. */
  async forget(tx: Transaction, taken: TakenGuess): Promise<void> {
    await tx.run(forgetGuesses, [taken.tenantId, taken.own]);
  }

  /** The same by itself. */
  async forgetNow(taken: TakenGuess): Promise<void> {
    await this.#database.transaction(scopeOf(taken.tenantId), (tx) => this.forget(tx, taken));
  }

  async #take(
    tenantId: string,
    budgets: { own: readonly Budget[]; shared: readonly Budget[] },
  ): Promise<TakenGuess> {
    const now = this.#clock.now();
    const all = [...budgets.own, ...budgets.shared].map((budget) => ({
      ...budget,
      subject: this.#subjectOf(budget),
    }));
    const subjects = all.map(({ subject }) => subject);
    await this.#database.transaction(scopeOf(tenantId), async (tx) => {
      const counted = await tx.all(countGuess, [
        tenantId,
        subjects,
        now,
        new Date(now.getTime() - forgetAfter),
      ]);
      if (counted.length < subjects.length) {
        const { until } = (await tx.first(blockedUntil, [tenantId, subjects]))!;
        throw new AppError("rate-limited", {
          seconds: Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)),
        });
      }
      const waits = all
        .map(({ subject, free, longest }) => {
          const { failures } = counted.find((row) => row.subject.equals(subject))!;
          const over = failures - free * this.#factor;
          return { subject, seconds: over > 0 ? Math.min(longest, 2 ** Math.min(over, 20)) : 0 };
        })
        .filter(({ seconds }) => seconds > 0);
      if (waits.length > 0)
        await tx.run(blockGuess, [
          tenantId,
          waits.map(({ subject }) => subject),
          waits.map(({ seconds }) => new Date(now.getTime() + seconds * 1000)),
        ]);
    });
    return { tenantId, subjects, own: subjects.slice(0, budgets.own.length) };
  }

  #subjectOf({ name, of }: Budget): Buffer {
    return createHmac("sha256", this.#key)
      .update([name, ...of].join("\0"))
      .digest()
      .subarray(0, 16);
  }
}

function budgetsOf(loginKey: string, origin: Origin): { own: Budget[]; shared: Budget[] } {
  const { zone, deviceId, isSharedAddress } = origin;
  if (deviceId !== undefined)
    return { own: [{ name: "device", of: [deviceId], free: 5, longest: 300 }], shared: [] };
  const network = networkOf(origin.address);
  return {
    own: [
      {
        name: "login-from",
        of: [zone, loginKey, network],
        free: 5,
        // Behind a shared address sits the owner too, perhaps at a new terminal.
        longest: isSharedAddress ? 60 : 900,
      },
    ],
    shared: [
      { name: "login", of: [zone, loginKey], free: 20, longest: 30 },
      ...(isSharedAddress ? [] : [{ name: "network", of: [network], free: 100, longest: 900 }]),
    ],
  };
}

/** An IPv4 address, or the /64 network of an IPv6 one, of which everybody has 2^64 addresses to try from. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const plain = address.startsWith("::ffff:") ? address.slice(7) : undefined;
  if (plain?.includes(".")) return plain;
  const [head = "", tail = ""] = address.split("::");
  const front = head.split(":").filter((part) => part !== "");
  const back = tail.split(":").filter((part) => part !== "");
  const full = address.includes("::")
    ? [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0"), ...back]
    : front;
  return full
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ""))
    .join(":");
}
