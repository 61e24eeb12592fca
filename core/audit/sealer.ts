import { type Database, type DedicatedConnection, Leadership, scopeOf, statement } from "#core/db/index.ts";
import type { Logger } from "#core/kernel/index.ts";
import { type AuditKey, type ChainedEntry, firstLink, linkOf } from "./chain.ts";

type HeadRow = { fence: number; number: number; link: Buffer; snapshot_xmax: number; snapshot_xip: number[] };

type TakenRow = HeadRow & { current_xmax: number };

const takeOver = statement<TakenRow>(
  "audit.take-over",
  `insert into audit_head (tenant_id, fence, number, link, snapshot_xmax, snapshot_xip)
   values ($1, 1, 0, $2, 0, '{}')
   on conflict (tenant_id) do update set fence = audit_head.fence + 1
   returning fence, number, link,
             snapshot_xmax, snapshot_xip,
             pg_snapshot_xmax(pg_current_snapshot())::text::bigint as current_xmax`,
);

type FreshRow = { id: number; digest: Buffer; xmax: number; xip: number[] };

/* The same reading of "committed and not yet numbered" as the stream's (core/realtime/seal-stream.ts). */
const readFresh = statement<FreshRow>(
  "audit.read-fresh",
  `select id, digest, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax,
          array(select x::text::bigint from pg_snapshot_xip(pg_current_snapshot()) x) as xip
     from (select id, digest from audit_entry where tenant_id = $1 and transaction_number >= $2
           union all
           select id, digest from audit_entry where tenant_id = $1 and transaction_number = any($3::bigint[])) fresh
    order by id`,
);

const appendLink = statement<{ number: number }>(
  "audit.append-link",
  `with moved as (
     update audit_head set number = $3, link = $5, snapshot_xmax = $7, snapshot_xip = $8
      where tenant_id = $1 and fence = $2 and number = $4 - 1
     returning number
   ), written as (
     insert into audit_link (tenant_id, last_number, first_number, entry_ids, previous, link, key_id, sealed_at)
     select $1, $3, $4, $9, $6, $5, $10, now() from moved
   ) select number from moved`,
);

/** How long entries may wait for their link. */
const sealEvery = 500;

/** Chains what actions have recorded, behind their commits and in batches, so that no writer waits for another. */
export class AuditSealer {
  readonly #key: AuditKey;
  readonly #log: Logger;
  readonly #leadership: Leadership;
  readonly #listTenantIds: () => Promise<string[]>;
  readonly #heads = new Map<string, HeadRow>();
  readonly #dirty = new Set<string>();
  #connection: DedicatedConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: {
    database: Database;
    key: AuditKey;
    log: Logger;
    listTenantIds: () => Promise<string[]>;
  }) {
    this.#key = options.key;
    this.#log = options.log;
    this.#listTenantIds = options.listTenantIds;
    this.#leadership = new Leadership({
      database: options.database,
      duty: { name: "audit", lock: 7_246_003n },
      log: options.log,
      onLead: async (connection) => {
        this.#heads.clear();
        this.#connection = connection;
        for (const tenantId of await this.#listTenantIds()) this.#dirty.add(tenantId);
      },
      onFollow: () => {
        this.#connection = undefined;
      },
    });
  }

  async start(): Promise<void> {
    await this.#leadership.start();
    let rounds = 0;
    this.#timer = setInterval(() => {
      // Every tenth round looks at every municipality: entries whose commit nobody announced.
      rounds++;
      if (!this.#working) void this.#work(rounds % 10 === 0);
    }, sealEvery);
    this.#timer.unref();
  }

  /** Something was recorded for this municipality. */
  wake(tenantId: string): void {
    this.#dirty.add(tenantId);
  }

  /** Chains everything that is committed by now; for the end of the program, backups and tests. */
  async flush(): Promise<void> {
    while (this.#working) await this.#working;
    await this.#work(true);
  }

  /** One round at a time: two would chain the same entries. */
  #work(all: boolean): Promise<void> {
    this.#working = this.#round(all).finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#leadership.stop();
  }

  async #round(all: boolean): Promise<void> {
    const connection = this.#connection;
    if (!connection) return;
    try {
      if (all) for (const tenantId of await this.#listTenantIds()) this.#dirty.add(tenantId);
      for (const tenantId of [...this.#dirty]) {
        this.#dirty.delete(tenantId);
        await this.#seal(connection, tenantId).catch((error) => {
          this.#dirty.add(tenantId);
          throw error;
        });
      }
    } catch (error) {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      await this.#leadership.resign(error);
    }
  }

  async #seal(connection: DedicatedConnection, tenantId: string): Promise<void> {
    let head = this.#heads.get(tenantId);
    if (!head) {
      const [rows] = await connection.pipeline<[TakenRow[]]>(scopeOf(tenantId), (tx) => [
        tx.all(takeOver, [tenantId, firstLink]),
      ]);
      const taken = rows[0]!;
      if (taken.snapshot_xmax > taken.current_xmax)
        throw new Error(
          `the audit chain of ${tenantId} was restored from another cluster: run chonai migrate`,
        );
      head = taken;
      this.#heads.set(tenantId, head);
    }
    const known = head;
    const [fresh] = await connection.pipeline<[FreshRow[]]>(scopeOf(tenantId), (tx) => [
      tx.all(readFresh, [tenantId, known.snapshot_xmax, known.snapshot_xip]),
    ]);
    if (fresh.length === 0) return;
    const entries: ChainedEntry[] = fresh.map((row) => ({ id: row.id, digest: row.digest }));
    const first = known.number + 1;
    const last = known.number + entries.length;
    const link = linkOf(this.#key, known.link, first, entries);
    const { xmax, xip } = fresh[0]!;
    const [moved] = await connection.pipeline<[{ number: number }[]]>(scopeOf(tenantId), (tx) => [
      tx.all(appendLink, [
        tenantId,
        known.fence,
        last,
        first,
        link,
        known.link,
        xmax,
        xip,
        entries.map((entry) => entry.id),
        this.#key.id,
      ]),
    ]);
    if (!moved[0]) throw new Error(`the audit chain of ${tenantId} was taken over`);
    this.#heads.set(tenantId, { ...known, number: last, link, snapshot_xmax: xmax, snapshot_xip: xip });
    this.#log.debug({ tenantId, first, last }, "audit chained");
  }
}
