import {
  type Announcements,
  type Database,
  type DedicatedConnection,
  Leadership,
  type SealAlong,
} from "#core/db/index.ts";
import { AppError, type Clock, type Logger } from "#core/kernel/index.ts";
import { TenantDispatcher } from "./dispatcher.ts";
import type { Gates } from "./gates.ts";
import { epochOf } from "./positions.ts";
import {
  type SealedEvent,
  type SealRow,
  type StreamHead,
  sealAlong,
  sealStream,
  sealValues,
  takeOverStream,
  takeSealed,
} from "./seal-stream.ts";
import { findStreamHead, forgetStreamBefore, readStreamLog } from "./stream-log.ts";
import { emptyWithdrawn, type Withdrawals } from "./withdrawals.ts";

export type RealtimeOptions = {
  database: Database;
  clock: Clock;
  log: Logger;
  /** The installation's epoch: rises when a backup is restored. */
  epoch: number;
  /** More than one node serves this cell: seals are announced to the others. */
  cluster: boolean;
  listTenantIds: () => Promise<string[]>;
  /** A session has ended, wherever that was done: what is remembered of it is forgotten. */
  onSessionEnded: (sessionId: string) => void;
  /** What capabilities say about words that are taken back. */
  withdrawals: Withdrawals;
  /** What capabilities say about topics that not every session may have. */
  gates: Gates;
  /** What may be had at all is other than before in this municipality. */
  onRightsChanged: (tenantId: string) => void;
};

/** The sealer's advisory lock in the cell. An arbitrary number of ours. */
const duty = { name: "sealer", lock: 7_246_002n };
/** Milliseconds that a municipality's seals rest at most; a tenth of what people notice. */
const longestRest = 25;
/** A seal that cost less than this is not followed by a rest. */
const shortestRest = 0.5;
/** Commits that nobody announced (their process died, or they came from outside) are found this often. */
const sweepInterval = 2000;
/** How long the log is kept: a phone that slept for a week resumes; one that slept longer takes a snapshot. */
export const streamRetentionDays = 14;

/**
 * The stream on this node: seals the municipalities' outboxes while it leads, and delivers what is sealed, by whichever
 * node, to the connections that are attached here.
 */
export class Realtime implements Announcements {
  readonly #options: RealtimeOptions;
  readonly #leadership: Leadership;
  readonly #heads = new Map<string, StreamHead>();
  readonly #dispatchers = new Map<string, TenantDispatcher>();
  readonly #opening = new Map<string, Promise<TenantDispatcher>>();
  readonly #dirty = new Set<string>();
  readonly #behind = new Set<string>();
  #connection: DedicatedConnection | undefined;
  #ear: DedicatedConnection | undefined;
  #following: Promise<void> | undefined;
  #working: Promise<void> | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #stopped = false;
  /** The municipality whose seal is under way. */
  #sealing: string | undefined;
  /**
   * Municipalities between two seals, or with a seal that somebody's transaction took along, and whether something was
   * committed there meanwhile.
   */
  readonly #resting = new Map<string, { isWoken: boolean }>();

