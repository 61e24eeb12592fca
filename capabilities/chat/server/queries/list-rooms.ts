import { type Database, scopeOf, statement } from "#core/db/index.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { AppError, Batcher, batcherByKey } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { RoomItem, RoomKind, RoomRole, RoomsPage, RoomsQuery } from "../../contract.ts";
import { roomRules } from "../policy.ts";

type RoomRow = {
  member_id: string;
  room_id: string;
  room_kind: string;
  room_name: string | null;
  role: string;
  member_count: number;
  guest_count: number;
  last_seq: number;
  read_seq: number;
  room_created_at: Date;
  last_sender_id: string | null;
  last_excerpt: string | null;
  last_sent_at: Date | null;
  mention_seqs: number[] | null;
} & { [Key in keyof PersonSummaryRow]: PersonSummaryRow[Key] | null };

/** More unread mentions than this are counted no further: the badge says 99+ long before. */
const mentionsShown = 500;

const roomsOfMembers = statement<RoomRow>(
  "chat.rooms-of-members",
  `select rm.person_id as member_id, rm.room_id, r.kind as room_kind, r.name as room_name, rm.role, rm.read_seq,
          r.created_at as room_created_at, c.last_seq, c.member_count, c.guest_count,
          lm.sender_id as last_sender_id, left(lm.body, 120) as last_excerpt, lm.sent_at as last_sent_at,
          case when c.last_seq > rm.read_seq then array(
            select mm.seq from message_mention mm
             where mm.tenant_id = $1 and mm.person_id = rm.person_id and mm.room_id = rm.room_id and mm.seq > rm.read_seq
             order by mm.seq limit ${mentionsShown}) end as mention_seqs,
          peer.*
     from room_member rm
    cross join lateral (select * from room r where r.tenant_id = $1 and r.id = rm.room_id limit 1) r
    cross join lateral (select * from room_counter c
                         where c.tenant_id = $1 and c.room_id = rm.room_id limit 1) c
     left join lateral (select * from message m
                         where m.tenant_id = $1 and m.room_id = rm.room_id and m.seq = c.last_seq limit 1) lm on true
     left join lateral (
       select ${personSummaryColumns} from room_member o
         join person p on p.tenant_id = $1 and p.id = o.person_id ${personSummaryJoin}
        where r.kind = 'direct' and o.tenant_id = $1 and o.room_id = rm.room_id and o.person_id <> rm.person_id
        limit 1) peer on true
    where rm.tenant_id = $1 and rm.person_id = any($2::uuid[]) and r.archived_at is null
    order by rm.room_id`,
);

const headPosition = statement<{ position: number }>(
  "chat.head-position",
  "select position from stream_head where tenant_id = $1",
);

type Listed = { rooms: RoomItem[]; position: number };

/** The rooms of an account with their counters, and the position of the stream to which they belong. */
export type ListRooms = (actor: Actor, query: RoomsQuery) => Promise<RoomsPage>;

/** When many clients come back together, their lists are read together. */
export function makeListRooms(database: Database): ListRooms {
  const batcherOf = batcherByKey(
    (tenantId: string) =>
      new Batcher<string, Listed>({
        maxBatch: 100,
        maxWaiting: 20_000,
        onFull: () => new AppError("service-unavailable"),
        run: (personIds) => readRooms(database, tenantId, personIds),
      }),
  );
  return async (actor, query) => {
    if (query.cursor !== undefined && !isId(query.cursor)) throw new AppError("invalid-cursor");
    const { rooms, position } = await batcherOf(actor.tenantId).add(actor.personId);
    noteDecision(actor, roomRules.memberReads);
    const from = query.cursor === undefined ? 0 : rooms.findIndex((room) => room.id > query.cursor!);
    const items = from < 0 ? [] : rooms.slice(from, from + query.limit);
    const last = items.at(-1);
    const hasMore = last !== undefined && last !== rooms.at(-1);
    return { items, next: hasMore ? last.id : null, position };
  };
}

async function readRooms(
  database: Database,
  tenantId: string,
  personIds: readonly string[],
): Promise<Listed[]> {
  const [rows, head] = await database.pipeline<[RoomRow[], { position: number } | undefined]>(
    scopeOf(tenantId),
    (tx) => [tx.all(roomsOfMembers, [tenantId, [...new Set(personIds)]]), tx.first(headPosition, [tenantId])],
    { mode: "snapshot" },
  );
  const byMember = new Map<string, RoomItem[]>();
  for (const row of rows) {
    const list = byMember.get(row.member_id);
    if (list) list.push(toRoomItem(row));
    else byMember.set(row.member_id, [toRoomItem(row)]);
  }
  return personIds.map((id) => ({ rooms: byMember.get(id) ?? [], position: head?.position ?? 0 }));
}

function toRoomItem(row: RoomRow): RoomItem {
  const peer = row.id === null ? null : toPersonSummary(row as PersonSummaryRow);
  const mentionSeqs = row.mention_seqs ?? [];
  return {
    id: row.room_id,
    kind: row.room_kind as RoomKind,
    name: row.room_name ?? peer?.name ?? "",
    peer,
    role: row.role as RoomRole,
    memberCount: row.member_count,
    guestCount: row.guest_count,
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unread: row.last_seq - row.read_seq,
    mentions: mentionSeqs.length,
    mentionSeqs,
    lastMessage:
      row.last_sender_id === null
        ? null
        : {
            senderId: row.last_sender_id,
            excerpt: row.last_excerpt!,
            sentAt: row.last_sent_at!.toISOString(),
          },
    createdAt: row.room_created_at.toISOString(),
  };
}
