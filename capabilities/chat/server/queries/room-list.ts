import { statement } from "#core/db/index.ts";
import { emptyRoomList, RoomList } from "../../contract.ts";

export type RoomListRow = { person_id: string; version: number; arrangement: unknown };

// FOR NO KEY UPDATE: two devices of one person that arrange at once come one after the other.
export const lockRoomList = statement<RoomListRow>(
  "chat.lock-room-list",
  "select person_id, version, arrangement from room_list where tenant_id = $1 and person_id = $2 for no key update",
);

/** The list as it was stored; parts that this version does not know are left out. */
export function toRoomList(row: RoomListRow): RoomList {
  const stored = RoomList.omit({ version: true }).safeParse(row.arrangement);
  return { ...emptyRoomList, ...stored.data, version: row.version };
}
