import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { Member, MembersPage, ReadersResponse, RoomRole } from "../../contract.ts";
import { decideReadRoom, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";
import type { Membership } from "./room-items.ts";

export type MemberRow = PersonSummaryRow & {
  room_id: string;
  role: string;
  is_automatic: boolean;
  section_order: number | null;
  post_rank: number | null;
  read_seq: number;
  joined_at: Date;
};

const memberColumns = `${personSummaryColumns}, m.room_id, m.role, m.is_automatic, s.sort_order as section_order, p.post_rank,
          m.read_seq, m.joined_at`;

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");

const membersByKana = statement<MemberRow>(
  "chat.members-by-kana",
  `select ${memberColumns}
     from room_member m
     join person p on p.tenant_id = $1 and p.id = m.person_id ${personSummaryJoin}
    where m.tenant_id = $1 and m.room_id = $2 and ${visible}
    order by p.kana, p.id`,
);

const membersOfPairs = statement<MemberRow>(
  "chat.members-of-pairs",
  `select ${memberColumns}
     from unnest($2::uuid[], $3::uuid[]) as x (room_id, person_id)
    cross join lateral (select * from room_member m
                         where m.tenant_id = $1 and m.room_id = x.room_id and m.person_id = x.person_id limit 1) m
     join person p on p.tenant_id = $1 and p.id = m.person_id ${personSummaryJoin}`,
);

/** These members of these rooms as they are now, in one statement. */
export async function listMembersOf(
  tx: Transaction,
  tenantId: string,
  memberships: readonly Membership[],
): Promise<(Membership & { member: Member })[]> {
  if (memberships.length === 0) return [];
  const rows = await tx.all(membersOfPairs, [
    tenantId,
    memberships.map(({ roomId }) => roomId),
    memberships.map(({ personId }) => personId),
  ]);
  return rows.map((row) => ({ roomId: row.room_id, personId: row.id, member: toMember(row) }));
}

const findMessage = statement<{ seq: number; sender_id: string }>(
  "chat.find-message",
  "select m.seq, m.sender_id from message m where m.tenant_id = $1 and m.room_id = $2 and m.id = $3",
);

/** All members of a room, by kana. */
export async function listMembers(database: Database, actor: Actor, roomId: string): Promise<MembersPage> {
  if (!isId(roomId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [facts, rows] = await Promise.all([findRoomFacts(tx, ...key), tx.all(membersByKana, key)]);
    assertAllowed(actor, decideReadRoom(facts));
    return { items: rows.map(toMember) };
  });
}

/** Who has read a message (既読) and who has not (未読): members of now, without its sender, by section and kana. */
export async function listReaders(
  database: Database,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<ReadersResponse> {
  if (!isId(roomId) || !isId(messageId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [facts, message, rows] = await Promise.all([
      findRoomFacts(tx, ...key),
      tx.first(findMessage, [actor.tenantId, roomId, messageId]),
      tx.all(membersByKana, key),
    ]);
    assertAllowed(actor, decideReadRoom(facts));
    if (!message) throw notFound();
    const others = rows.filter((row) => row.id !== message.sender_id);
    // Without a section last; inside a section the order by kana stays.
    others.sort((a, b) => compareSections(a.section_name, b.section_name));
    const read = others.filter((row) => row.read_seq >= message.seq).map(toPersonSummary);
    const unread = others.filter((row) => row.read_seq < message.seq).map(toPersonSummary);
    return { read, unread, readCount: read.length, unreadCount: unread.length };
  });
}

export function toMember(row: MemberRow): Member {
  return {
    person: toPersonSummary(row),
    role: row.role as RoomRole,
    isAutomatic: row.is_automatic,
    sectionOrder: row.section_order,
    postRank: row.post_rank,
    readSeq: row.read_seq,
    joinedAt: row.joined_at.toISOString(),
  };
}

function compareSections(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
