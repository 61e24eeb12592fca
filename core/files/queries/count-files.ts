import { statement, type Transaction } from "#core/db/index.ts";
import type { FileClass } from "../contract.ts";

/** How many files of a room are alike in class and origin. Class null: that of the room. */
export type CountedFiles = {
  roomId: string;
  classification: FileClass | null;
  origin: string;
  fileCount: number;
};

type Row = { room_id: string; classification: string | null; origin: string; file_count: number };

const countFiles = statement<Row>(
  "files.count-by-room",
  `select f.room_id, f.classification, v.origin, count(*)::int as file_count
     from file f
     join file_version v on v.tenant_id = $1 and v.file_id = f.id and v.number = f.version
    where f.tenant_id = $1 and f.shared_at is not null and f.deleted_at is null
    group by 1, 2, 3`,
);

/** The files that there are, counted by what rules ask of them. */
export async function countFilesByRoom(tx: Transaction, tenantId: string): Promise<CountedFiles[]> {
  const rows = await tx.all(countFiles, [tenantId]);
  return rows.map((row) => ({
    roomId: row.room_id,
    classification: row.classification as FileClass | null,
    origin: row.origin,
    fileCount: row.file_count,
  }));
}
