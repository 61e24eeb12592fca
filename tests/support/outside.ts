import pg from "pg";
import type { ConnectionSettings } from "#core/db/index.ts";
import { until } from "./until.ts";

/**
 * Somebody else's hand on the database: a superuser's connection that holds locks and looks at what the server's own
 * connections are waiting for. This is how a test stops the server at an exact place without a switch in the program.
 */
export class Outside {
  readonly #client: pg.Client;
  readonly #holder: pg.Client;

  private constructor(client: pg.Client, holder: pg.Client) {
    this.#client = client;
    this.#holder = holder;
  }

  static async open(settings: ConnectionSettings): Promise<Outside> {
    const [client, holder] = [new pg.Client(settings), new pg.Client(settings)];
    await Promise.all([client.connect(), holder.connect()]);
    return new Outside(client, holder);
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, values)).rows;
  }

  /** Locks what the query selects `for update`, until `letGo`. */
  async hold(select: string, values: unknown[]): Promise<void> {
    await this.#holder.query("begin");
    await this.#holder.query(`${select} for update`, values);
  }

  async letGo(): Promise<void> {
    await this.#holder.query("rollback");
  }

  /** The process numbers of the server's connections of this name that wait for a lock. */
  async waiting(applicationName: string): Promise<number[]> {
    const rows = await this.query<{ pid: number }>(
      `select pid from pg_stat_activity
        where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
      [applicationName],
    );
    return rows.map((row) => row.pid);
  }

  async untilWaiting(applicationName: string): Promise<number> {
    let pids: number[] = [];
    await until(`a connection "${applicationName}" waits for a lock`, async () => {
      pids = await this.waiting(applicationName);
      return pids.length > 0;
    });
    return pids[0]!;
  }

  /** Ends one connection as an administrator does, and waits until it is gone. */
  async terminate(pid: number): Promise<void> {
    await this.query("select pg_terminate_backend($1)", [pid]);
    await until(`connection ${pid} is gone`, async () => {
      const left = await this.query("select from pg_stat_activity where pid = $1", [pid]);
      return left.length === 0;
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.end(), this.#holder.end()]);
  }
}
