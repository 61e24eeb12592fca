import { setTimeout as sleep } from "node:timers/promises";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock, Logger } from "#core/kernel/index.ts";
import { findStreamHead, readStreamLog } from "#core/realtime/index.ts";
import { isAnythingNew } from "../queries/list-news.ts";
import type { Reached, Reaches } from "../reached.ts";
import type { SendPush } from "./send-push.ts";
import { rememberAnswer } from "./subscriptions.ts";

export type PushWorkerOptions = {
  database: Database;
  clock: Clock;
  log: Logger;
  reaches: Reaches;
  send: SendPush;
  listTenantIds: () => Promise<string[]>;
  /** Somebody looks at the application at this moment, on whichever device. */
  isActive: (tenantId: string, personId: string) => boolean;
};

/** How often the streams of municipalities with subscriptions are looked at. */
const everyMilliseconds = 1000;
/** How often it is asked which municipalities have any; on this node a new one is known at once. */
const lookForSubscriptions = 30_000;
/** Who looks at the application has this long to read before a device is woken. */
const graceSeconds = 60;
/** How long one push may take before another worker may try it. */
const leaseSeconds = 60;
const dueAtOnce = 50;
const sentTogether = 8;
/** Nobody is told of what is older. */
const keptDays = 14;

const findPosition = statement<{ position: number }>(
  "reach.find-push-position",
  "select position from push_position where tenant_id = $1",
);
const movePosition = statement<never>(
  "reach.move-push-position",
  "update push_position set position = $3 where tenant_id = $1 and position = $2",
);
const removeEnded = statement<never>(
  "reach.remove-ended-subscriptions",
  `delete from push_subscription p using session s
    where p.tenant_id = $1 and s.tenant_id = $1 and s.id = p.session_id and (s.ended_at is not null or s.expires_at <= $2)`,
);
const listSubscribed = statement<{ account_id: string }>(
  "reach.list-subscribed",
  "select distinct account_id from push_subscription where tenant_id = $1",
);
const hasSubscriptions = statement<{ found: boolean }>(
  "reach.has-subscriptions",
  "select exists (select from push_subscription where tenant_id = $1) as found",
);

/** Only what the person wants to be told of. */
export const writeNotifications = statement<{ person_id: string }>(
  "reach.write-notifications",
  `insert into notification (tenant_id, person_id, topic_id, kind, seq, at)
   select $1, n.person_id, n.topic_id, n.kind, max(n.seq), $6
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[]) as n (person_id, topic_id, kind, seq)
     left join notification_setting c on c.tenant_id = $1 and c.account_id = n.person_id
    where c.account_id is null
       or case n.kind when 'direct' then c.direct when 'mention' then c.mentions
                      when 'confirmation' then c.confirmations when 'reminder' then c.reminders else c.duties end
    group by n.person_id, n.topic_id, n.kind
   on conflict (tenant_id, person_id, topic_id, kind) do update set seq = excluded.seq, at = excluded.at
   returning person_id`,
);
/** A push that waits already is not put off. */
const makeDue = statement<never>(
  "reach.make-due",
  `update push_subscription p
      set due_at = least(p.due_at, n.due_at), is_urgent = true
     from unnest($2::uuid[], $3::timestamptz[]) as n (account_id, due_at)
    where p.tenant_id = $1 and p.account_id = n.account_id`,
);

type DueRow = {
  id: string;
  account_id: string;
  endpoint: string;
  is_urgent: boolean;
  attempts: number;
  zone: string;
};

/** Taken with a lease: a worker that dies leaves it to the next one. Only live sessions of people who are here. */
const takeDue = statement<DueRow>(
  "reach.take-due",
  `update push_subscription p set due_at = $3
    where p.tenant_id = $1 and p.id in (
      select d.id from push_subscription d
        join session s on s.tenant_id = $1 and s.id = d.session_id
        join account a on a.tenant_id = $1 and a.id = d.account_id
        join person n on n.tenant_id = $1 and n.id = d.account_id
       where d.tenant_id = $1 and d.due_at <= $2 and s.ended_at is null and s.expires_at > $2
         and a.disabled_at is null and (a.expires_at is null or a.expires_at > $2) and n.left_at is null
       order by d.due_at limit ${dueAtOnce} for update of d skip locked)
   returning p.id, p.account_id, p.endpoint, p.is_urgent, p.attempts,
     (select s.zone from session s where s.tenant_id = $1 and s.id = p.session_id) as zone`,
);
const forgetDue = statement<never>(
  "reach.forget-due",
  `update push_subscription set due_at = null, is_urgent = false, attempts = 0
    where tenant_id = $1 and id = $2 and due_at = $3`,
);
const forgetOld = statement<never>(
  "reach.forget-old-notifications",
  "delete from notification where tenant_id = $1 and at < $2",
);

/**
 * Wakes devices, behind the commit and beside everything else: it follows the stream of each municipality from a stored
 * position, at least once. A municipality where nobody has a subscription costs one small question in half a minute.
 */
export class PushWorker {
  readonly #options: PushWorkerOptions;
  readonly #stopped = new AbortController();
  #followed = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #working: Promise<void> | undefined;

  constructor(options: PushWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#working;
  }

