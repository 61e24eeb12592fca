import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { SealedEvent } from "./seal-stream.ts";

/**
 * What a capability says about words that are taken back: the log keeps every event as it was published, so whoever
 * replays it later is given such an event without its words. The event that takes them back has the effect `withdraw`;
 * what it is about has to be in the same topic.
 */
export type Withdrawals = {
  /** Types of events whose words may be taken back later. */
  types: ReadonlySet<string>;
  /** What of its topic an event is about, in events of these types as in those that take back; undefined for nothing. */
  subjectOf(type: string, fields: object): number | undefined;
  /** The fields of an event of these types as they are told after `withdrawal`, the fields of the event that took back. */
  emptied(type: string, fields: object, withdrawal: object): object;
};

/** Words of one topic that were taken back. */
export type Withdrawn = { topicId: string; subject: number; fields: object };

/** What an event takes back; undefined when it takes nothing back. */
export function withdrawnBy(withdrawals: Withdrawals, event: SealedEvent): Withdrawn | undefined {
  if (event.effect !== "withdraw" || event.topicId === null) return undefined;
  const fields = parse(event.fields);
  const subject = withdrawals.subjectOf(event.type, fields);
  return subject === undefined ? undefined : { topicId: event.topicId, subject, fields };
}

/** An event as it is told once `withdrawn` was taken back: the same one when it is about something else. */
export function withoutWords<Event extends SealedEvent>(
  withdrawals: Withdrawals,
  event: Event,
  withdrawn: Withdrawn,
): Event {
  const { topicId, subject } = withdrawn;
  if (event.topicId !== topicId || !withdrawals.types.has(event.type)) return event;
  // Nearly all events of a room are about something else, and looking is much less work than parsing.
  if (!event.fields.includes(String(subject))) return event;
  const fields = parse(event.fields);
  if (withdrawals.subjectOf(event.type, fields) !== subject) return event;
  const emptied = withdrawals.emptied(event.type, fields, withdrawn.fields);
  return { ...event, fields: JSON.stringify(emptied).slice(1, -1) };
}

const findWithdrawing = statement<{ type: string; topic_id: string; fields: string }>(
  "realtime.find-withdrawing",
  `select type, topic_id, fields from outbox
    where tenant_id = $1 and effect = 'withdraw' and topic_id = any($2::uuid[])`,
);

/** A page of the log without what was taken back by now, also behind the page. */
export async function emptyWithdrawn(
  database: Database,
  tenantId: string,
  withdrawals: Withdrawals,
  events: readonly SealedEvent[],
): Promise<SealedEvent[]> {
  const topics = new Set(
    events.flatMap(({ type, topicId }) => (withdrawals.types.has(type) ? (topicId ?? []) : [])),
  );
  if (topics.size === 0) return [...events];
  const rows = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(findWithdrawing, [tenantId, [...topics]]),
  );
  const byTopic = new Map<string, Map<number, Withdrawn>>();
  for (const row of rows) {
    const fields = parse(row.fields);
    const subject = withdrawals.subjectOf(row.type, fields);
    if (subject === undefined) continue;
    const inTopic = byTopic.get(row.topic_id) ?? new Map<number, Withdrawn>();
    byTopic.set(row.topic_id, inTopic.set(subject, { topicId: row.topic_id, subject, fields }));
  }
  return events.map((event) => {
    const inTopic = event.topicId !== null && withdrawals.types.has(event.type) && byTopic.get(event.topicId);
    const subject = inTopic ? withdrawals.subjectOf(event.type, parse(event.fields)) : undefined;
    const withdrawn = inTopic && subject !== undefined ? inTopic.get(subject) : undefined;
    return withdrawn ? withoutWords(withdrawals, event, withdrawn) : event;
  });
}

function parse(fields: string): object {
  return JSON.parse(`{${fields}}`) as object;
}
