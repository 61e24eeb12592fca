import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import type { FileServices } from "../services.ts";
import { fileChanged } from "./tell-file.ts";

type Gone = { id: string; revision: number; uploaded_by: string };

const gone = "f.id, f.revision, f.uploaded_by";
const ofMessages = statement<Gone>(
  "files.lock-files-of-disposed-messages",
  `select ${gone} from file f where f.tenant_id = $1 and f.room_id = $2 and f.message_seq = any($3::bigint[])
      and not (f.uploaded_by = any($4::uuid[])) order by f.id for update of f`,
);
// A file whose newest version is older than the moment, and that came with no message.
const isDue = `f.tenant_id = $1 and f.room_id = $2 and f.message_seq is null and f.shared_at < $3
      and not (f.uploaded_by = any($4::uuid[]))
      and not exists (select from file_version v where v.tenant_id = f.tenant_id and v.file_id = f.id
                         and (v.uploaded_at >= $3 or v.uploaded_by = any($4::uuid[])))`;
const ofLibrary = statement<Gone>(
  "files.lock-due-files-of-library",
  `select ${gone} from file f where ${isDue} order by f.id limit $5 for update of f`,
);
const countLibrary = statement<{ files: number }>(
  "files.count-due-files-of-library",
  `select count(*)::int as files from file f where ${isDue}`,
);
const countMessages = statement<{ files: number }>(
  "files.count-due-files-of-messages",
  `select count(*)::int as files from file f join message m on m.tenant_id = f.tenant_id and m.room_id = f.room_id
      and m.seq = f.message_seq
    where f.tenant_id = $1 and f.room_id = $2 and m.sent_at < $3 and not (f.uploaded_by = any($4::uuid[]))`,
);
const listBlobs = statement<{ name: string; length: number }>(
  "files.list-blobs-of-files",
  `select distinct b.name, b.length from blob b
    where b.tenant_id = $1 and b.name in (
          select v.blob_name from file_version v where v.tenant_id = $1 and v.file_id = any($2::uuid[])
           union all
          select p.blob_name from file_product p where p.tenant_id = $1 and p.file_id = any($2::uuid[]))`,
);
const deleteFiles = statement<never>(
  "files.delete-disposed-files",
  "delete from file where tenant_id = $1 and id = any($2::uuid[])",
);
const takeUnreferred = statement<{ name: string }>(
  "files.take-disposed-blobs",
  `delete from blob b where b.tenant_id = $1 and b.name = any($2::text[]) and b.touched_at < $3
      and not exists (select from file_version v where v.tenant_id = b.tenant_id and v.blob_name = b.name)
      and not exists (select from file_product p where p.tenant_id = b.tenant_id and p.blob_name = b.name)
   returning b.name`,
);

export type DisposedFiles = {
  ids: readonly string[];
  /** Contents to which these files referred, for `removeContents` behind the commit. */
  blobs: readonly string[];
  bytes: number;
  events: OutgoingEvent[];
};

/** How many files of a room are due: with messages before a moment, and in its library. */
export async function countDueFiles(
  tx: Transaction,
  tenantId: string,
  { roomId, before, heldPeople }: { roomId: string; before: Date; heldPeople: readonly string[] },
): Promise<number> {
  const key = [tenantId, roomId, before, heldPeople];
  const [messages, library] = await Promise.all([tx.first(countMessages, key), tx.first(countLibrary, key)]);
  return messages!.files + library!.files;
}

/** Takes the files that came with these messages, with all their versions. The caller publishes what this returns. */
export async function disposeFilesOfMessages(
  tx: Transaction,
  tenantId: string,
  due: { roomId: string; seqs: readonly number[]; heldPeople: readonly string[] },
): Promise<DisposedFiles> {
  const rows = await tx.all(ofMessages, [tenantId, due.roomId, due.seqs, due.heldPeople]);
  return take(tx, tenantId, due.roomId, rows);
}

/** Takes at most `limit` files of a room's library that are due. */
export async function disposeFilesOfLibrary(
  tx: Transaction,
  tenantId: string,
  due: { roomId: string; before: Date; heldPeople: readonly string[]; limit: number },
): Promise<DisposedFiles> {
  const rows = await tx.all(ofLibrary, [tenantId, due.roomId, due.before, due.heldPeople, due.limit]);
  return take(tx, tenantId, due.roomId, rows);
}

async function take(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  rows: readonly Gone[],
): Promise<DisposedFiles> {
  if (rows.length === 0) return { ids: [], blobs: [], bytes: 0, events: [] };
  const ids = rows.map(({ id }) => id);
  const blobs = await tx.all(listBlobs, [tenantId, ids]);
  await tx.run(deleteFiles, [tenantId, ids]);
  return {
    ids,
    blobs: blobs.map(({ name }) => name),
    bytes: blobs.reduce((sum, { length }) => sum + length, 0),
    events: rows.map((row) =>
      fileChanged({
        id: row.id,
        roomId,
        revision: row.revision + 1,
        uploadedBy: row.uploaded_by,
        isShared: true,
      }),
    ),
  };
}

/**
 * Takes contents out of the store to which nothing refers any more; the key of each lies in it and goes with it. What
 * somebody has brought again within a day stays. A process that dies before this leaves them to `sweepBlobs`.
 */
export async function removeContents(
  { database, clock, store }: Pick<FileServices, "database" | "clock" | "store">,
  tenantId: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const before = new Date(clock.now().getTime() - 86_400_000);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const { name } of await tx.all(takeUnreferred, [tenantId, names, before]))
      await store.remove(tenantId, name);
  });
}
