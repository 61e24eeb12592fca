import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { cutOffLost } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { EquipmentState, MoveEquipmentRequest } from "../contract.ts";
import { endLoan, findLoanOfThing, noteMediaEvent } from "../media/loans.ts";
import { decideKeepEquipment } from "../policy.ts";

type Held = {
  number: string;
  state: EquipmentState;
  holder_id: string | null;
  section_id: string | null;
  device_id: string | null;
};
const hold = statement<Held>(
  "equipment.hold",
  "select number, state, holder_id, section_id, device_id from equipment where tenant_id = $1 and id = $2 for no key update",
);
const findHolder = statement<{ id: string; section_id: string | null }>(
  "equipment.find-holder",
  "select id, section_id from person where tenant_id = $1 and id = $2 and kind <> 'guest' and left_at is null",
);
const move = statement<never>(
  "equipment.move",
  `update equipment set state = $3, holder_id = $4, section_id = $5, due_on = $6, changed_at = $7,
         device_id = case when holder_id = $4 then device_id end
    where tenant_id = $1 and id = $2`,
);
const note = statement<never>(
  "equipment.note-move",
  `insert into equipment_event (tenant_id, id, equipment_id, at, what, by_id, holder_id, section_id, note)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

/** From which states each thing can happen. */
const from: Record<MoveEquipmentRequest["what"], readonly EquipmentState[]> = {
  "handed-out": ["in-store", "handed-out"],
  returned: ["handed-out"],
  lost: ["in-store", "handed-out"],
  found: ["lost"],
  retired: ["in-store", "lost"],
};
const into = { returned: "in-store", lost: "lost", found: "in-store", retired: "retired" } as const;

/**
 * Hands a thing out, takes it back, or notes that it was lost, found or taken out of use. A loss cuts the browser on it off
 * in the same moment. Returns the sessions that ended.
 */
export async function moveEquipment(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
  equipmentId: string,
  input: MoveEquipmentRequest,
): Promise<string[]> {
  const rule = assertAllowed(actor, decideKeepEquipment(actor));
  if (!isId(equipmentId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    // The loan first, then the thing: the order of the log of removable media.
    const loan = await findLoanOfThing(tx, tenantId, equipmentId);
    const held = await tx.first(hold, [tenantId, equipmentId]);
    if (!held) throw notFound();
    if (loan && input.what !== "lost")
      throw new AppError("conflict", {
        reason: "可搬媒体の利用簿で貸し出し中です。利用簿で返却を記録してください",
        reasonEn: "it is lent by the log of removable media; note its return there",
      });
    if (!from[input.what].includes(held.state))
      throw new AppError("conflict", {
        reason: "ほかの人が先に変更しました。読み込み直してください",
        reasonEn: "it is no longer as it was shown; load it again",
      });
    const isOut = input.what === "handed-out";
    const holder = isOut ? await tx.first(findHolder, [tenantId, input.holderId]) : undefined;
    if (isOut && !holder)
      throw new AppError("invalid-request", { where: "body.holderId", reason: "nobody on the staff" });
    // Who had it last is what is asked first when a thing is lost.
    const holderId = isOut ? holder!.id : input.what === "lost" ? held.holder_id : null;
    const sectionId = isOut ? holder!.section_id : held.section_id;
    const state = isOut ? "handed-out" : into[input.what];
    await tx.run(move, [tenantId, equipmentId, state, holderId, sectionId, isOut ? input.dueOn : null, now]);
    const who = holderId ?? held.holder_id;
    await tx.run(note, [
      tenantId,
      newId(now.getTime()),
      equipmentId,
      now,
      input.what,
      actor.personId,
      who,
      sectionId,
      input.note.trim(),
    ]);
    if (loan) {
      await endLoan(tx, tenantId, loan.id, "lost", now);
      const at = { tenantId, loanId: loan.id, now };
      await noteMediaEvent(tx, actor, at, "lost", { note: input.note.trim() });
    }
    await recordAudit(tx, actor, now, {
      action: `equipment.${input.what}`,
      subjectId: equipmentId,
      rule,
      facts: { number: held.number, holder: who, note: input.note.trim() || null },
    });
    return input.what === "lost" && held.device_id ? cutOffLost(tx, actor, held.device_id, rule, now) : [];
  });
}
