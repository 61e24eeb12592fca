import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";

/** A message that never went gives its files free after this. */
const holds = 60_000;

const claim = statement<{ id: string }>(
  "files.claim-files",
  `update file set claimed_for = $5, claimed_at = $6
    where tenant_id = $1 and id = any($2::uuid[]) and room_id = $3 and uploaded_by = $4 and deleted_at is null
      and (claimed_for is not distinct from $5 or shared_at is null and (claimed_for is null or claimed_at < $7))
   returning id`,
);

/**
 * Says for which message somebody's unsent files are meant, before it is sent: from then on no other message of theirs takes
 * them. The same message may claim them again, also after it was sent.
 *
 * @throws AppError `file-not-sendable` when one of them is gone, sent already, somebody else's or of another room
 */
export async function claimFiles(
  database: Database,
  clock: Clock,
  actor: Actor,
  given: { roomId: string; fileIds: readonly string[]; claim: string },
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const claimed = await tx.all(claim, [
      actor.tenantId,
      given.fileIds,
      given.roomId,
      actor.personId,
      given.claim,
      now,
      new Date(now.getTime() - holds),
    ]);
    if (claimed.length !== given.fileIds.length) throw new AppError("file-not-sendable");
  });
}
