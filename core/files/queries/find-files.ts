import type { CrossingTable } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { type Actor, type Decision, decisionOf, noteDecision, type Zone } from "#core/policy/index.ts";
import type { FileClass, FileFamily, FileReason, FileState, KnownFile, Verdict } from "../contract.ts";
import {
  classOf,
  decideChangeFile,
  decideGiveBytes,
  decideRequestCarryOut,
  decideSeeFile,
  type FileFacts,
  fileRules,
} from "../policy.ts";
import type { FileRoom, FileRooms } from "../rooms.ts";
import { mayReadAsText } from "./text-readers.ts";

export type FileRow = {
  id: string;
  room_id: string;
  folder_id: string | null;
  name: string;
  uploaded_by: string;
  created_at: Date;
  shared_at: Date | null;
  message_seq: number | null;
  classification: FileClass | null;
  version: number;
  revision: number;
  changed_at: Date;
  deleted_at: Date | null;
  is_withdrawn: boolean;
  number: number;
  blob_name: string;
  length: number;
  origin: Zone;
  uploaded_at: Date;
  state: FileState;
  reason: FileReason | null;
  mime: string | null;
  extension: string | null;
  family: FileFamily | null;
  removed: string[];
  pages: "none" | "making" | "ready" | "impossible";
  page_count: number | null;
};

export const fileColumns = `f.id, f.room_id, f.folder_id, f.name, f.uploaded_by, f.created_at, f.shared_at, f.message_seq,
  f.classification, f.version, f.revision, f.changed_at, f.deleted_at, f.is_withdrawn, v.number, v.blob_name, v.length,
  v.origin, v.uploaded_at, v.state, v.reason, v.mime, v.extension, v.family, v.removed, v.pages, v.page_count`;
export const newestVersion =
  "join file_version v on v.tenant_id = f.tenant_id and v.file_id = f.id and v.number = f.version";

const findFiles = statement<FileRow>(
  "files.find-files",
  `select ${fileColumns} from file f ${newestVersion}
    where f.tenant_id = $1 and f.id = any($2::uuid[]) and not f.is_withdrawn`,
);
const findFileVersion = statement<FileRow>(
  "files.find-file-version",
  `select ${fileColumns} from file f
     join file_version v on v.tenant_id = f.tenant_id and v.file_id = f.id and v.number = coalesce($3::int, f.version)
    where f.tenant_id = $1 and f.id = $2 and not f.is_withdrawn`,
);
const lockRow = statement<{ id: string }>(
  "files.lock-file",
  "select id from file where tenant_id = $1 and id = $2 for no key update",
);

/** A file with one of its versions, the newest unless said otherwise; undefined for one that went with its message. */
export function findFile(
  tx: Transaction,
  tenantId: string,
  fileId: string,
  version: number | null = null,
): Promise<FileRow | undefined> {
  return tx.first(findFileVersion, [tenantId, fileId, version]);
}

/** The same, held until the end of the transaction. FOR NO KEY UPDATE: it is about to be changed, its key is not. */
export async function lockFile(
  tx: Transaction,
  tenantId: string,
  fileId: string,
): Promise<FileRow | undefined> {
  await tx.first(lockRow, [tenantId, fileId]);
  return findFile(tx, tenantId, fileId);
}

export function listFileRows(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<FileRow[]> {
  return tx.all(findFiles, [tenantId, ids]);
}

export function factsOf(row: FileRow, room: FileRoom | undefined): FileFacts {
  return {
    room,
    uploadedBy: row.uploaded_by,
    isShared: row.shared_at !== null,
    isDeleted: row.deleted_at !== null,
    classification: row.classification,
    origin: row.origin,
    state: row.state,
    reason: row.reason,
    pages: row.pages,
  };
}

export function verdictOf(decision: Decision): Verdict {
  return decision.kind === "allow"
    ? { isAllowed: true, rule: decision.by, ask: null }
    : { isAllowed: false, rule: decision.because, ask: decision.kind === "deny" ? decision.ask : null };
}

/**
 * Files as this actor may know them, in the order of the rows: whole, withheld, or not at all. It notes the decision by which it
 * filtered.
 */
export async function describeFiles(
  tx: Transaction,
  services: { rooms: FileRooms; table: CrossingTable },
  actor: Actor,
  rows: readonly FileRow[],
): Promise<KnownFile[]> {
  const roomIds = [...new Set(rows.map((row) => row.room_id))];
  const [rooms, people, isTextReader] = await Promise.all([
    services.rooms.list(tx, actor.tenantId, actor.personId, roomIds),
    listPersonSummaries(tx, actor.tenantId, [...new Set(rows.map((row) => row.uploaded_by))]),
    mayReadAsText(tx, actor),
  ]);
  const known: KnownFile[] = [];
  for (const row of rows) {
    const facts = factsOf(row, rooms.get(row.room_id));
    const seen = decideSeeFile(services.table, actor, facts);
    if (seen.kind === "hidden") continue;
    if (seen.kind === "deny") {
      known.push({ kind: "withheld", id: row.id, revision: row.revision, because: verdictOf(seen) });
      continue;
    }
    noteDecision(actor, seen.by);
    const classification = classOf(facts);
    known.push({
      kind: "file",
      id: row.id,
      roomId: row.room_id,
      folderId: row.folder_id,
      name: row.name,
      size: row.length,
      type: row.family && { family: row.family, mime: row.mime ?? "", extension: row.extension ?? "" },
      classification,
      isRaised: row.classification !== null && classification === row.classification,
      origin: row.origin,
      state: row.state,
      reason: row.reason,
      removed: row.removed,
      pages: row.pages,
      pageCount: row.page_count,
      version: row.version,
      revision: row.revision,
      uploadedBy: people.get(row.uploaded_by)!,
      uploadedAt: row.uploaded_at.toISOString(),
      changedAt: row.changed_at.toISOString(),
      messageSeq: row.message_seq,
      isUnsent: row.shared_at === null,
      deletedAt: row.deleted_at?.toISOString() ?? null,
      may: {
        open: verdictOf(decideGiveBytes(services.table, actor, facts, "pages")),
        download: verdictOf(decideGiveBytes(services.table, actor, facts, "content")),
        readText: verdictOf(decideGiveBytes(services.table, actor, facts, "text", { text: isTextReader })),
        requestCarryOut: verdictOf(decideRequestCarryOut(services.table, actor, facts)),
        change: verdictOf(decideChangeFile(services.table, actor, facts)),
      },
    });
  }
  if (!decisionOf(actor)) noteDecision(actor, fileRules.notMember);
  return known;
}
