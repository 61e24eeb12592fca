import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { FindRoomsQuery, FoundRoomsPage } from "../../contract.ts";
import { decideFindRoom, findRoomPredicate } from "../policy.ts";

type FoundRow = {
  id: string;
  name: string;
  description: string;
  member_count: number;
  is_member: boolean;
  is_archived: boolean;
  created_at: Date;
};

const publicRooms = statement<FoundRow>(
  "chat.public-rooms",
  `select r.id, r.name, r.description, c.member_count, rm.person_id is not null as is_member,
          r.archived_at is not null as is_archived, r.created_at
     from room r
     join room_counter c on c.tenant_id = $1 and c.room_id = r.id
     left join room_member rm on rm.tenant_id = $1 and rm.room_id = r.id and rm.person_id = $2
    where r.tenant_id = $1 and ${findRoomPredicate} and ($3 = '' or strpos(r.search_key, $3) > 0)
      and ($4::uuid is null or (r.archived_at is not null, r.id) > (select b.archived_at is not null, b.id
             from room b where b.tenant_id = $1 and b.id = $4))
    order by r.archived_at is not null, r.id
    limit $5`,
);

/** Public rooms by name, reading or purpose; those in use first. Nothing of what is said in them. */
export async function findRooms(
  database: Database,
  actor: Actor,
  query: FindRoomsQuery,
): Promise<FoundRoomsPage> {
  if (query.cursor !== undefined && !isId(query.cursor)) throw new AppError("invalid-cursor");
  assertAllowed(actor, decideFindRoom(actor, { visibility: "public", membership: null }));
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const rows = await tx.all(publicRooms, [
      actor.tenantId,
      actor.personId,
      searchKey(query.q ?? ""),
      query.cursor ?? null,
      query.limit + 1,
    ]);
    const items = rows.slice(0, query.limit).map((row) => ({
      id: row.id,
      name: row.name,
      description: row.description,
      memberCount: row.member_count,
      isMember: row.is_member,
      isArchived: row.is_archived,
      createdAt: row.created_at.toISOString(),
    }));
    return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  });
}
