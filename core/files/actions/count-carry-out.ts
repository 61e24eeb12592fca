import { statement, type Transaction } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, deny } from "#core/policy/index.ts";
import { carryOutRules, decideUseCarryOut } from "../carry-out-policy.ts";
import type { FileClass } from "../contract.ts";
import type { FileRow } from "../queries/find-files.ts";

export type CarryOutUse = { readonly id: string };

type Row = {
  id: string;
  number: number;
  classification: FileClass;
  decided_at: Date | null;
  is_approved: boolean | null;
  withdrawn_at: Date | null;
  expires_at: Date | null;
};

// Held until the end, so that it is not taken back between the look and the count.
const findOwn = statement<Row>(
  "files.find-own-carry-out",
  `select id, number, classification, decided_at, is_approved, withdrawn_at, expires_at from file_carry_out
    where tenant_id = $1 and file_id = $2 and requested_by = $3 and zone = $4 and id = $5 for no key update`,
);
const countDownload = statement<{ id: string }>(
  "files.count-carry-out",
  `update file_carry_out set downloads_used = downloads_used + 1
    where tenant_id = $1 and id = $2 and downloads_used < downloads_allowed returning id`,
);

/**
 * The request of this person for this file and the side on which they are; undefined where there is none, and nothing is
 * permitted by it. One that does not stand any more is refused with the rule that ended it.
 */
export async function findUsableCarryOut(
  tx: Transaction,
  actor: Actor,
  file: FileRow,
  { id, classification, now }: { id: string; classification: FileClass | "unknown"; now: Date },
): Promise<CarryOutUse | undefined> {
  const row = await tx.first(findOwn, [actor.tenantId, file.id, actor.personId, actor.zone, id]);
  if (!row) return undefined;
  if (row.number !== file.number)
    assertAllowed(
      actor,
      deny(carryOutRules.otherVersion, { ja: "ルームの管理者", en: "an owner of the room" }),
    );
  assertAllowed(
    actor,
    decideUseCarryOut(
      {
        classification: row.classification,
        decidedAt: row.decided_at,
        isApproved: row.is_approved,
        withdrawnAt: row.withdrawn_at,
        expiresAt: row.expires_at,
      },
      { classification },
      now,
    ),
  );
  return { id: row.id };
}

/** Counts a download; two at the same moment do not share the last one. */
export async function countCarryOut(tx: Transaction, actor: Actor, { id }: CarryOutUse): Promise<void> {
  if (!(await tx.first(countDownload, [actor.tenantId, id]))) throw new AppError("carry-out-used-up");
}
