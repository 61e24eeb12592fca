import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, batchByKey, type Clock } from "#core/kernel/index.ts";
import type { Actor, Zone } from "#core/policy/index.ts";
import { Zones } from "#core/zones/index.ts";
import { deviceFacts } from "./devices/device-facts.ts";
import { hasItsOperator } from "./operators.ts";
import { readToken } from "./tokens.ts";

type SessionRow = {
  token_hash: Buffer;
  id: string;
  account_id: string;
  device_id: string;
  zone: string;
  side: string | null;
  operator_id: string | null;
  expires_at: Date;
  last_used_at: Date | null;
  account_expires_at: Date | null;
  account_starts_at: Date | null;
  class: string;
  zones: string[];
  offices: string[];
  kind: string;
  device_approval: string;
  device_owned: string | null;
};

const listSessions = statement<SessionRow>(
  "identity.list-sessions",
  `select s.token_hash, s.id, s.account_id, s.device_id, s.zone, s.side, s.operator_id, s.expires_at, s.last_used_at,
          a.expires_at as account_expires_at, a.starts_at as account_starts_at, a.class, a.zones, a.offices,
          p.kind, d.approval as device_approval, d.owned as device_owned
     from session s
     join device d on d.tenant_id = s.tenant_id and d.id = s.device_id
     join account a on a.tenant_id = s.tenant_id and a.id = s.account_id
     join person p on p.tenant_id = s.tenant_id and p.id = s.account_id
    where s.tenant_id = $1 and s.token_hash = any($2::bytea[]) and s.ended_at is null and a.disabled_at is null
      and p.left_at is null and d.approval <> 'cut-off' and ${hasItsOperator("$3::timestamptz")}`,
);

const listLiveIds = statement<{ id: string }>(
  "identity.list-live-session-ids",
  `select s.id from session s
     join account a on a.tenant_id = s.tenant_id and a.id = s.account_id
     join person p on p.tenant_id = s.tenant_id and p.id = s.account_id
    where s.tenant_id = $1 and s.id = any($2::uuid[]) and s.ended_at is null and s.expires_at > $3
      and a.disabled_at is null and coalesce(s.side, s.zone) = any(a.zones) and (a.expires_at is null or a.expires_at > $3)
      and p.left_at is null and ${hasItsOperator("$3::timestamptz")}`,
);

// To the hour: one write for a session in an hour, whatever it does.
const noteUse = statement<never>(
  "identity.note-session-use",
  `update session set last_used_at = $3
    where tenant_id = $1 and id = any($2::uuid[]) and (last_used_at is null or last_used_at <= $4)`,
);

export type LiveSession = {
  actor: Actor;
  /** Milliseconds since 1970: the end of the session or of the account, whichever is first. */
  expiresAt: number;
};

type Known = LiveSession & {
  startsAt: number;
  /** The side whose trust its zone had when it began; another one now, and the session is over. */
  side: string;
  zones: readonly string[];
  askAgainAt: number;
};

/** What was read of a session is believed this long; ending one on this node is heard at once, on others by the event. */
const believeFor = 10_000;
const knownLimit = 50_000;
/** When a session was last used is known to this. */
const useNotedEvery = 3_600_000;

/** Who a token speaks for. Reads many tokens at once when many clients come back together. */
export class Sessions {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  /** Counts what was forgotten: a reading that began before is not kept. */
  #forgotten = 0;
  /** Sessions in use whose hour is to be written, by municipality. */
  readonly #used = new Map<string, Set<string>>();
  readonly #lookUp: (tenantId: string, hash: Buffer) => Promise<SessionRow | undefined>;

  readonly #database: Database;
  readonly #isTenant: (tenantId: string) => Promise<boolean>;
  readonly #zones: Zones;

