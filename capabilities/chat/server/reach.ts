/**
 * Whom the chat's events are for: the other side of a direct room, who is mentioned, and who is asked to confirm (要確認) or
 * asked once more. Who has muted a room is told nothing of it, who wants mentions alone nothing else; a question to confirm
 * comes all the same, since it waits for an answer.
 */
import type { CrossingTables } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import type { PersonKind } from "#core/policy/index.ts";
import type { Described, FollowedEvent, Reached, Reaches } from "#core/reach/index.ts";
import type { ChatEvents } from "../contract.ts";
import { toTopic } from "./readable-rooms.ts";

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

const listReachedByQuestions = statement<ReachedRow>(
  "chat.list-reached-by-questions",
  `select a.person_id, e.room_id, e.seq, 'confirmation' as kind
     from unnest($2::uuid[], $3::bigint[]) as e (room_id, seq)
     join room r on r.tenant_id = $1 and r.id = e.room_id and r.archived_at is null
     join confirmation_person a on a.tenant_id = $1 and a.room_id = e.room_id and a.seq = e.seq
      and a.person_id = any($4::uuid[]) and a.confirmed_at is null
     join room_member m on m.tenant_id = $1 and m.room_id = e.room_id and m.person_id = a.person_id`,
);

type DescribedRow = {
  room_id: string;
  room_kind: string;
  classification: string;
  person_kind: string;
  kind: string;
  seq: number;
  room_name: string | null;
  sender_name: string;
  excerpt: string;
};

/**
 * Rights and reading are those of now: no member any more, read up to there or confirmed, and nothing is told. Of a message that
 * is for somebody in several ways only the weightiest is.
 */
const describeUnread = statement<DescribedRow>(
  "chat.describe-unread",
  `select distinct on (m.sent_at, n.room_id, n.seq)
          n.room_id, r.kind as room_kind, r.classification, me.kind as person_kind, n.kind, n.seq, r.name as room_name, p.name as sender_name, left(m.body, 120) as excerpt
     from unnest($3::uuid[], $4::text[], $5::bigint[]) as n (room_id, kind, seq)
     join room_member rm on rm.tenant_id = $1 and rm.room_id = n.room_id and rm.person_id = $2
     join room r on r.tenant_id = $1 and r.id = n.room_id
     join message m on m.tenant_id = $1 and m.room_id = n.room_id and m.seq = n.seq and m.deleted_at is null
     join person p on p.tenant_id = $1 and p.id = m.sender_id
     join person me on me.tenant_id = $1 and me.id = $2
    where case when n.kind in ('confirmation', 'reminder')
            then exists (select from confirmation_person a
                          where a.tenant_id = $1 and a.room_id = n.room_id and a.seq = n.seq and a.person_id = $2
                            and a.confirmed_at is null)
            else rm.read_seq < n.seq and rm.notify <> 'none' end
    order by m.sent_at desc, n.room_id, n.seq desc,
             array_position(array['reminder', 'confirmation', 'mention', 'direct'], n.kind)`,
);

const types: ReadonlySet<string> = new Set<keyof ChatEvents>(["message.sent", "confirmation.reminded"]);

export const makeChatReaches = (crossing: CrossingTables): Reaches => ({
  kinds: new Set(["direct", "mention", "confirmation", "reminder"]),
  types,

  async listReached(tx, tenantId, events, subscribed) {
    const sends = events.filter((event) => event.type === "message.sent").map(sendOf);
    const questions = sends.filter(({ message }) => message.confirmation);
    const places = (of: typeof sends) => [of.map((send) => send.roomId), of.map((send) => send.message.seq)];
    const [sent, asked] = await Promise.all([
      sends.length === 0
        ? []
        : tx.all(listReachedBySends, [
            tenantId,
            ...places(sends),
            sends.map((send) => send.message.senderId),
            subscribed,
          ]),
      questions.length === 0
        ? []
        : tx.all(listReachedByQuestions, [tenantId, ...places(questions), subscribed]),
    ]);
    return [
      ...[...sent, ...asked].map(
        (row): Reached => ({
          personId: row.person_id,
          kind: row.kind as Reached["kind"],
          topicId: row.room_id,
          seq: row.seq,
        }),
      ),
      ...events.flatMap((event): Reached[] => {
        if (event.type !== "confirmation.reminded") return [];
        const { roomId, seq } = event.fields as ChatEvents["confirmation.reminded"];
        const { personId } = event;
        if (personId === null || !subscribed.includes(personId)) return [];
        return [{ personId, kind: "reminder", topicId: roomId, seq }];
      }),
    ];
  },

  async describe(tx: Transaction, tenantId, personId, { zone, offices }, notifications) {
    const rows = await tx.all(describeUnread, [
      tenantId,
      personId,
      notifications.map((one) => one.topicId),
      notifications.map((one) => one.kind),
      notifications.map((one) => one.seq),
    ]);
    const kind = rows[0]?.person_kind as PersonKind | undefined;
    if (!kind) return [];
    const reading = await crossing.readingOf(tenantId, { zone, kind, offices: [...offices] }, tx);
    const isOpen = (row: DescribedRow) =>
      reading.decide(toTopic({ id: row.room_id, kind: row.room_kind, classification: row.classification }))
        .kind === "allow";
    return rows.filter(isOpen).map(
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
});

/** The log holds what the action published by the contract. */
function sendOf(event: FollowedEvent): ChatEvents["message.sent"] {
  return event.fields as ChatEvents["message.sent"];
}
