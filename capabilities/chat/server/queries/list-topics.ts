import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { batchByKey } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { GatedTopic } from "#core/realtime/index.ts";
import { toTopic } from "../readable-rooms.ts";

type TopicRow = { person_id: string; id: string; kind: string; classification: string };

const roomsByPerson = statement<TopicRow>(
  "chat.rooms-by-person",
  `select rm.person_id, r.id, r.kind, r.classification
     from room_member rm
     join room r on r.tenant_id = $1 and r.id = rm.room_id
    where rm.tenant_id = $1 and rm.person_id = any($2::uuid[])`,
);

/** The rooms that a person's connections may be subscribed to; many people are read at once. */
export function makeListTopics(
  database: Database,
): (tenantId: string, personId: string) => Promise<readonly GatedTopic[]> {
  return batchByKey<string, readonly GatedTopic[]>({
    maxBatch: 500,
    run: async (tenantId, personIds) => {
      const [rows] = await database.pipeline<[TopicRow[]]>(scopeOf(tenantId), (tx) => [
        tx.all(roomsByPerson, [tenantId, [...new Set(personIds)]]),
      ]);
      const byPerson = Map.groupBy(rows, (row) => row.person_id);
      return personIds.map((id) => byPerson.get(id)?.map(toTopic) ?? []);
    },
  });
}

const roommates = statement<{ person_id: string }>(
  "chat.roommates",
  `select distinct o.person_id from room_member me
     join room_member o on o.tenant_id = $1 and o.room_id = me.room_id
    where me.tenant_id = $1 and me.person_id = $2`,
);

/** Everybody who shares a room with the actor: whom a guest may see. */
export async function listRoommates(tx: Transaction, actor: Actor): Promise<string[]> {
  const rows = await tx.all(roommates, [actor.tenantId, actor.personId]);
  return rows.map((row) => row.person_id);
}
