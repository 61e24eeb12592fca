import type { Classification, CrossingStock } from "#core/crossing/index.ts";
import { statement } from "#core/db/index.ts";
import { searchKey } from "#shared/text.ts";
import type { RoomKind } from "../../contract.ts";
import { knownRoomPredicate } from "../policy.ts";

const namedRooms = statement<{ id: string; name: string; kind: string; classification: string }>(
  "chat.named-rooms",
  `select r.id, r.name, r.kind, r.classification
     from room r
     left join room_member rm on rm.tenant_id = $1 and rm.room_id = r.id and rm.person_id = $2
    where r.tenant_id = $1 and ${knownRoomPredicate} and ($3 = '' or strpos(r.search_key, $3) > 0)
      and ($4::uuid[] is null or r.id = any($4))
    order by r.archived_at is not null, r.kana, r.name, r.id limit $5`,
);

/** Rooms by part of their name, reading or purpose, or by id: no more than the actor may know of. */
export const listNamedRooms: NonNullable<CrossingStock["listNamedRooms"]> = async (tx, actor, wanted) => {
  const { tenantId, personId } = actor;
  const rows = await tx.all(
    namedRooms,
    "ids" in wanted
      ? [tenantId, personId, "", wanted.ids, null]
      : [tenantId, personId, searchKey(wanted.q), null, wanted.limit],
  );
  return rows.map(({ id, name, kind, classification }) => ({
    id,
    name,
    kind: kind as RoomKind,
    classification: classification as Classification,
  }));
};
