import type { CrossingStock, RoomGroup } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";

type GroupRow = {
  kind: string;
  classification: string;
  id: string | null;
  room_count: number;
  names: string[];
};

/** How many names of a group are told; of more, the number says how many they are. */
const namesTold = 50;

// Of closed groups and direct rooms nobody outside is told even the name.
const roomGroups = statement<GroupRow>(
  "chat.room-groups",
  `select r.kind, r.classification, case when r.id = any($2::uuid[]) then r.id end as id, count(*)::int as room_count,
          coalesce((array_agg(r.name order by r.kana, r.name)
                      filter (where r.kind in ('section', 'municipality') or r.visibility = 'public'))[1:${namesTold}],
                   '{}') as names
     from room r where r.tenant_id = $1
    group by 1, 2, 3
    order by 1, 2, 3`,
);

const roomClasses = statement<{ id: string; kind: string; classification: string }>(
  "chat.room-classes",
  "select id, kind, classification from room where tenant_id = $1 and id = any($2::uuid[])",
);

/** Kind and class of rooms by id. */
export async function findRoomClasses(
  tx: Transaction,
  tenantId: string,
  roomIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<RoomGroup, "kind" | "classification">>> {
  const rows = await tx.all(roomClasses, [tenantId, roomIds]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        kind: row.kind as RoomGroup["kind"],
        classification: row.classification as RoomGroup["classification"],
      },
    ]),
  );
}

/** Rooms alike in kind and class, those that rules name apart. */
export const listRoomGroups: CrossingStock["listRoomGroups"] = async (tx, tenantId, named) => {
  const rows = await tx.all(roomGroups, [tenantId, named]);
  return rows.map((row) => ({
    kind: row.kind as "group",
    classification: row.classification as "2",
    id: row.id,
    roomCount: row.room_count,
    names: row.names,
  }));
};
