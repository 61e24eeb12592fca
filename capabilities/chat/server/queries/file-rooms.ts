import { statement } from "#core/db/index.ts";
import type { FileRoom, FileRooms } from "#core/files/index.ts";
import type { RoomPosting, RoomRole } from "../../contract.ts";
import { decidePost } from "../policy.ts";

type Row = {
  id: string;
  kind: FileRoom["kind"];
  name: string | null;
  classification: FileRoom["classification"];
  is_archived: boolean;
  posting: RoomPosting;
  role: RoomRole | null;
};

const findRooms = statement<Row>(
  "chat.find-file-rooms",
  `select r.id, r.kind, r.name, r.classification, r.archived_at is not null as is_archived, r.posting, rm.role
     from room r
     left join room_member rm on rm.tenant_id = $1 and rm.room_id = r.id and rm.person_id = $2
    where r.tenant_id = $1 and r.id = any($3::uuid[])`,
);
const findOwners = statement<{ room_id: string; people: string[] }>(
  "chat.find-room-owners",
  `select room_id, array_agg(person_id) as people from room_member
    where tenant_id = $1 and room_id = any($2::uuid[]) and role = 'owner' group by room_id`,
);
const findMemberships = statement<{ room_id: string; person_id: string }>(
  "chat.find-memberships",
  `select rm.room_id, rm.person_id from unnest($2::uuid[], $3::uuid[]) as e (room_id, person_id)
     join room_member rm on rm.tenant_id = $1 and rm.room_id = e.room_id and rm.person_id = e.person_id`,
);

/** What files need to know of rooms, by the rules of rooms. */
export const chatFileRooms: FileRooms = {
  async list(tx, tenantId, personId, roomIds) {
    const rows = await tx.all(findRooms, [tenantId, personId, roomIds]);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          kind: row.kind,
          name: row.name ?? "",
          classification: row.classification,
          isArchived: row.is_archived,
          role: row.role,
          mayPost:
            decidePost({
              membership: row.role && { role: row.role },
              isArchived: row.is_archived,
              posting: row.posting,
            }).kind === "allow",
        },
      ]),
    );
  },
  async listOwners(tx, tenantId, roomIds) {
    const rows = await tx.all(findOwners, [tenantId, roomIds]);
    return new Map(rows.map((row) => [row.room_id, row.people]));
  },
  async listMemberships(tx, tenantId, pairs) {
    const rows = await tx.all(findMemberships, [
      tenantId,
      pairs.map(({ roomId }) => roomId),
      pairs.map(({ personId }) => personId),
    ]);
    return new Set(rows.map((row) => `${row.room_id} ${row.person_id}`));
  },
};
