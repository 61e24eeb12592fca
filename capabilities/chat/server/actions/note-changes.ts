import { statement, type Transaction } from "#core/db/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { chatEvents, namedInChange, type RoomChange } from "../../contract.ts";

/** What is known of a change before it is written. */
export type NewChange = Pick<RoomChange, "kind" | "actorId"> & {
  roomId: string;
  /** The last message of the room, under its lock. */
  afterSeq: number;
  personIds?: readonly string[];
  from?: string | null;
  to?: string | null;
};

const insertChanges = statement<never>(
  "chat.insert-room-changes",
  `insert into room_change (tenant_id, room_id, id, after_seq, at, kind, actor_id, person_ids, person_count, value_before,
                            value_after)
   select $1, x.room_id, x.id, x.after_seq, $2, x.kind, x.actor_id, string_to_array(x.person_ids, ',')::uuid[],
          x.person_count, x.value_before, x.value_after
     from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::uuid[], $8::text[], $9::int[], $10::text[],
                 $11::text[])
          as x (room_id, id, after_seq, kind, actor_id, person_ids, person_count, value_before, value_after)`,
);

/**
 * Writes lines that stand between a room's messages; the caller holds the rooms' locks and publishes the events that
 * this returns behind its others.
 */
export async function noteChanges(
  tx: Transaction,
  tenantId: string,
  at: Date,
  changes: readonly NewChange[],
): Promise<OutgoingEvent[]> {
  if (changes.length === 0) return [];
  const lines = changes.map(({ roomId, personIds = [], from = null, to = null, ...change }) => ({
    roomId,
    change: {
      ...change,
      id: newId(at.getTime()),
      at: at.toISOString(),
      personIds: personIds.slice(0, namedInChange),
      personCount: personIds.length,
      from,
      to,
    } satisfies RoomChange,
  }));
  await tx.run(insertChanges, [
    tenantId,
    at,
    lines.map(({ roomId }) => roomId),
    lines.map(({ change }) => change.id),
    lines.map(({ change }) => change.afterSeq),
    lines.map(({ change }) => change.kind),
    lines.map(({ change }) => change.actorId),
    lines.map(({ change }) => change.personIds.join(",")),
    lines.map(({ change }) => change.personCount),
    lines.map(({ change }) => change.from),
    lines.map(({ change }) => change.to),
  ]);
  return lines.map(({ roomId, change }) =>
    event(chatEvents, "room.noted", { kind: "topic", topicId: roomId }, { roomId, change }),
  );
}
