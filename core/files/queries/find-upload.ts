import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { FileClass, UploadAnswer } from "../contract.ts";

export type UploadRow = {
  id: string;
  room_id: string;
  folder_id: string | null;
  file_id: string | null;
  is_for_library: boolean;
  name: string;
  classification: FileClass | null;
  length: number;
  received: number;
  expires_at: Date;
  became_id: string | null;
};

// An upload goes on from the side on which it began: what was brought from outside stays from outside.
const find = (name: string, lock: string) =>
  statement<UploadRow>(
    name,
    `select id, room_id, folder_id, file_id, is_for_library, name, classification, length, received, expires_at, became_id
       from file_upload where tenant_id = $1 and id = $2 and account_id = $3 and zone = $4 and expires_at > $5 ${lock}`,
  );
const findOwn = find("files.find-upload", "");
const lockOwn = find("files.lock-upload", "for no key update");

export async function findUpload(
  tx: Transaction,
  actor: Actor,
  uploadId: string,
  now: Date,
  isLocked = false,
): Promise<UploadRow | undefined> {
  if (!isId(uploadId)) return undefined;
  const key = [actor.tenantId, uploadId, actor.personId, actor.zone, now];
  return tx.first(isLocked ? lockOwn : findOwn, key);
}

export function toUploadAnswer(row: UploadRow): UploadAnswer {
  return {
    id: row.id,
    name: row.name,
    length: row.length,
    offset: row.received,
    expiresAt: row.expires_at.toISOString(),
    fileId: row.became_id,
  };
}
