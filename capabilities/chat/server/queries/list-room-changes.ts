import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { RoomChange, RoomChangeKind, RoomChangesPage, RoomChangesQuery } from "../../contract.ts";
import { decideReadRoom, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";

export type RoomChangeRow = {
  id: string;
  after_seq: number;
  at: Date;
  kind: string;
  actor_id: string | null;
  person_ids: string[];
  person_count: number;
  value_before: string | null;
  value_after: string | null;
};

const newestChanges = statement<RoomChangeRow>(
  "chat.newest-room-changes",
  `select x.id, x.after_seq, x.at, x.kind, x.actor_id, x.person_ids, x.person_count, x.value_before, x.value_after
     from room_change x
    where x.tenant_id = $1 and x.room_id = $2 and ${readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2")}
      and ($4::bigint is null or x.after_seq < $4)
    order by x.id desc limit $5`,
);

/** What was done to a room: the newest changes, oldest first. */
export async function listRoomChanges(
  database: Database,
  actor: Actor,
  roomId: string,
  query: RoomChangesQuery,
): Promise<RoomChangesPage> {
  if (!isId(roomId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [facts, rows] = await Promise.all([
      findRoomFacts(tx, ...key),
      tx.all(newestChanges, [...key, query.before ?? null, query.limit + 1]),
    ]);
    assertAllowed(actor, decideReadRoom(facts));
    const items = rows.slice(0, query.limit).reverse().map(toRoomChange);
    return { items, hasBefore: rows.length > query.limit };
  });
}

export function toRoomChange(row: RoomChangeRow): RoomChange {
  return {
    id: row.id,
    afterSeq: row.after_seq,
    at: row.at.toISOString(),
    kind: row.kind as RoomChangeKind,
    actorId: row.actor_id,
    personIds: row.person_ids,
    personCount: row.person_count,
    from: row.value_before,
    to: row.value_after,
  };
}
