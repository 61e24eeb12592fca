import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, batchByKey } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import {
  emptyRoomList,
  type RoomItem,
  type RoomList,
  type RoomsPage,
  type RoomsQuery,
} from "../../contract.ts";
import { roomRules } from "../policy.ts";
import { type RoomItemRow, roomItemsOf, toRoomItem } from "./room-items.ts";
import { type RoomListRow, toRoomList } from "./room-list.ts";

const roomsOfMembers = statement<RoomItemRow>(
  "chat.rooms-of-members",
  `${roomItemsOf("room_member rm")}
    where rm.tenant_id = $1 and rm.person_id = any($2::uuid[])
    order by rm.room_id`,
);

const listsOfMembers = statement<RoomListRow>(
  "chat.room-lists-of-members",
  "select person_id, version, arrangement from room_list where tenant_id = $1 and person_id = any($2::uuid[])",
);

const headPosition = statement<{ position: number }>(
  "chat.head-position",
  "select position from stream_head where tenant_id = $1",
);

type Listed = { rooms: RoomItem[]; list: RoomList; position: number };

/** The rooms of an account with their counters, and the position of the stream to which they belong. */
export type ListRooms = (actor: Actor, query: RoomsQuery) => Promise<RoomsPage>;

/** When many clients come back together, their lists are read together. */
export function makeListRooms(database: Database): ListRooms {
  const readWithOthers = batchByKey<string, Listed>({
    maxBatch: 100,
    run: (tenantId, personIds) => readRooms(database, tenantId, personIds),
  });
  return async (actor, query) => {
    if (query.cursor !== undefined && !isId(query.cursor)) throw new AppError("invalid-cursor");
    const { rooms, list, position } = await readWithOthers(actor.tenantId, actor.personId);
    noteDecision(actor, roomRules.memberReads);
    const from = query.cursor === undefined ? 0 : rooms.findIndex((room) => room.id > query.cursor!);
    const items = from < 0 ? [] : rooms.slice(from, from + query.limit);
    const last = items.at(-1);
    const hasMore = last !== undefined && last !== rooms.at(-1);
    return { items, next: hasMore ? last.id : null, position, list };
  };
}

async function readRooms(
  database: Database,
  tenantId: string,
  personIds: readonly string[],
): Promise<Listed[]> {
  const people = [...new Set(personIds)];
  const [rows, lists, head] = await database.pipeline<
    [RoomItemRow[], RoomListRow[], { position: number } | undefined]
  >(
    scopeOf(tenantId),
    (tx) => [
      tx.all(roomsOfMembers, [tenantId, people]),
      tx.all(listsOfMembers, [tenantId, people]),
      tx.first(headPosition, [tenantId]),
    ],
    { mode: "snapshot" },
  );
  const byMember = new Map<string, RoomItem[]>();
  for (const row of rows) {
    const rooms = byMember.get(row.member_id);
    if (rooms) rooms.push(toRoomItem(row));
    else byMember.set(row.member_id, [toRoomItem(row)]);
  }
  const listOf = new Map(lists.map((row) => [row.person_id, toRoomList(row)]));
  return personIds.map((id) => ({
    rooms: byMember.get(id) ?? [],
    list: listOf.get(id) ?? emptyRoomList,
    position: head?.position ?? 0,
  }));
}
