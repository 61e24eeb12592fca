import { scopeOf, statement } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Zone } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { FileReason, FileState, FileVersions, KnownFile } from "../contract.ts";
import { decideSeeFile } from "../policy.ts";
import type { FileServices } from "../services.ts";
import { describeFiles, factsOf, findFile, listFileRows } from "./find-files.ts";

/** Files by id, in the order in which they were asked for: those that the actor may know of. */
export async function listFiles(
  services: FileServices,
  actor: Actor,
  ids: readonly string[],
): Promise<KnownFile[]> {
  return services.database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const table = await services.tables.tableOf(actor.tenantId, tx);
    const rows = await listFileRows(tx, actor.tenantId, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ordered = ids.flatMap((id) => byId.get(id) ?? []);
    return describeFiles(tx, { rooms: services.rooms, table }, actor, ordered);
  });
}

/** One file; not found when the actor may not know of it. */
export async function getFile(services: FileServices, actor: Actor, fileId: string): Promise<KnownFile> {
  const [file] = isId(fileId) ? await listFiles(services, actor, [fileId]) : [];
  if (!file) throw notFound();
  return file;
}

const listVersionRows = statement<{
  number: number;
  length: number;
  state: FileState;
  reason: FileReason | null;
  pages: "none" | "making" | "ready" | "impossible";
  page_count: number | null;
  origin: Zone;
  uploaded_by: string;
  uploaded_at: Date;
}>(
  "files.list-versions",
  `select number, length, state, reason, pages, page_count, origin, uploaded_by, uploaded_at from file_version
    where tenant_id = $1 and file_id = $2 order by number desc`,
);

/** Every version of a file, the newest first. */
export async function listFileVersions(
  services: FileServices,
  actor: Actor,
  fileId: string,
): Promise<FileVersions> {
  if (!isId(fileId)) throw notFound();
  const { tenantId } = actor;
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await findFile(tx, tenantId, fileId);
    if (!file) throw notFound();
    const rooms = await services.rooms.list(tx, tenantId, actor.personId, [file.room_id]);
    const table = await services.tables.tableOf(tenantId, tx);
    assertAllowed(actor, decideSeeFile(table, actor, factsOf(file, rooms.get(file.room_id))));
    const rows = await tx.all(listVersionRows, [tenantId, fileId]);
    const people = await listPersonSummaries(tx, tenantId, [...new Set(rows.map((row) => row.uploaded_by))]);
    return {
      items: rows.map((row) => ({
        number: row.number,
        size: row.length,
        state: row.state,
        reason: row.reason,
        pages: row.pages,
        pageCount: row.page_count,
        origin: row.origin,
        uploadedBy: people.get(row.uploaded_by)!,
        uploadedAt: row.uploaded_at.toISOString(),
      })),
    };
  });
}
