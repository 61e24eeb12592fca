import { statement, type Transaction } from "#core/db/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { chatEvents, membersToldSingly } from "../../contract.ts";
import { listMembersOf } from "../queries/list-members.ts";

const roomsOfPeople = statement<{ room_id: string; person_id: string }>(
  "chat.rooms-of-people",
  `select room_id, person_id from room_member
    where tenant_id = $1 and person_id = any($2::uuid[]) order by room_id, person_id`,
);

/**
 * The events by which every room learns that some of its people have another name, section or post: who they are now, or
 * of many at once that the list is another. They say nothing of who came or went, so that no room has to be locked.
 *
 * @param untold rooms that nobody knew before
 */
export async function descriptionEvents(
  tx: Transaction,
  tenantId: string,
  personIds: readonly string[],
  untold: ReadonlySet<string>,
): Promise<OutgoingEvent[]> {
  if (personIds.length === 0) return [];
  const rows = (await tx.all(roomsOfPeople, [tenantId, personIds])).filter((row) => !untold.has(row.room_id));
  const byRoom = Map.groupBy(rows, (row) => row.room_id);
  const isFew = (roomId: string) => byRoom.get(roomId)!.length <= membersToldSingly;
  const few = rows
    .filter((row) => isFew(row.room_id))
    .map((row) => ({ roomId: row.room_id, personId: row.person_id }));
  const members = Map.groupBy(await listMembersOf(tx, tenantId, few), ({ roomId }) => roomId);
  return [...byRoom.keys()].map((roomId) => {
    const audience = { kind: "topic", topicId: roomId } as const;
    if (!isFew(roomId)) return event(chatEvents, "members.changed", audience, { roomId });
    const people = (members.get(roomId) ?? []).map(({ member: { person, sectionOrder, postRank } }) => ({
      person,
      sectionOrder,
      postRank,
    }));
    return event(chatEvents, "members.described", audience, { roomId, people });
  });
}
