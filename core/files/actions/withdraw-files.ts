import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { fileChanged } from "./tell-file.ts";

const withdraw = statement<{ id: string; revision: number; uploaded_by: string }>(
  "files.withdraw-files",
  `update file set is_withdrawn = true, deleted_at = coalesce(deleted_at, $4), deleted_by = coalesce(deleted_by, $5),
          revision = revision + 1, changed_at = $4
    where tenant_id = $1 and room_id = $2 and message_seq = $3 and not is_withdrawn
   returning id, revision, uploaded_by`,
);

/** Files go with their message: nobody gets a byte of them from this transaction on. Gives the events that tell of it. */
export async function withdrawFiles(
  tx: Transaction,
  actor: Actor,
  now: Date,
  message: { roomId: string; seq: number },
): Promise<OutgoingEvent[]> {
  const rows = await tx.all(withdraw, [actor.tenantId, message.roomId, message.seq, now, actor.personId]);
  return rows.map((row) =>
    fileChanged({
      id: row.id,
      roomId: message.roomId,
      revision: row.revision,
      uploadedBy: row.uploaded_by,
      isShared: true,
    }),
  );
}