  constructor(options: RealtimeOptions) {
    this.#options = options;
    this.#leadership = new Leadership({
      database: options.database,
      duty,
      log: options.log,
      onLead: (connection) => this.#lead(connection),
      onFollow: () => this.#follow(),
    });
  }

  async start(): Promise<void> {
    await this.#leadership.start();
    await this.#listenToSeals();
    this.#sweep = setInterval(() => void this.#lookAround(), sweepInterval);
    this.#sweep.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    await this.#working;
    await this.#following;
    await this.#leadership.stop();
    await this.#ear?.end();
  }

  /** True while this node seals: commits of this process wake it directly instead of by NOTIFY. */
  isHere(): boolean {
    return this.#connection !== undefined;
  }

  /** Something of this municipality was committed and waits for its position. */
  wake(tenantId: string): void {
    if (!this.#connection) return;
    const rest = this.#resting.get(tenantId);
    if (rest) {
      rest.isWoken = true;
      return;
    }
    this.#dirty.add(tenantId);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#dirty.size > 0 && this.#connection && !this.#stopped) {
        const [next] = this.#dirty;
        this.wake(next!);
      }
    });
  }

  /**
   * The seal for a transaction to take along, which saves a quiet office the second round trip and the second write to
   * disk. Only while nobody else seals the municipality or waits to: under load a seal of its own numbers many commits.
   */
  takeAlong(tenantId: string): SealAlong | undefined {
    const connection = this.#connection;
    const head = this.#heads.get(tenantId);
    if (!connection || !head || this.#options.cluster || this.#stopped) return undefined;
    if (this.#sealing === tenantId || this.#dirty.has(tenantId) || this.#resting.has(tenantId))
      return undefined;
    const rest = { isWoken: false };
    this.#resting.set(tenantId, rest);
    const startedAt = performance.now();
    // After a new leader has taken over, what was sealed is read from the log.
    const isCurrent = () => this.#connection === connection && this.#resting.get(tenantId) === rest;
    const endRest = () => {
      this.#resting.delete(tenantId);
      if (rest.isWoken) this.wake(tenantId);
    };
    return {
      statement: sealAlong,
      values: sealValues(tenantId, head),
      committed: (rows) => {
        if (!isCurrent()) return;
        const sealedAt = performance.now();
        try {
          this.#deliver(tenantId, takeSealed(tenantId, head, rows as SealRow[]));
        } catch {
          // The seal of our own that follows finds out what is wrong and does what is to be done.
          rest.isWoken = true;
        }
        if (!this.#rest(tenantId, costOf(startedAt, sealedAt), rest)) endRest();
      },
      failed: () => {
        rest.isWoken = true;
        if (isCurrent()) endRest();
      },
    };
  }

  /** The live connections of a municipality on this node, at a known position of its stream. */
  async dispatcherOf(tenantId: string): Promise<TenantDispatcher> {
    const known = this.#dispatchers.get(tenantId);
    if (known) return known;
    const opening = this.#opening.get(tenantId) ?? this.#open(tenantId);
    this.#opening.set(tenantId, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(tenantId);
    }
  }

  /** The live connections of a municipality, if any were ever here. */
  knownDispatcher(tenantId: string): TenantDispatcher | undefined {
    return this.#dispatchers.get(tenantId);
  }

  /** All dispatchers of this node by municipality. */
  dispatchers(): Iterable<[tenantId: string, dispatcher: TenantDispatcher]> {
    return this.#dispatchers.entries();
  }

  /** What capabilities say about topics that not every session may have. */
  get gates(): Gates {
    return this.#options.gates;
  }

  /** Where the log begins and ends: positions outside cannot be resumed. */
  async logRange(tenantId: string): Promise<{ position: number; forgottenPosition: number }> {
    const head = await findStreamHead(this.#options.database, tenantId);
    if (!head) throw new AppError("service-unavailable");
    return head;
  }

  /** Events after a position for somebody who comes back: everybody's, without the words that were taken back since. */
  async readAgain(tenantId: string, after: number): Promise<SealedEvent[]> {
    const { database, withdrawals } = this.#options;
    return emptyWithdrawn(database, tenantId, withdrawals, await readStreamLog(database, tenantId, after));
  }

  /** Removes what is older than the retention, everywhere. Any node may do it. */
  async forgetOld(): Promise<void> {
    const before = new Date(this.#options.clock.now().getTime() - streamRetentionDays * 86_400_000);
    for (const tenantId of await this.#options.listTenantIds())
      await forgetStreamBefore(this.#options.database, tenantId, before);
  }

  async #open(tenantId: string): Promise<TenantDispatcher> {
    const position = this.#heads.get(tenantId)?.position ?? (await this.#headPosition(tenantId));
    const existing = this.#dispatchers.get(tenantId);
    if (existing) return existing;
    const { withdrawals, gates, onSessionEnded, onRightsChanged } = this.#options;
    const dispatcher = new TenantDispatcher(this.#heads.get(tenantId)?.position ?? position, {
      withdrawals,
      gates,
      onSessionEnded,
      onRightsChanged: () => onRightsChanged(tenantId),
    });
    this.#dispatchers.set(tenantId, dispatcher);
    return dispatcher;
  }

  async #headPosition(tenantId: string): Promise<number> {
    if (this.#connection) {
      // The first seal takes the stream over and so makes its head.
      this.wake(tenantId);
      await this.#working;
      const head = this.#heads.get(tenantId);
      if (head) return head.position;
    }
    return (await this.logRange(tenantId)).position;
  }

  async #lead(connection: DedicatedConnection): Promise<void> {
    this.#heads.clear();
    this.#resting.clear();
    this.#connection = connection;
    await connection.listen("chonai_outbox", (tenantId) => this.wake(tenantId));
    for (const tenantId of await this.#options.listTenantIds()) this.wake(tenantId);
  }

  #follow(): void {
    this.#connection = undefined;
    this.#resting.clear();
    this.#heads.clear();
    this.#dirty.clear();
  }

  /** Seals one municipality after the other until nothing is left. */
  async #work(): Promise<void> {
    while (this.#dirty.size > 0 && !this.#stopped) {
      const connection = this.#connection;
      if (!connection) return;
      const tenantId = this.#dirty.values().next().value as string;
      this.#dirty.delete(tenantId);
      let cost: number;
      this.#sealing = tenantId;
      try {
        cost = await this.#seal(connection, tenantId);
      } catch (error) {
        this.#dirty.add(tenantId);
        if (this.#connection === connection) {
          this.#connection = undefined;
          await this.#leadership.resign(error);
        }
        return;
      } finally {
        this.#sealing = undefined;
      }
      // What was committed while it was sealed and delivered waits for the next seal too.
      if (cost >= shortestRest) this.#rest(tenantId, cost, { isWoken: this.#dirty.delete(tenantId) });
    }
  }

  /**
   * A pause after a seal, in proportion to what it cost; false when that is too little for one. A quiet office waits for
   * nothing; under load more messages share a seal, and each client gets them in one write, which is what makes the load
   * bearable.
   */
  #rest(tenantId: string, cost: number, rest: { isWoken: boolean }): boolean {
    if (cost < shortestRest) return false;
    this.#resting.set(tenantId, rest);
    setTimeout(
      () => {
        if (this.#resting.get(tenantId) === rest) this.#resting.delete(tenantId);
        if (rest.isWoken && !this.#stopped) this.wake(tenantId);
      },
      Math.min(longestRest, cost),
    );
    return true;
  }

  /** Seals and delivers; returns what it cost. */
  async #seal(connection: DedicatedConnection, tenantId: string): Promise<number> {
    const startedAt = performance.now();
    let head = this.#heads.get(tenantId);
    if (!head) {
      head = await takeOverStream(connection, tenantId, this.#options.epoch);
      this.#heads.set(tenantId, head);
      this.#endOldEpoch(tenantId, head.position);
      await this.#catchUp(tenantId, head.position);
    }
    const events = await sealStream(connection, tenantId, head, this.#options.cluster);
    const sealedAt = performance.now();
    this.#deliver(tenantId, events);
    return costOf(startedAt, sealedAt);
  }

  #deliver(tenantId: string, events: readonly SealedEvent[]): void {
    if (events.length === 0) return;
    this.#dispatchers.get(tenantId)?.deliver(events, this.#options.clock.now().getTime());
  }

  /**
   * Ends the connections of an epoch that is over, or of a future that a restored backup does not know. Only the node
   * that holds the fence may judge that a position lies in the future: for others their own reading may be the old one.
   */
  #endOldEpoch(tenantId: string, position: number): void {
    const dispatcher = this.#dispatchers.get(tenantId);
    if (!dispatcher) return;
    if (epochOf(dispatcher.position) === epochOf(position) && dispatcher.position <= position) return;
    this.#reset(tenantId, dispatcher);
  }

  #reset(tenantId: string, dispatcher: TenantDispatcher): void {
    dispatcher.isEnded = true;
    this.#dispatchers.delete(tenantId);
    for (const subscriber of [...dispatcher.subscribers()]) subscriber.close("reset");
  }

  /** Delivers what was sealed while this node was not looking. */
  async #catchUp(tenantId: string, to: number): Promise<void> {
    const dispatcher = this.#dispatchers.get(tenantId);
    if (!dispatcher) return;
    if (epochOf(dispatcher.position) < epochOf(to)) return this.#reset(tenantId, dispatcher);
    while (dispatcher.position < to) {
      const events = await readStreamLog(this.#options.database, tenantId, dispatcher.position);
      if (events.length === 0) throw new Error(`the stream log of ${tenantId} ends before ${to}`);
      dispatcher.deliver(events, this.#options.clock.now().getTime());
    }
  }

  /** Follows the seals of other nodes, one municipality after the other and never twice at once. */
  #followSoon(tenantId: string): void {
    if (this.#connection || this.#stopped) return;
    this.#behind.add(tenantId);
    this.#following ??= this.#followAll().finally(() => {
      this.#following = undefined;
    });
  }

  async #followAll(): Promise<void> {
    try {
      for (const tenantId of this.#behind) {
        this.#behind.delete(tenantId);
        if (this.#dispatchers.has(tenantId) && !this.#connection)
          await this.#catchUp(tenantId, (await this.logRange(tenantId)).position);
      }
    } catch (error) {
      this.#options.log.warn({ reason: String(error) }, "the stream could not be followed, trying again");
    }
  }

  /** In a cluster a node that does not seal is told of seals; the sweep below finds what a lost telling missed. */
  async #listenToSeals(): Promise<void> {
    if (!this.#options.cluster || this.#stopped || this.#ear) return;
    try {
      const ear = await this.#options.database.dedicated("follower");
      this.#ear = ear;
      ear.onLost(() => {
        this.#ear = undefined;
      });
      await ear.listen("chonai_sealed", (tenantId) => this.#followSoon(tenantId));
    } catch (error) {
      this.#ear = undefined;
      this.#options.log.warn({ reason: String(error) }, "seals are not heard for now, trying again");
    }
  }

  async #lookAround(): Promise<void> {
    try {
      await this.#listenToSeals();
      if (this.#connection) {
        for (const tenantId of await this.#options.listTenantIds()) this.wake(tenantId);
      } else {
        for (const tenantId of this.#dispatchers.keys()) this.#followSoon(tenantId);
      }
    } catch (error) {
      this.#options.log.warn({ reason: String(error) }, "stream sweep failed, trying again");
    }
  }
}

/** What a seal cost in milliseconds: the time it took, its deliveries three times, since they stop everything else. */
function costOf(startedAt: number, sealedAt: number): number {
  return sealedAt - startedAt + 3 * (performance.now() - sealedAt);
}
