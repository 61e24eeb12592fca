import { statement, type Transaction } from "#core/db/index.ts";
import type { InspectedRow } from "./list-for-inspection.ts";

export type RecordedRow = InspectedRow & {
  replyTo: number | null;
  threadSeq: number | null;
  deletedBy: string | null;
  deleteReason: string | null;
  /** Earlier texts, the first first; empty for a message that was deleted. */
  versions: { version: number; body: string; writtenAt: string }[];
};

const messagesAfter = statement<RecordedRow>(
  "chat.list-for-record",
  `select m.id, m.seq, m.sender_id as "senderId", m.operator_id as "operatorId", m.body, m.sent_at as "sentAt",
          m.reply_to as "replyTo", m.thread_seq as "threadSeq", m.edited_at as "editedAt", m.deleted_at as "deletedAt",
          m.deleted_by as "deletedBy", m.delete_reason as "deleteReason",
          case when m.edited_at is null then '[]'::json else coalesce((
            select json_agg(json_build_object('version', v.version, 'body', v.body, 'writtenAt', v.written_at) order by v.version)
              from message_version v where v.tenant_id = $1 and v.room_id = $2 and v.seq = m.seq), '[]'::json) end as versions
     from message m where m.tenant_id = $1 and m.room_id = $2 and m.seq > $3 and m.seq <= $4 order by m.seq limit $5`,
);
const membersOf = statement<{ personId: string; role: string; joinedAt: Date }>(
  "chat.list-members-for-record",
  `select person_id as "personId", role, joined_at as "joinedAt" from room_member
    where tenant_id = $1 and room_id = $2 order by joined_at, person_id`,
);
const findLast = statement<{ last_seq: number }>(
  "chat.find-last-for-record",
  "select last_seq from room_counter where tenant_id = $1 and room_id = $2",
);

/**
 * A page of a room for its official record, ascending. Whoever calls it has the consent of two persons and has recorded it.
 */
export function unsafeListForRecord(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  page: { after: number; upTo: number; limit: number },
): Promise<RecordedRow[]> {
  return tx.all(messagesAfter, [tenantId, roomId, page.after, page.upTo, page.limit]);
}

/** Who is in a room now, and its last message's number, for its official record. */
export async function unsafeDescribeForRecord(tx: Transaction, tenantId: string, roomId: string) {
  const [members, last] = await Promise.all([
    tx.all(membersOf, [tenantId, roomId]),
    tx.first(findLast, [tenantId, roomId]),
  ]);
  return { members, lastSeq: last?.last_seq ?? 0 };
}
