import type { Classification } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import type { PersonKind } from "#core/policy/index.ts";
import type { RoomKind, RoomPosting, RoomRole, RoomVisibility } from "../../contract.ts";
import type { MemberFacts, RoomFacts } from "../policy.ts";

type FactsRow = {
  kind: string;
  archived_at: Date | null;
  visibility: string;
  posting: string;
  classification: string;
  role: string | null;
  is_automatic: boolean | null;
  owner_count: number;
  member_count: number;
  guest_count: number;
  last_seq: number;
};

const findFacts = statement<FactsRow>(
  "chat.find-room-facts",
  `select r.kind, r.archived_at, r.visibility, r.posting, r.classification, rm.role, rm.is_automatic, c.last_seq, c.member_count,
          c.guest_count,
          (select count(*) from room_member o
            where o.tenant_id = $1 and o.room_id = $2 and o.role = 'owner')::int as owner_count
     from room r
     join room_counter c on c.tenant_id = r.tenant_id and c.room_id = r.id
     left join room_member rm on rm.tenant_id = r.tenant_id and rm.room_id = r.id and rm.person_id = $3
    where r.tenant_id = $1 and r.id = $2`,
);

/** What decisions about a room need to know of it and of the actor; an unknown room has no membership. */
export async function findRoomFacts(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  personId: string,
): Promise<RoomFacts & { lastSeq: number }> {
  const row = await tx.first(findFacts, [tenantId, roomId, personId]);
  if (!row)
    return {
      kind: "group",
      isArchived: false,
      visibility: "closed",
      posting: "everybody",
      classification: "3A",
      ownerCount: 0,
      memberCount: 0,
      guestCount: 0,
      membership: null,
      lastSeq: 0,
    };
  return {
    kind: row.kind as RoomKind,
    isArchived: row.archived_at !== null,
    visibility: row.visibility as RoomVisibility,
    posting: row.posting as RoomPosting,
    classification: row.classification as Classification,
    ownerCount: row.owner_count,
    memberCount: row.member_count,
    guestCount: row.guest_count,
    membership: row.role === null ? null : { role: row.role as RoomRole, isAutomatic: row.is_automatic! },
    lastSeq: row.last_seq,
  };
}

const findMember = statement<{ kind: string; role: string | null; is_automatic: boolean | null }>(
  "chat.find-member-facts",
  `select p.kind, rm.role, rm.is_automatic
     from person p
     left join room_member rm on rm.tenant_id = $1 and rm.room_id = $2 and rm.person_id = p.id
    where p.tenant_id = $1 and p.id = $3`,
);

/** Somebody to whom something is done in a room; undefined for an unknown person. */
export async function findMemberFacts(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  personId: string,
): Promise<MemberFacts | undefined> {
  const row = await tx.first(findMember, [tenantId, roomId, personId]);
  return (
    row && {
      personId,
      kind: row.kind as PersonKind,
      membership: row.role === null ? null : { role: row.role as RoomRole, isAutomatic: row.is_automatic! },
    }
  );
}
