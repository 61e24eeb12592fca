import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { RoomList } from "../../contract.ts";

const insertLists = statement<never>(
  "chat.import-room-lists",
  `insert into room_list (tenant_id, person_id, version, arrangement)
   select $1, x.person_id, 1, x.arrangement::jsonb from unnest($2::uuid[], $3::text[]) as x (person_id, arrangement)
   on conflict (tenant_id, person_id) do nothing`,
);

export type ImportedRoomList = { personId: string } & Omit<RoomList, "version">;

/** How people have arranged their lists of rooms elsewhere; whoever has arranged one here keeps it. */
export async function importRoomLists(
  database: Database,
  tenantId: string,
  lists: readonly ImportedRoomList[],
): Promise<void> {
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(insertLists, [
      tenantId,
      lists.map(({ personId }) => personId),
      lists.map(({ personId: _, ...arrangement }) => JSON.stringify(arrangement)),
    ]),
  );
}
