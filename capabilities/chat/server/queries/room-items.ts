import type { Classification } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import type {
  RoomItem,
  RoomKind,
  RoomNotify,
  RoomPosting,
  RoomRole,
  RoomSettings,
  RoomVisibility,
} from "../../contract.ts";

export type RoomSettingsRow = {
  room_name: string | null;
  room_kana: string;
  description: string;
  visibility: string;
  posting: string;
  archived_at: Date | null;
  classification: string;
  version: number;
};

/** The columns of a room's settings, for queries that select from `room r`. */
export const roomSettingsColumns =
  "r.name as room_name, r.kana as room_kana, r.description, r.visibility, r.posting, r.archived_at, r.classification, r.version";

export type RoomItemRow = RoomSettingsRow & {
  member_id: string;
  room_id: string;
  room_kind: string;
  role: string;
  is_automatic: boolean;
  notify: string;
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

/**
 * Rooms as their members see them, one row a membership. LIMIT 1 makes each look-up one by its key, whatever the
 * planner's statistics say.
 *
 * @param memberships what stands behind `from` and gives `rm`, rows of room_member of municipality $1
 */
export const roomItemsOf = (memberships: string): string =>
  `select rm.person_id as member_id, rm.room_id, r.kind as room_kind, rm.role, rm.is_automatic, rm.notify, rm.read_seq,
          ${roomSettingsColumns}, r.created_at as room_created_at, c.last_seq, c.member_count, c.guest_count,
          lm.sender_id as last_sender_id, left(lm.body, 120) as last_excerpt, lm.sent_at as last_sent_at,
          case when c.last_seq > rm.read_seq then array(
            select mm.seq from message_mention mm
             where mm.tenant_id = $1 and mm.person_id = rm.person_id and mm.room_id = rm.room_id and mm.seq > rm.read_seq
             order by mm.seq limit ${mentionsShown}) end as mention_seqs,
          peer.*
     from ${memberships}
    cross join lateral (select * from room r where r.tenant_id = $1 and r.id = rm.room_id limit 1) r
    cross join lateral (select * from room_counter c
                         where c.tenant_id = $1 and c.room_id = rm.room_id limit 1) c
     left join lateral (select * from message m
                         where m.tenant_id = $1 and m.room_id = rm.room_id and m.seq = c.last_seq limit 1) lm on true
     left join lateral (
       select ${personSummaryColumns} from room_member o
         join person p on p.tenant_id = $1 and p.id = o.person_id ${personSummaryJoin}
        where r.kind = 'direct' and o.tenant_id = $1 and o.room_id = rm.room_id and o.person_id <> rm.person_id
        limit 1) peer on true`;

const itemsOfPairs = statement<RoomItemRow>(
  "chat.room-items-of-pairs",
  roomItemsOf(`unnest($2::uuid[], $3::uuid[]) as x (room_id, person_id)
    cross join lateral (select * from room_member rm
                         where rm.tenant_id = $1 and rm.room_id = x.room_id and rm.person_id = x.person_id limit 1) rm`),
);

export type Membership = { roomId: string; personId: string };

/** How rooms look to these members now, in one statement; who is no member is left out. */
export async function listRoomItems(
  tx: Transaction,
  tenantId: string,
  memberships: readonly Membership[],
): Promise<(Membership & { room: RoomItem })[]> {
  if (memberships.length === 0) return [];
  const rows = await tx.all(itemsOfPairs, [
    tenantId,
    memberships.map(({ roomId }) => roomId),
    memberships.map(({ personId }) => personId),
  ]);
  return rows.map((row) => ({ roomId: row.room_id, personId: row.member_id, room: toRoomItem(row) }));
}

export function toRoomItem(row: RoomItemRow): RoomItem {
  const peer = row.id === null ? null : toPersonSummary(row as PersonSummaryRow);
  const mentionSeqs = row.mention_seqs ?? [];
  return {
    id: row.room_id,
    kind: row.room_kind as RoomKind,
    ...toRoomSettings(row),
    name: row.room_name ?? peer?.name ?? "",
    peer,
    role: row.role as RoomRole,
    isAutomatic: row.is_automatic,
    notify: row.notify as RoomNotify,
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

export function toRoomSettings(row: RoomSettingsRow): RoomSettings {
  return {
    name: row.room_name ?? "",
    kana: row.room_kana,
    description: row.description,
    visibility: row.visibility as RoomVisibility,
    posting: row.posting as RoomPosting,
    archivedAt: row.archived_at?.toISOString() ?? null,
    classification: row.classification as Classification,
    version: row.version,
  };
}
