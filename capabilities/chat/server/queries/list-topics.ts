import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, Batcher, batcherByKey } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";

const roomsByPerson = statement<{ person_id: string; room_id: string }>(
  "chat.rooms-by-person",
  "select person_id, room_id from room_member where tenant_id = $1 and person_id = any($2::uuid[])",
);

/** The rooms that a person's connections are subscribed to; many people are read at once. */
export function makeListTopics(
  database: Database,
): (tenantId: string, personId: string) => Promise<readonly string[]> {
  const batcherOf = batcherByKey(
    (tenantId: string) =>
      new Batcher<string, readonly string[]>({
        maxBatch: 500,
        maxWaiting: 20_000,
        onFull: () => new AppError("service-unavailable"),
        run: async (personIds) => {
          const [rows] = await database.pipeline<[{ person_id: string; room_id: string }[]]>(
            scopeOf(tenantId),
            (tx) => [tx.all(roomsByPerson, [tenantId, [...new Set(personIds)]])],
          );
          const byPerson = Map.groupBy(rows, (row) => row.person_id);
          return personIds.map((id) => byPerson.get(id)?.map((row) => row.room_id) ?? []);
        },
      }),
  );
  return (tenantId, personId) => batcherOf(tenantId).add(personId);
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
