import { EventEmitter } from "node:events";
import type { Runner, TaskList, WorkerEvents } from "graphile-worker";
import { z } from "zod";
import type { Database } from "#core/db/index.ts";
import { AppError, type Logger } from "#core/kernel/index.ts";
import type { Schedule, Task } from "./task.ts";

type Pool = ReturnType<Database["poolFor"]>;
const connectTo = (pool: Pool) => pool.connect();
type PoolClient = Awaited<ReturnType<typeof connectTo>>;

const envelope = z.object({ tenantId: z.uuid(), payload: z.unknown() });
/** Jobs that run at once on a node: they share two cores with people who wait for an answer. */
const concurrency = 2;
/** Milliseconds between looks at jobs whose time comes; those for now are announced by the database. */
const pollInterval = 2000;
/** A schedule that was missed while the program was stopped is made good if it was due within a day. */
const missedWithin = 24 * 3_600_000;
const tryAgainAfter = 5000;

/** What runners that are gone had taken: without this it would wait for four hours. */
const giveBack = `select graphile_worker.force_unlock_workers(array(
    select locked_by from graphile_worker._private_jobs where locked_by is not null
    union
    select locked_by from graphile_worker._private_job_queues where locked_by is not null))`;

/** A runner that lives holds a lock by its name, on a connection of its own; the lock ends with that connection. */
const live = "select pg_advisory_lock(hashtextextended($1, 0))";
/** What runners had taken whose lock is gone. A minute, since a name is known a moment before its lock is held. */
const giveBackOfTheDead = `select graphile_worker.force_unlock_workers(array(
    select locked_by from (select locked_by, locked_at from graphile_worker._private_jobs
                           union all
                           select locked_by, locked_at from graphile_worker._private_job_queues) taken
     where locked_by is not null
     group by locked_by
    having max(locked_at) < now() - interval '1 minute'
       and not exists (
         select from pg_locks l
          where l.locktype = 'advisory' and l.granted and l.objsubid = 1
            and l.database = (select oid from pg_database where datname = current_database())
            and l.classid::bigint = (hashtextextended(locked_by, 0) >> 32) & 4294967295
            and l.objid::bigint = hashtextextended(locked_by, 0) & 4294967295)))`;
const lookForTheDeadEvery = 60_000;

export type JobRunnerOptions = {
  database: Database;
  log: Logger;
  tasks: readonly Task[];
  schedules: readonly Schedule[];
  /** No other node runs jobs on this database: what is taken when a runner starts was taken by one that is gone. */
  isAlone: boolean;
};

/**
 * Runs the modules' tasks and schedules by graphile-worker (docs/decisions/0020). Any node of a cell may: a job is run by
 * one of them. A database that goes away stops nothing for good; the runner begins again when it is back.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  #runner: Runner | undefined;
  #pool: Pool | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #living: PoolClient | undefined;
  #starting: Promise<void> | undefined;
  #stopped = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Returns at once: nobody who asks for a page waits for the runner. */
  start(): void {
    this.#starting = this.#begin().finally(() => {
      this.#starting = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#end();
  }

  async #begin(): Promise<void> {
    const { database, log } = this.#options;
    try {
      const { Logger: WorkerLogger, parseCronItems, run } = await import("graphile-worker");
      if (this.#stopped) return;
      const pool = database.poolFor("jobs", concurrency + 2);
      this.#pool = pool;
      if (this.#options.isAlone) await pool.query(giveBack);
      const events: WorkerEvents = new EventEmitter();
      let name: string | undefined;
      events.once("pool:create", ({ workerPool }) => {
        name = workerPool.id;
      });
      this.#runner = await run({
        pgPool: pool,
        events,
        // Without batches the library waits for nobody when it notes how a job ended, and a connection that breaks at that
        // moment ends the whole program; a batch that fails ends the runner alone, which begins again.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        concurrency,
        pollInterval,
        noHandleSignals: true,
        taskList: this.#taskList(),
        parsedCronItems: parseCronItems(
          this.#options.schedules.map((schedule) => ({
            task: schedule.name,
            match: crontabOf(schedule),
            options: { backfillPeriod: "hour" in schedule.at ? missedWithin : 0, maxAttempts: 5 },
          })),
        ),
        logger: new WorkerLogger(() => (level, message) => {
          if (level === "error" || level === "warning") log.warn({ reason: message }, "jobs");
        }),
      });
      if (!this.#options.isAlone && name !== undefined) await this.#live(pool, name);
      this.#runner.promise.then(
        () => this.#again("ended"),
        (error) => this.#again(String(error)),
      );
    } catch (error) {
      this.#again(String(error));
    }
  }

  /** Says to the other nodes that this one lives, and gives back what those had taken that do not. */
  async #live(pool: Pool, name: string): Promise<void> {
    const living = await connectTo(pool);
    this.#living = living;
    // Without its lock others take up what this runner works on: it begins again under another name.
    living.once("error", (error) => this.#again(String(error)));
    await living.query(live, [name]);
    const look = () =>
      pool
        .query(giveBackOfTheDead)
        .catch((error) => this.#options.log.warn({ reason: String(error) }, "jobs of gone nodes wait"));
    await look();
    this.#looking = setInterval(look, lookForTheDeadEvery).unref();
  }

  #again(reason: string): void {
    if (this.#stopped) return;
    this.#options.log.warn({ reason }, "jobs do not run for now, trying again");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      await this.#end();
      if (!this.#stopped) this.start();
    }, tryAgainAfter);
    this.#timer.unref();
  }

  async #end(): Promise<void> {
    const [runner, pool] = [this.#runner, this.#pool];
    this.#runner = undefined;
    this.#pool = undefined;
    // A runner that has ended by itself says so by an error.
    await runner?.stop().catch(() => {});
    clearInterval(this.#looking);
    this.#living?.release(true);
    this.#living = undefined;
    await pool?.end().catch(() => {});
  }

  #taskList(): TaskList {
    const list: TaskList = {};
    for (const task of this.#options.tasks)
      list[task.name] = async (raw, { job }) => {
        const { tenantId, payload } = envelope.parse(raw);
        await this.#guard(task.name, tenantId, () =>
          task.run(payload, { tenantId, attempt: job.attempts, maxAttempts: job.max_attempts }),
        );
      };
    for (const schedule of this.#options.schedules)
      list[schedule.name] = () => this.#guard(schedule.name, undefined, schedule.run);
    return list;
  }

  /** What fails is logged by name and code, never with its contents, and left to the library to try again. */
  async #guard(task: string, tenantId: string | undefined, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      this.#options.log.warn({ task, tenantId, code, reason: String(error) }, "job failed, trying again");
      throw error;
    }
  }
}

/** The library counts in UTC; offices in Japan, which has no summer time. */
function crontabOf(schedule: Schedule): string {
  if ("every" in schedule.at) return `*/${schedule.at.every} * * * *`;
  return `${schedule.at.minute} ${(schedule.at.hour + 24 - 9) % 24} * * *`;
}
