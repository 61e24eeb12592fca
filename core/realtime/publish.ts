import type { z } from "zod";
import { statement, type Transaction } from "#core/db/index.ts";

/**
 * Who gets an event. `topic`: everybody subscribed to it (a room is a topic). `person`: all connections of one person.
 * `subscribe` and `unsubscribe` go to the person too and change, at this very place of the order, what the person's
 * connections receive. `end-session` goes to the person and closes that session's connections after it. `watched` goes
 * to the person, and beside the stream to whoever has the person on the screen. `withdraw` goes to a topic and takes words
 * back that were told there before: who replays those events later gets them without (see withdrawals.ts). `rights` goes
 * to a topic and changes who may have it, or to the municipality's own topic and changes what may be had at all: sessions
 * for whom something is other than before start afresh (see gates.ts).
 */
export type Audience =
  | { kind: "topic" | "withdraw" | "rights"; topicId: string }
  | { kind: "person"; personId: string }
  | { kind: "subscribe" | "unsubscribe"; personId: string; topicId: string }
  | { kind: "end-session"; personId: string; sessionId: string }
  | { kind: "watched"; personId: string };

export type OutgoingEvent = { type: string; audience: Audience; fields: object };

/** The event of a contract with its audience. The schema gives the type; tests check the fields against it. */
export function event<Events extends Record<string, z.ZodType>, Name extends keyof Events & string>(
  _contract: Events,
  type: Name,
  audience: Audience,
  fields: z.infer<Events[Name]>,
): OutgoingEvent {
  return { type, audience, fields: fields as object };
}

/** The columns of `outbox` that say who gets an event. */
export function audienceColumns(audience: Audience): {
  topicId: string | null;
  personId: string | null;
  effect: string | null;
} {
  switch (audience.kind) {
    case "topic":
      return { topicId: audience.topicId, personId: null, effect: null };
    case "withdraw":
    case "rights":
      return { topicId: audience.topicId, personId: null, effect: audience.kind };
    case "person":
      return { topicId: null, personId: audience.personId, effect: null };
    case "end-session":
      return { topicId: audience.sessionId, personId: audience.personId, effect: "end-session" };
    case "watched":
      return { topicId: audience.personId, personId: audience.personId, effect: "tell-watchers" };
    default:
      return { topicId: audience.topicId, personId: audience.personId, effect: audience.kind };
  }
}

const insertEvents = statement<never>(
  "realtime.insert-events",
  `insert into outbox (tenant_id, type, topic_id, person_id, effect, fields, published_at)
   select $1, e.type, e.topic_id, e.person_id, e.effect, e.fields, $7
     from unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])
          with ordinality as e (type, topic_id, person_id, effect, fields, place)
    order by e.place`,
);

/**
 * Puts events into the outbox, in the transaction of the action that caused them and after all its locks, in this
 * order. Only files under `actions/` may import it (checked). The sealer gives them their positions behind the commit.
 */
export async function publish(tx: Transaction, at: Date, events: readonly OutgoingEvent[]): Promise<void> {
  if (tx.scope.kind !== "municipality") throw new Error("events belong to a municipality");
  if (events.length === 0) return;
  const columns = events.map((outgoing) => audienceColumns(outgoing.audience));
  tx.announce();
  await tx.run(insertEvents, [
    tx.scope.tenantId,
    events.map((outgoing) => outgoing.type),
    columns.map((column) => column.topicId),
    columns.map((column) => column.personId),
    columns.map((column) => column.effect),
    events.map((outgoing) => JSON.stringify(outgoing.fields).slice(1, -1)),
    at,
  ]);
}
