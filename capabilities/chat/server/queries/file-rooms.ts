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
const findOwners = statement<{ person_id: string }>(
  "chat.find-room-owners",
  "select person_id from room_member where tenant_id = $1 and room_id = $2 and role = 'owner'",
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
  async listOwners(tx, tenantId, roomId) {
    return (await tx.all(findOwners, [tenantId, roomId])).map((row) => row.person_id);
  },
};
