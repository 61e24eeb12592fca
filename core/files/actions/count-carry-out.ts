import { statement, type Transaction } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { FileRow } from "../queries/find-files.ts";

export type CarryOutUse = { readonly id: string };

const findUsable = statement<{ id: string }>(
  "files.find-usable-carry-out",
  `select id from file_carry_out
    where tenant_id = $1 and file_id = $2 and number = $3 and requested_by = $4 and zone = $5 and id = $6
      and is_approved and expires_at > $7`,
);
const countDownload = statement<{ id: string }>(
  "files.count-carry-out",
  `update file_carry_out set downloads_used = downloads_used + 1
    where tenant_id = $1 and id = $2 and downloads_used < downloads_allowed returning id`,
);

/** An approved request of this person, for this version and the side on which they are, that is not over. A download
 * that goes on after a break was counted when it began; whether there is one left is asked when the next begins. */
export function findUsableCarryOut(
  tx: Transaction,
  actor: Actor,
  file: FileRow,
  id: string | undefined,
  now: Date,
): Promise<CarryOutUse | undefined> {
  if (id === undefined) return Promise.resolve(undefined);
  return tx.first(findUsable, [actor.tenantId, file.id, file.number, actor.personId, actor.zone, id, now]);
}

/** Counts a download; two at the same moment do not share the last one. */
export async function countCarryOut(tx: Transaction, actor: Actor, { id }: CarryOutUse): Promise<void> {
  if (!(await tx.first(countDownload, [actor.tenantId, id]))) throw new AppError("carry-out-used-up");
}
