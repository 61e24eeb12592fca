/**
 * Whom the chat's events are for: the other side of a direct room, and who is mentioned. Who has muted a room is told
 * nothing of it, who wants mentions alone nothing else.
 */
import { statement, type Transaction } from "#core/db/index.ts";
import type { Described, FollowedEvent, Reached, Reaches } from "#core/reach/index.ts";
import type { ChatEvents } from "../contract.ts";

type ReachedRow = { person_id: string; room_id: string; seq: number; kind: string };

const listReachedBySends = statement<ReachedRow>(
  "chat.list-reached-by-sends",
  `select m.person_id, e.room_id, e.seq, case when r.kind = 'direct' then 'direct' else 'mention' end as kind
     from unnest($2::uuid[], $3::bigint[], $4::uuid[]) as e (room_id, seq, sender_id)
     join room r on r.tenant_id = $1 and r.id = e.room_id and r.archived_at is null
     join room_member m on m.tenant_id = $1 and m.room_id = e.room_id and m.person_id = any($5::uuid[])
    where m.person_id <> e.sender_id and m.notify <> 'none'
      and ((r.kind = 'direct' and m.notify = 'all')
           or exists (select from message_mention mm
                       where mm.tenant_id = $1 and mm.person_id = m.person_id and mm.room_id = e.room_id and mm.seq = e.seq))`,
);

type DescribedRow = {
  room_id: string;
  kind: string;
  seq: number;
  room_name: string | null;
  sender_name: string;
  excerpt: string;
};

/** Rights and reading are those of now: no member any more, or read up to there, and nothing is told. */
const describeUnread = statement<DescribedRow>(
  "chat.describe-unread",
  `select n.room_id, n.kind, n.seq, r.name as room_name, p.name as sender_name, left(m.body, 120) as excerpt
     from unnest($3::uuid[], $4::text[], $5::bigint[]) as n (room_id, kind, seq)
     join room_member rm on rm.tenant_id = $1 and rm.room_id = n.room_id and rm.person_id = $2
     join room r on r.tenant_id = $1 and r.id = n.room_id
     join message m on m.tenant_id = $1 and m.room_id = n.room_id and m.seq = n.seq and m.deleted_at is null
     join person p on p.tenant_id = $1 and p.id = m.sender_id
    where n.kind in ('confirmation', 'reminder') or (rm.read_seq < n.seq and rm.notify <> 'none')
    order by m.sent_at desc`,
);

const types: ReadonlySet<string> = new Set<keyof ChatEvents>(["message.sent"]);

export const chatReaches: Reaches = {
  types,

  async listReached(tx, tenantId, events, subscribed) {
    const sends = events.map(sendOf);
    const rows = await tx.all(listReachedBySends, [
      tenantId,
      sends.map((send) => send.roomId),
      sends.map((send) => send.message.seq),
      sends.map((send) => send.message.senderId),
      subscribed,
    ]);
    return rows.map(
      (row): Reached => ({
        personId: row.person_id,
        kind: row.kind as "direct" | "mention",
        topicId: row.room_id,
        seq: row.seq,
      }),
    );
  },

  async describe(tx: Transaction, tenantId, personId, notifications) {
    const rows = await tx.all(describeUnread, [
      tenantId,
      personId,
      notifications.map((one) => one.topicId),
      notifications.map((one) => one.kind),
      notifications.map((one) => one.seq),
    ]);
    return rows.map(
      (row): Described => ({
        topicId: row.room_id,
        kind: row.kind as Described["kind"],
        roomName: row.room_name ?? row.sender_name,
        senderName: row.room_name === null ? null : row.sender_name,
        excerpt: row.excerpt,
        path: `/rooms/${row.room_id}?at=${row.seq}`,
      }),
    );
  },
};

/** The log holds what the action published by the contract. */
function sendOf(event: FollowedEvent): ChatEvents["message.sent"] {
  return event.fields as ChatEvents["message.sent"];
}