  /** A subscription was made on this node. */
  follow(tenantId: string): void {
    this.#followed.add(tenantId);
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#look();
        for (const tenantId of this.#followed) {
          if (signal.aborted) return;
          await this.decide(tenantId);
          await this.sendDue(tenantId);
        }
      } catch (error) {
        this.#options.log.warn({ reason: String(error) }, "pushes wait, trying again");
      }
      await sleep(everyMilliseconds, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Finds out which municipalities have subscriptions, and removes what is over. */
  async #look(): Promise<void> {
    if (performance.now() - this.#lookedAt < lookForSubscriptions) return;
    this.#lookedAt = performance.now();
    const { database, clock } = this.#options;
    const followed = new Set<string>();
    const now = clock.now();
    for (const tenantId of await this.#options.listTenantIds()) {
      const found = await database.transaction(scopeOf(tenantId), async (tx) => {
        const row = await tx.first(hasSubscriptions, [tenantId]);
        if (!row?.found) return false;
        await tx.run(removeEnded, [tenantId, now]);
        await tx.run(forgetOld, [tenantId, new Date(now.getTime() - keptDays * 86_400_000)]);
        return true;
      });
      if (found) followed.add(tenantId);
    }
    this.#followed = followed;
  }

  /** Reads the stream from the stored position and decides who is to be woken; both move together. */
  async decide(tenantId: string): Promise<void> {
    const { database } = this.#options;
    for (;;) {
      const stored = await database.transaction(scopeOf(tenantId), (tx) =>
        tx.first(findPosition, [tenantId]),
      );
      const head = await findStreamHead(database, tenantId);
      if (!stored || !head || stored.position === head.position) return;
      // A restored backup began anew, or the log was cut: what lies between is told by the unread counters.
      const isLost = stored.position > head.position || stored.position < head.forgottenPosition;
      const events = isLost ? [] : await readStreamLog(database, tenantId, stored.position);
      const next = events.at(-1)?.position ?? head.position;
      if (!(await this.#decideOn(tenantId, stored.position, next, events))) return;
    }
  }

  /** False when another worker was faster. */
  async #decideOn(
    tenantId: string,
    from: number,
    to: number,
    events: Awaited<ReturnType<typeof readStreamLog>>,
  ): Promise<boolean> {
    const { database, clock, reaches } = this.#options;
    const now = clock.now();
    const followed = events.flatMap(({ position, type, topicId, personId, fields }) =>
      reaches.types.has(type)
        ? [{ position, type, topicId, personId, fields: JSON.parse(`{${fields}}`) }]
        : [],
    );
    return database.transaction(scopeOf(tenantId), async (tx) => {
      if ((await tx.run(movePosition, [tenantId, from, to])) === 0) return false;
      if (events.some((event) => event.effect === "end-session")) await tx.run(removeEnded, [tenantId, now]);
      if (followed.length === 0) return true;
      const subscribed = await tx.all(listSubscribed, [tenantId]);
      const reached = await reaches.listReached(
        tx,
        tenantId,
        followed,
        subscribed.map((row) => row.account_id),
      );
      if (reached.length === 0) return true;
      const told = await tx.all(writeNotifications, notificationValues(tenantId, reached, now));
      const personIds = [...new Set(told.map((row) => row.person_id))];
      const later = new Date(now.getTime() + graceSeconds * 1000);
      await tx.run(makeDue, [
        tenantId,
        personIds,
        personIds.map((id) => (this.#options.isActive(tenantId, id) ? later : now)),
      ]);
      return true;
    });
  }

  /** Sends what is due, a few at a time. */
  async sendDue(tenantId: string): Promise<void> {
    const { database, clock } = this.#options;
    for (;;) {
      const now = clock.now();
      const lease = new Date(now.getTime() + leaseSeconds * 1000);
      const due = await database.transaction(scopeOf(tenantId), (tx) =>
        tx.all(takeDue, [tenantId, now, lease]),
      );
      for (let from = 0; from < due.length; from += sentTogether)
        await Promise.all(
          due.slice(from, from + sentTogether).map((row) => this.#sendOne(tenantId, row, lease)),
        );
      if (due.length < dueAtOnce || this.#stopped.signal.aborted) return;
    }
  }

  async #sendOne(tenantId: string, row: DueRow, lease: Date): Promise<void> {
    const { database, clock, reaches, send, log } = this.#options;
    const isWanted = await database.transaction(scopeOf(tenantId), async (tx) => {
      if (await isAnythingNew(tx, reaches, tenantId, row.account_id, row.zone)) return true;
      await tx.run(forgetDue, [tenantId, row.id, lease]);
      return false;
    });
    if (!isWanted) return;
    const answer = await send(row.endpoint, { isUrgent: row.is_urgent, zone: row.zone });
    const fate = await rememberAnswer(database, clock, tenantId, row.id, answer, {
      lease,
      attempts: row.attempts,
    });
    if (fate !== "accepted")
      log.warn(
        { service: new URL(row.endpoint).host, status: answer.status, reason: answer.reason, fate },
        "push",
      );
  }
}

function notificationValues(tenantId: string, reached: readonly Reached[], at: Date): readonly unknown[] {
  return [
    tenantId,
    reached.map((one) => one.personId),
    reached.map((one) => one.topicId),
    reached.map((one) => one.kind),
    reached.map((one) => one.seq),
    at,
  ];
}
