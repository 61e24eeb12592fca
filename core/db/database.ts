import { AsyncLocalStorage } from "node:async_hooks";
import type { Duplex } from "node:stream";
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import pg from "pg";
import { AppError } from "#core/kernel/index.ts";
import { type ConnectionSettings, clientConfig } from "./connection.ts";
import type { Statement } from "./statement.ts";
import type { DB } from "./tables.generated.ts";

/**
 * In whose name a transaction works. `municipality` sets the tenant for that transaction alone; `installation` sets
 * none, so every table of a municipality answers with an error and only `tenant` and `installation` can be read.
 */
export type Scope = { kind: "municipality"; tenantId: string } | { kind: "installation" };

export const installationScope: Scope = { kind: "installation" };

export function scopeOf(tenantId: string): Scope {
  return { kind: "municipality", tenantId };
}

/** Builds typed SQL; it cannot run it. `tx.all(build.selectFrom("room")…)` does. */
export const build = new Kysely<DB>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/**
 * The hands with which work inside a transaction reaches the database. Statements that do not need each other's
 * answers may be started together: they travel in one round trip.
 */
export interface Transaction {
  readonly scope: Scope;
  all<Row>(query: Compilable<Row>): Promise<Row[]>;
  all<Row>(query: Statement<Row>, values: readonly unknown[]): Promise<Row[]>;
  /** The first row or undefined. */
  first<Row>(query: Compilable<Row>): Promise<Row | undefined>;
  first<Row>(query: Statement<Row>, values: readonly unknown[]): Promise<Row | undefined>;
  /** For writes: how many rows were changed. */
  run(query: Compilable<unknown>): Promise<number>;
  run(query: Statement<unknown>, values: readonly unknown[]): Promise<number>;
  /**
   * This transaction leaves something behind its commit for the sealers: wake them when it is committed. `alone` says
   * that it waits for nobody's locks, so a pipeline may take a seal along in its own round trip.
   */
  announce(how?: "alone"): void;
}

/** How a commit wakes the sealers: in this process when they live here, else by NOTIFY. */
export type Announcements = {
  isHere(): boolean;
  /** `isSealed`: the transaction took its seal along. */
  wake(tenantId: string, isSealed: boolean): void;
  /** The seal that the transaction may take along, when nobody else is sealing there; exactly one answer follows. */
  takeAlong(tenantId: string): SealAlong | undefined;
};

/** A seal as the last statement of somebody's transaction: committed together or not at all. */
export type SealAlong = {
  readonly statement: Statement<unknown>;
  readonly values: readonly unknown[];
  /** The transaction is committed. */
  committed(rows: unknown[]): void;
  /** It is not, or nobody knows. */
  failed(): void;
};

export type TransactionOptions = {
  /** `snapshot`: read only, every statement sees the same moment. */
  mode?: "write" | "snapshot";
};

const begin = { write: "begin", snapshot: "begin isolation level repeatable read read only" } as const;
const setTenant = {
  name: "db.set-tenant",
  text: "select set_config('chonai.tenant', $1, true)",
};

class PooledTransaction implements Transaction {
  readonly scope: Scope;
  readonly #client: pg.ClientBase;
  announced = false;
  isAlone = false;

  constructor(client: pg.ClientBase, scope: Scope) {
    this.#client = client;
    this.scope = scope;
  }

  announce(how?: "alone"): void {
    this.announced = true;
    this.isAlone = how === "alone";
  }

  all<Row>(query: Compilable<Row> | Statement<Row>, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#send(query, values, (result) => result.rows as Row[]);
  }

  first<Row>(
    query: Compilable<Row> | Statement<Row>,
    values: readonly unknown[] = [],
  ): Promise<Row | undefined> {
    return this.#send(query, values, (result) => result.rows[0] as Row | undefined);
  }

  run(query: Compilable<unknown> | Statement<unknown>, values: readonly unknown[] = []): Promise<number> {
    return this.#send(query, values, (result) => result.rowCount ?? 0);
  }

  #send<Answer>(
    query: Compilable<unknown> | Statement<unknown>,
    values: readonly unknown[],
    read: (result: pg.QueryResult) => Answer,
  ): Promise<Answer> {
    const answer = this.#query(query, values).then(read);
    // Of statements that were started together one failure is enough: the work has ended when the others fail too, and
    // nobody waits for them any more.
    answer.catch(() => {});
    return answer;
  }

  #query(
    query: Compilable<unknown> | Statement<unknown>,
    values: readonly unknown[],
  ): Promise<pg.QueryResult> {
    sendTogether(this.#client);
    if ("compile" in query) {
      const compiled = query.compile();
      return this.#client.query(compiled.sql, compiled.parameters as unknown[]);
    }
    return this.#client.query({ name: query.name, text: query.text, values: values as unknown[] });
  }
}

