/** What every change of who is in a room does, for one person or five thousand: each step is one statement. */
import { statement, type Transaction } from "#core/db/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { chatEvents, membersToldSingly } from "../../contract.ts";
import { listMembersOf } from "../queries/list-members.ts";
import { listRoomItems, type Membership } from "../queries/room-items.ts";

export type Counts = { memberCount: number; guestCount: number };

// FOR NO KEY UPDATE, the same lock that a send takes: who is a member is decided in one order with what is sent. By the
// rooms' ids, as sends lock them.
const lockCounters = statement<{ room_id: string; last_seq: number }>(
  "chat.lock-counters",
  `select room_id, last_seq from room_counter
    where tenant_id = $1 and room_id = any($2::uuid[]) order by room_id for no key update`,
);

/** Locks rooms against sends and other changes of members; gives each room's last seq. */
export async function lockRooms(
  tx: Transaction,
  tenantId: string,
  roomIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.all(lockCounters, [tenantId, roomIds]);
  return new Map(rows.map((row) => [row.room_id, row.last_seq]));
}

// A new member starts read up to now. Somebody invited who now belongs to the section becomes one who follows it.
const insertMembers = statement<{ room_id: string; person_id: string; is_new: boolean }>(
  "chat.insert-memberships",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at, is_automatic)
   select $1, x.room_id, x.person_id, 'member', c.last_seq, $4, $5
     from unnest($2::uuid[], $3::uuid[]) as x (room_id, person_id)
     join room_counter c on c.tenant_id = $1 and c.room_id = x.room_id
    order by x.room_id, x.person_id
   on conflict (tenant_id, room_id, person_id)
      do update set is_automatic = true where excluded.is_automatic and not room_member.is_automatic
   returning room_id, person_id, xmax = 0 as is_new`,
);

/** Makes members, or members by hand into automatic ones; gives those who are other than before. */
export async function insertMemberships(
  tx: Transaction,
  tenantId: string,
  memberships: readonly Membership[],
  { isAutomatic, at }: { isAutomatic: boolean; at: Date },
): Promise<(Membership & { isNew: boolean })[]> {
  if (memberships.length === 0) return [];
  const rows = await tx.all(insertMembers, [
    tenantId,
    memberships.map(({ roomId }) => roomId),
    memberships.map(({ personId }) => personId),
    at,
    isAutomatic,
  ]);
  return rows.map((row) => ({ roomId: row.room_id, personId: row.person_id, isNew: row.is_new }));
}

const deleteMembers = statement<{ room_id: string; person_id: string }>(
  "chat.delete-memberships",
  `delete from room_member m using unnest($2::uuid[], $3::uuid[]) as x (room_id, person_id)
    where m.tenant_id = $1 and m.room_id = x.room_id and m.person_id = x.person_id
   returning m.room_id, m.person_id`,
);

/** Ends memberships; gives those that there were. */
export async function deleteMemberships(
  tx: Transaction,
  tenantId: string,
  memberships: readonly Membership[],
): Promise<Membership[]> {
  if (memberships.length === 0) return [];
  const rows = await tx.all(deleteMembers, [
    tenantId,
    memberships.map(({ roomId }) => roomId),
    memberships.map(({ personId }) => personId),
  ]);
  return rows.map((row) => ({ roomId: row.room_id, personId: row.person_id }));
}

const recount = statement<{ room_id: string; member_count: number; guest_count: number }>(
  "chat.recount-members",
  `update room_counter c set member_count = n.members, guest_count = n.guests
     from (select x.room_id, count(p.id)::int as members, (count(p.id) filter (where p.kind = 'guest'))::int as guests
             from unnest($2::uuid[]) as x (room_id)
             left join room_member m on m.tenant_id = $1 and m.room_id = x.room_id
             left join person p on p.tenant_id = $1 and p.id = m.person_id
            group by x.room_id) n
    where c.tenant_id = $1 and c.room_id = n.room_id
   returning c.room_id, c.member_count, c.guest_count`,
);

/** Counts the members of locked rooms anew. */
export async function recountMembers(
  tx: Transaction,
  tenantId: string,
  roomIds: readonly string[],
): Promise<Map<string, Counts>> {
  const rows = await tx.all(recount, [tenantId, roomIds]);
  return new Map(
    rows.map((row) => [row.room_id, { memberCount: row.member_count, guestCount: row.guest_count }]),
  );
}

/**
 * The events of members who came and went, in rooms whose counts are those after it. Who is in the room is told each
 * change, or of many at once only that the list is another; who came gets the room as it looks now.
 *
 * @param untold rooms that nobody knew before: their members are told of the room alone
 */
export async function membershipEvents(
  tx: Transaction,
  tenantId: string,
  change: { came: readonly Membership[]; went: readonly Membership[]; untold?: ReadonlySet<string> },
  countsOf: ReadonlyMap<string, Counts>,
): Promise<OutgoingEvent[]> {
  const { came, went, untold } = change;
  const rooms = await listRoomItems(tx, tenantId, came);
  const changesOf = Map.groupBy([...came, ...went], ({ roomId }) => roomId);
  const isSingle = ({ roomId }: Membership) =>
    !untold?.has(roomId) && (changesOf.get(roomId)?.length ?? 0) <= membersToldSingly;
  const members = await listMembersOf(tx, tenantId, came.filter(isSingle));
  const events: OutgoingEvent[] = [];
  for (const { roomId, personId } of went)
    events.push(
      event(chatEvents, "room.left", { kind: "unsubscribe", personId, topicId: roomId }, { roomId }),
    );
  for (const [roomId, changes] of changesOf) {
    const counts = countsOf.get(roomId);
    if (untold?.has(roomId) || !counts || changes.length <= membersToldSingly) continue;
    events.push(event(chatEvents, "members.changed", { kind: "topic", topicId: roomId }, { roomId, counts }));
  }
  for (const { roomId, personId } of went.filter(isSingle))
    events.push(
      event(
        chatEvents,
        "member.removed",
        { kind: "topic", topicId: roomId },
        { roomId, personId, ...countsOf.get(roomId)! },
      ),
    );
  for (const { roomId, member } of members)
    events.push(
      event(
        chatEvents,
        "member.added",
        { kind: "topic", topicId: roomId },
        { roomId, member, ...countsOf.get(roomId)! },
      ),
    );
  for (const { roomId, personId, room } of rooms)
    events.push(event(chatEvents, "room.joined", { kind: "subscribe", personId, topicId: roomId }, { room }));
  return events;
}
