import { statement, type Transaction } from "#core/db/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { noteChanges } from "./note-changes.ts";

const lockCounters = statement<{ room_id: string; last_seq: number }>(
  "chat.lock-counters-of-inspection",
  `select room_id, last_seq from room_counter where tenant_id = $1 and room_id = any($2::uuid[])
    order by room_id for no key update`,
);

/**
 * Tells the members of rooms that somebody who is no member could read them, between which moments and on whose request.
 * The caller publishes what this returns.
 */
export async function noteInspection(
  tx: Transaction,
  tenantId: string,
  now: Date,
  told: { roomIds: readonly string[]; requestedBy: string; from: string; to: string },
): Promise<OutgoingEvent[]> {
  const counters = await tx.all(lockCounters, [tenantId, told.roomIds]);
  return noteChanges(
    tx,
    tenantId,
    now,
    counters.map((counter) => ({
      roomId: counter.room_id,
      afterSeq: counter.last_seq,
      kind: "inspected" as const,
      actorId: told.requestedBy,
      from: told.from,
      to: told.to,
    })),
  );
}