  /**
   * @param isTenant whether a municipality exists: a made-up token costs no look-up in a database
   * @param zones what this installation has beside LGWAN and Internet
   */
  constructor(
    database: Database,
    clock: Clock,
    isTenant: (tenantId: string) => Promise<boolean>,
    zones = new Zones(),
  ) {
    this.#clock = clock;
    this.#zones = zones;
    this.#database = database;
    this.#isTenant = isTenant;
    this.#lookUp = batchByKey({
      maxBatch: 500,
      run: async (tenantId, hashes) => {
        const [rows] = await database.pipeline<[SessionRow[]]>(scopeOf(tenantId), (tx) => [
          tx.all(listSessions, [tenantId, hashes, clock.now()]),
        ]);
        const byHash = new Map(rows.map((row) => [row.token_hash.toString("latin1"), row]));
        return hashes.map((hash) => byHash.get(hash.toString("latin1")));
      },
    });
  }

  /**
   * The session of a token in a listener's zone. A token that is unknown, ended, expired, of another zone or of an
   * account that may no longer be used here is `unauthenticated`: the same answer for all of them.
   */
  async authenticate(
    zone: Zone,
    token: string | undefined,
    trust: "remembered" | "as it is now" = "remembered",
  ): Promise<LiveSession> {
    if (token !== undefined && trust === "as it is now") this.#known.delete(token);
    const known = token === undefined ? undefined : await this.#find(token);
    const now = this.#clock.now().getTime();
    if (
      !known ||
      known.actor.zone !== zone ||
      known.side !== this.#zones.sideOf(zone) ||
      !this.#zones.admits(zone, { kind: known.actor.kind, zones: known.zones }) ||
      now >= known.expiresAt ||
      now < known.startsAt
    )
      throw new AppError("unauthenticated");
    // A copy for each request: decisions are noted by actor.
    return { actor: { ...known.actor }, expiresAt: known.expiresAt };
  }

  /** The municipality that a token names; `unauthenticated` for anything that we did not make. */
  async tenantOf(token: string | undefined): Promise<string> {
    const parts = token === undefined ? undefined : readToken(token);
    if (!parts || !(await this.#isTenant(parts.tenantId))) throw new AppError("unauthenticated");
    return parts.tenantId;
  }

  /** Which of these sessions are over by now, however that came about. */
  async listEnded(tenantId: string, sessionIds: readonly string[]): Promise<string[]> {
    const rows = await this.#database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(listLiveIds, [tenantId, sessionIds, this.#clock.now()]),
    );
    const live = new Set(rows.map((row) => row.id));
    return sessionIds.filter((id) => !live.has(id));
  }

  /** Sessions that are in use without asking: their streams are open. */
  noteUsed(tenantId: string, sessionIds: readonly string[]): void {
    const used = this.#used.get(tenantId) ?? new Set();
    for (const id of sessionIds) used.add(id);
    this.#used.set(tenantId, used);
  }

  /** Writes the hour in which sessions were used; called every minute. */
  async writeUse(): Promise<void> {
    const now = this.#clock.now();
    const hourAgo = new Date(now.getTime() - useNotedEvery);
    const used = [...this.#used];
    this.#used.clear();
    for (const [tenantId, ids] of used)
      await this.#database.transaction(scopeOf(tenantId), (tx) =>
        tx.run(noteUse, [tenantId, [...ids], now, hourAgo]),
      );
  }

  /** Forgets a session that was ended, or changed. */
  forget(sessionId: string): void {
    this.#forgotten++;
    for (const [token, known] of this.#known)
      if (known.actor.sessionId === sessionId) this.#known.delete(token);
  }

  /** Forgets every session of an account whose rights were changed. */
  forgetAccount(accountId: string): void {
    this.#forgotten++;
    for (const [token, known] of this.#known)
      if (known.actor.personId === accountId) this.#known.delete(token);
  }

  /** Forgets what was read of every session: a change of rules has shortened some of them. */
  forgetAll(): void {
    this.#forgotten++;
    this.#known.clear();
  }

  async #find(token: string): Promise<Known | undefined> {
    const now = this.#clock.now().getTime();
    const known = this.#known.get(token);
    // Believed neither after its time nor, when the clock was set back, before it.
    if (known && now < known.askAgainAt && now >= known.askAgainAt - believeFor) return known;
    this.#known.delete(token);
    const parts = readToken(token);
    if (!parts || !(await this.#isTenant(parts.tenantId))) return undefined;
    const forgotten = this.#forgotten;
    const row = await this.#lookUp(parts.tenantId, parts.hash);
    if (!row) return undefined;
    if (!row.last_used_at || row.last_used_at.getTime() <= now - useNotedEvery)
      this.noteUsed(parts.tenantId, [row.id]);
    const fresh: Known = {
      actor: {
        tenantId: parts.tenantId,
        personId: row.account_id,
        kind: row.kind as Actor["kind"],
        accountClass: row.class as Actor["accountClass"],
        offices: row.offices as Actor["offices"][number][],
        operatorId: row.operator_id,
        zone: row.zone as Zone,
        deviceId: row.device_id,
        device: deviceFacts({ approval: row.device_approval, owned: row.device_owned }),
        sessionId: row.id,
      },
      side: row.side ?? row.zone,
      zones: row.zones,
      startsAt: row.account_starts_at?.getTime() ?? 0,
      expiresAt: Math.min(
        row.expires_at.getTime(),
        row.account_expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
      ),
      askAgainAt: now + believeFor,
    };
    if (this.#known.size >= knownLimit) this.#known.clear();
    if (forgotten === this.#forgotten) this.#known.set(token, fresh);
    return fresh;
  }
}