/** Errors of the connection or of a database that is starting or stopping: the same work may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") {
    // 08 connection, 57P0x shutdown or starting, 53 out of resources, 55P03 lock timeout, 40 deadlock or serialization.
    if (/^(08|53|40)|^57P0|^57014$|^55P03$/.test(code)) return true;
    if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EACCES)$/.test(code)) return true;
  }
  return /connection terminated|connection ended|connection error|client was closed|timeout exceeded when trying to connect/i.test(
    error.message,
  );
}

/** A pool of connections as one database role. The only way in is `transaction`. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #settings: ConnectionSettings;
  readonly #name: string;
  #announcements: Announcements | undefined;
  /** Set while a transaction's work runs, when nested ones are to be found out. */
  readonly #inside: AsyncLocalStorage<true> | undefined;

  /**
   * @param options.forbidNesting refuses a transaction inside another, which waits for a second connection while it holds
   * one: when all are held so, everybody waits for ever. Costs time, so only tests ask for it.
   */
  constructor(
    settings: ConnectionSettings,
    options: { poolSize?: number; applicationName?: string; forbidNesting?: boolean } = {},
  ) {
    this.#inside = options.forbidNesting ? new AsyncLocalStorage() : undefined;
    this.#settings = settings;
    this.#name = options.applicationName ?? "chonai";
    this.#pool = new pg.Pool({
      ...clientConfig(settings, this.#name),
      max: options.poolSize ?? 10,
      idleTimeoutMillis: 30_000,
    });
    // A connection that dies while idle is replaced by the pool; whoever works next sees a fresh one.
    this.#pool.on("error", () => {});
    // One that dies while it is lent out, between two statements of a transaction, has no listener of the pool and would
    // end the process; the next statement on it fails and says so.
    this.#pool.on("connect", (client) => {
      client.on("error", () => {});
    });
  }

  /**
   * Runs `work` in one transaction in the given scope and commits. An error of `work` rolls back and is passed on;
   * a database that cannot be reached becomes `service-unavailable`, which clients retry.
   */
  async transaction<T>(
    scope: Scope,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    this.#expectOutside();
    const client = await this.#connect();
    let failed: unknown;
    try {
      // Not awaited: they travel with the first statement of the work. Their failure fails that statement too.
      sendTogether(client);
      const opened = open(client, scope, options.mode ?? "write");
      const tx = new PooledTransaction(client, scope);
      const result = await (this.#inside ? this.#inside.run(true, () => work(tx)) : work(tx));
      await opened;
      if (tx.announced && !this.#isAnnouncedHere()) await client.query(notifyOf(scope));
      const committed = await client.query("commit");
      if (committed.command !== "COMMIT") throw new Error(`transaction ended as ${committed.command}`);
      if (tx.announced) this.#wake(scope, false);
      return result;
    } catch (error) {
      failed = error;
      throw asUnavailable(error);
    } finally {
      await release(client, failed);
    }
  }

  /**
   * Sends begin, all statements and commit in one go and waits once: for work that decides inside its SQL.
   * The statements must be started synchronously by `work`.
   */
  async pipeline<T extends readonly unknown[]>(
    scope: Scope,
    work: (tx: Transaction) => { readonly [Key in keyof T]: Promise<T[Key]> },
    options: TransactionOptions = {},
  ): Promise<T> {
    this.#expectOutside();
    const client = await this.#connect();
    let failed: unknown;
    try {
      const isHere = this.#isAnnouncedHere();
      const { results, announced, isSealed } = await sendPipeline<T>(client, scope, work, {
        mode: options.mode,
        notify: isHere ? undefined : notifyOf(scope),
        takeAlong: isHere ? this.#announcements : undefined,
      });
      if (announced) this.#wake(scope, isSealed);
      return results;
    } catch (error) {
      failed = error;
      throw asUnavailable(error);
    } finally {
      await release(client, failed);
    }
  }

  /**
   * A connection apart from the pool, for what lives as long as a connection: advisory locks and LISTEN.
   * The caller ends it.
   */
  async dedicated(purpose: string): Promise<DedicatedConnection> {
    const client = new pg.Client(clientConfig(this.#settings, `${this.#name} ${purpose}`, 15_000));
    // Without a listener a lost connection would end the process; the owner learns it from `onLost`.
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => {});
      throw asUnavailable(error);
    }
    return new DedicatedConnection(client);
  }

  /**
   * Connections of the same role for a library that brings its own statements (the job runner): in no municipality's
   * scope, so they see nothing of ours. The caller ends it.
   */
  poolFor(purpose: string, size: number): pg.Pool {
    const pool = new pg.Pool({
      ...clientConfig(this.#settings, `${this.#name} ${purpose}`),
      pipeline: false,
      max: size,
      idleTimeoutMillis: 30_000,
    } as pg.PoolConfig);
    pool.on("error", () => {});
    pool.on("connect", (client) => {
      client.on("error", () => {});
    });
    return pool;
  }

  /** Says where the sealers live. Without it (a command of the CLI) every announcement goes by NOTIFY. */
  routeAnnouncements(announcements: Announcements): void {
    this.#announcements = announcements;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #isAnnouncedHere(): boolean {
    return this.#announcements?.isHere() ?? false;
  }

  #wake(scope: Scope, isSealed: boolean): void {
    if (scope.kind === "municipality" && this.#isAnnouncedHere())
      this.#announcements?.wake(scope.tenantId, isSealed);
  }

  #expectOutside(): void {
    if (this.#inside?.getStore()) throw new Error("a transaction inside another may wait for itself");
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** One connection with a life of its own. */
export class DedicatedConnection {
  readonly #client: pg.Client;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async pipeline<T extends readonly unknown[]>(
    scope: Scope,
    work: (tx: Transaction) => { readonly [Key in keyof T]: Promise<T[Key]> },
  ): Promise<T> {
    return (await sendPipeline<T>(this.#client, scope, work, {})).results;
  }

  async tryAdvisoryLock(key: bigint): Promise<boolean> {
    const result = await this.#client.query("select pg_try_advisory_lock($1) as locked", [key]);
    return result.rows[0].locked;
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<void> {
    this.#client.on("notification", (message) => {
      if (message.channel === channel) onNotify(message.payload ?? "");
    });
    await this.#client.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  onLost(listener: () => void): void {
    this.#client.once("end", listener);
  }

  /** Ends at once, also when the server no longer answers: a polite end would wait for answers under way. */
  async end(): Promise<void> {
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await this.#client.end().catch(() => {});
  }
}

/**
 * What is sent until this turn of the event loop ends goes out in one write, and PostgreSQL is woken once for it: each
 * write and each waking costs more than most statements do.
 */
function sendTogether(client: pg.ClientBase): void {
  const stream = wireOf(client);
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** The same for what is sent by `send`, and at once. */
function inOneWrite<T>(client: pg.ClientBase, send: () => T): T {
  const stream = wireOf(client);
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

function wireOf(client: pg.ClientBase): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}

function open(client: pg.ClientBase, scope: Scope, mode: keyof typeof begin): Promise<unknown> {
  const opened = Promise.all([
    client.query(begin[mode]),
    client.query({ ...setTenant, values: [scope.kind === "municipality" ? scope.tenantId : ""] }),
  ]);
  opened.catch(() => {});
  return opened;
}

async function sendPipeline<T extends readonly unknown[]>(
  client: pg.ClientBase,
  scope: Scope,
  work: (tx: Transaction) => { readonly [Key in keyof T]: Promise<T[Key]> },
  options: {
    mode?: TransactionOptions["mode"];
    notify?: pg.QueryConfig | undefined;
    takeAlong?: Pick<Announcements, "takeAlong"> | undefined;
  },
): Promise<{ results: T; announced: boolean; isSealed: boolean }> {
  const tx = new PooledTransaction(client, scope);
  let along: SealAlong | undefined;
  try {
    const sent = inOneWrite(client, () => {
      const opened = open(client, scope, options.mode ?? "write");
      const answers = Promise.all(work(tx) as readonly Promise<unknown>[]);
      const notified = tx.announced && options.notify ? client.query(options.notify) : undefined;
      if (tx.isAlone && scope.kind === "municipality") along = options.takeAlong?.takeAlong(scope.tenantId);
      const sealed = along && tx.all(along.statement, along.values);
      return { opened, answers, notified, sealed, committed: client.query("commit") };
    });
    const [results, , , rows, end] = await Promise.all([
      sent.answers,
      sent.opened,
      sent.notified,
      sent.sealed,
      sent.committed,
    ]);
    // After a failed statement PostgreSQL answers ROLLBACK to a commit; nothing of it was kept.
    if (end.command !== "COMMIT") throw new Error(`transaction ended as ${end.command}`);
    if (rows) along?.committed(rows);
    return { results: results as unknown as T, announced: tx.announced, isSealed: rows !== undefined };
  } catch (error) {
    along?.failed();
    throw error;
  }
}

function notifyOf(scope: Scope): pg.QueryConfig {
  const tenantId = scope.kind === "municipality" ? scope.tenantId : "";
  return { name: "db.announce", text: "select pg_notify('chonai_outbox', $1)", values: [tenantId] };
}

/** A connection on which anything failed is closed: its prepared statements and its state are not worth a guess. */
async function release(client: pg.PoolClient, failed: unknown): Promise<void> {
  if (failed === undefined) {
    client.release();
    return;
  }
  if (failed instanceof AppError) {
    try {
      await client.query("rollback");
      client.release();
      return;
    } catch {
      // closed below
    }
  }
  client.release(true);
}

function asUnavailable(error: unknown): unknown {
  return isUnavailable(error) ? new AppError("service-unavailable", {}, { cause: error }) : error;
}
