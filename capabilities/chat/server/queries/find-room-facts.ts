import { statement, type Transaction } from "#core/db/index.ts";
import type { RoomKind, RoomRole } from "../../contract.ts";
import type { RoomFacts } from "../policy.ts";

type FactsRow = {
  kind: string;
  archived_at: Date | null;
  role: string | null;
  has_owner: boolean;
  last_seq: number;
};

const findFacts = statement<FactsRow>(
  "chat.find-room-facts",
  `select r.kind, r.archived_at, rm.role, c.last_seq,
          exists (select from room_member o where o.tenant_id = $1 and o.room_id = $2 and o.role = 'owner') as has_owner
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
  if (!row) return { kind: "group", isArchived: false, hasOwner: true, membership: null, lastSeq: 0 };
  return {
    kind: row.kind as RoomKind,
    isArchived: row.archived_at !== null,
    hasOwner: row.has_owner,
    membership: row.role === null ? null : { role: row.role as RoomRole },
    lastSeq: row.last_seq,
  };
}
