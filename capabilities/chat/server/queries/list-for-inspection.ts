import { statement, type Transaction } from "#core/db/index.ts";

export type InspectedRow = {
  id: string;
  seq: number;
  senderId: string;
  operatorId: string | null;
  body: string;
  sentAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
};

const messagesBefore = statement<InspectedRow>(
  "chat.inspect-messages",
  `select id, seq, sender_id as "senderId", operator_id as "operatorId", body, sent_at as "sentAt",
          edited_at as "editedAt", deleted_at as "deletedAt"
     from message where tenant_id = $1 and room_id = $2 and ($3::bigint is null or seq < $3)
    order by seq desc limit $4`,
);

/**
 * A page of a room for somebody who is no member, ascending. Whoever calls it has decided that and recorded it; beside
 * `unsafeListForRecord` nothing in Chonai reads a room without asking for its members.
 */
export async function unsafeListForInspection(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  page: { before: number | undefined; limit: number },
): Promise<InspectedRow[]> {
  const rows = await tx.all(messagesBefore, [tenantId, roomId, page.before ?? null, page.limit]);
  return rows.reverse();
}

export type FoundRoom = { id: string; name: string | null; kind: string; memberCount: number };

const findByMember = statement<FoundRoom>(
  "chat.inspect-rooms-of-member",
  `select r.id, r.name, r.kind, c.member_count as "memberCount"
     from room_member m
     join room r on r.tenant_id = m.tenant_id and r.id = m.room_id
     join room_counter c on c.tenant_id = r.tenant_id and c.room_id = r.id
    where m.tenant_id = $1 and m.person_id = $2 order by r.name nulls last, r.id limit 500`,
);

/** The rooms of a person, closed and direct ones too, without anything of what is in them. */
export function unsafeListRoomsOf(tx: Transaction, tenantId: string, personId: string): Promise<FoundRoom[]> {
  return tx.all(findByMember, [tenantId, personId]);
}
