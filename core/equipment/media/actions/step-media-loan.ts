import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { callTo, cutOffLost, todayInJapan } from "#core/identity/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { type Classification, isStricter } from "#shared/classification.ts";
import { newId } from "#shared/ids.ts";
import {
  askCrossing,
  daysBetween,
  endLoan,
  factsOf,
  holdLoan,
  type LoanRow,
  longestDays,
  type MediaServices,
  noteMediaEvent,
} from "../loans.ts";
import type { StepMediaLoanRequest } from "../media-contract.ts";
import { decideSeeLoan, decideStep, decideUseMedia, mediaInCharge, openSteps } from "../media-policy.ts";
import { listSectionsInCharge } from "../officers.ts";
import { callOfficers } from "./call-officers.ts";

const decide = statement<never>(
  "equipment.decide-loan",
  "update media_loan set state = $3, decided_by = coalesce($4, decided_by) where tenant_id = $1 and id = $2",
);
const lend = statement<never>(
  "equipment.lend-medium",
  "update media_loan set state = 'lent', equipment_id = $3, lent_by = $4, lent_at = $5 where tenant_id = $1 and id = $2",
);
const wantLonger = statement<never>(
  "equipment.want-medium-longer",
  "update media_loan set wanted_due_on = $3 where tenant_id = $1 and id = $2",
);
const extend = statement<never>(
  "equipment.extend-loan",
  "update media_loan set due_on = wanted_due_on, wanted_due_on = null, warned_on = null where tenant_id = $1 and id = $2",
);
const findKind = statement<{ kind: string }>(
  "equipment.find-kind-of-asker",
  "select kind from person where tenant_id = $1 and id = $2 and left_at is null",
);
const holdMedium = statement<{ number: string; state: string; section_id: string | null }>(
  "equipment.hold-medium",
  `select number, state, section_id from equipment
    where tenant_id = $1 and id = $2 and kind = 'usb-memory' and owned = 'issued' for no key update`,
);
const moveMedium = statement<{ number: string; section_id: string | null; device_id: string | null }>(
  "equipment.move-medium",
  `update equipment e set state = $3, holder_id = $4, due_on = $5, changed_at = $6, device_id = null
     from (select id, device_id from equipment where tenant_id = $1 and id = $2 for no key update) before
    where e.tenant_id = $1 and e.id = before.id returning e.number, e.section_id, before.device_id`,
);
const moveDue = statement<never>(
  "equipment.move-due-day",
  "update equipment set due_on = $3, changed_at = $4 where tenant_id = $1 and id = $2",
);
const noteMove = statement<never>(
  "equipment.note-move-of-medium",
  `insert into equipment_event (tenant_id, id, equipment_id, at, what, by_id, holder_id, section_id, note)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

type Step = { tx: Transaction; actor: Actor; loan: LoanRow; rule: Rule; now: Date };

/**
 * Takes a request one step on: decided, lent, extended, returned, lost. The register of equipment moves with it, in the same
 * transaction. Returns the sessions that a loss has ended.
 */
export async function stepMediaLoan(
  services: MediaServices,
  actor: Actor,
  loanId: string,
  input: StepMediaLoanRequest,
): Promise<string[]> {
  assertAllowed(actor, decideUseMedia(actor));
  const { database, clock } = services;
  const { tenantId } = actor;
  const now = clock.now();
  const today = todayInJapan(clock);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const charge = mediaInCharge(actor, await listSectionsInCharge(tx, actor, today));
    const loan = await holdLoan(tx, tenantId, loanId);
    const facts = factsOf(loan);
    assertAllowed(actor, decideSeeLoan(actor, charge, facts));
    if (!openSteps(facts).includes(input.what)) throw changedMeanwhile();
    const rule = assertAllowed(actor, decideStep(actor, charge, facts, input.what));
    const step = { tx, actor, loan, rule, now };
    // What the table refuses meanwhile is neither approved, lent nor left out longer.
    if (input.what === "approved" || input.what === "lent" || input.what === "extended") {
      const asker = await tx.first(findKind, [tenantId, loan.asker_id]);
      if (!asker) throw changedMeanwhile();
      await askCrossing(tx, services, actor, loan, asker.kind as Actor["kind"]);
      assertAllowed(actor, decideStep(actor, charge, facts, input.what));
    }
    const { number, ended } = await take(
      step,
      input,
      today,
      charge.kind === "all" ? null : charge.sectionIds,
    );
    const checks =
      input.what === "lent"
        ? { isEncrypted: input.isEncrypted, isScanned: input.isScanned, isEmptied: input.isEmptied }
        : input.what === "returned"
          ? { isEncrypted: null, isScanned: input.isScanned, isEmptied: input.isEmptied }
          : null;
    const dueOn =
      input.what === "extension-asked" ? input.dueOn : input.what === "extended" ? loan.wanted_due_on : null;
    await noteMediaEvent(tx, actor, { tenantId, loanId, now }, input.what, {
      checks,
      dueOn,
      note: input.note,
    });
    await recordAudit(tx, actor, now, {
      action: `media.${input.what}`,
      subjectId: loanId,
      rule,
      facts: { holder: loan.asker_id, number, due: dueOn, note: input.note || null },
    });
    const own = [actor.personId, actor.operatorId];
    const borrowers = [loan.asker_id, loan.operator_id].filter((id) => id !== null && !own.includes(id));
    await publish(tx, now, [
      ...callTo(borrowers as string[], "media", loanId, now),
      ...(input.what === "extension-asked" || input.what === "lost"
        ? await callOfficers(tx, tenantId, loan, now, [...own, loan.asker_id, loan.operator_id])
        : []),
    ]);
    return ended;
  });
}

async function take(
  { tx, actor, loan, rule, now }: Step,
  input: StepMediaLoanRequest,
  today: string,
  sections: readonly string[] | null,
): Promise<{ number: string | null; ended: string[] }> {
  const { tenantId } = actor;
  const key = [tenantId, loan.id] as const;
  const nothing = { number: null, ended: [] };
  switch (input.what) {
    case "approved":
    case "refused":
      await tx.run(decide, [...key, input.what, actor.personId]);
      return nothing;
    case "withdrawn":
      await tx.run(decide, [...key, "withdrawn", null]);
      return nothing;
    case "extension-asked":
      if (input.dueOn <= loan.due_on || input.dueOn < today || daysBetween(today, input.dueOn) > longestDays)
        throw new AppError("invalid-request", {
          where: "body.dueOn",
          reason: `a later day than the one that was agreed, within ${longestDays} days from today`,
        });
      await tx.run(wantLonger, [...key, input.dueOn]);
      return nothing;
    case "extended":
      if (input.dueOn !== loan.wanted_due_on) throw changedMeanwhile();
      await tx.run(moveDue, [tenantId, loan.equipment_id, loan.wanted_due_on, now]);
      await tx.run(extend, key);
      return nothing;
    case "extension-refused":
      await tx.run(wantLonger, [...key, null]);
      return nothing;
    case "lent": {
      const medium = await tx.first(holdMedium, [tenantId, input.equipmentId]);
      const isTheirs =
        sections === null || (medium?.section_id != null && sections.includes(medium.section_id));
      if (!medium || !isTheirs || medium.state !== "in-store")
        throw new AppError("invalid-request", { where: "body.equipmentId", reason: "not in store" });
      if (!input.isEncrypted && isStricter(loan.classification as Classification, "2"))
        throw new AppError("conflict", {
          reason: "機密性3の情報を入れる媒体は、暗号化されたものに限ります",
          reasonEn: "what holds information of class 3 must be encrypted",
        });
      await tx.run(lend, [...key, input.equipmentId, actor.personId, now]);
      return move("handed-out", input.equipmentId, loan.asker_id, loan.due_on);
    }
    case "returned":
      await endLoan(tx, tenantId, loan.id, "returned", now);
      return move("returned", loan.equipment_id!, null, null);
    case "lost":
      await endLoan(tx, tenantId, loan.id, "lost", now);
      return move("lost", loan.equipment_id!, loan.asker_id, null);
  }

  /** The medium in the register of equipment; a loss cuts off what is linked with it. */
  async function move(
    what: "handed-out" | "returned" | "lost",
    equipmentId: string,
    holderId: string | null,
    dueOn: string | null,
  ): Promise<{ number: string; ended: string[] }> {
    const state = what === "returned" ? "in-store" : what;
    const moved = (await tx.first(moveMedium, [tenantId, equipmentId, state, holderId, dueOn, now]))!;
    const id = newId(now.getTime());
    const who = [actor.personId, loan.asker_id, moved.section_id];
    await tx.run(noteMove, [tenantId, id, equipmentId, now, what, ...who, input.note]);
    await recordAudit(tx, actor, now, {
      action: `equipment.${what}`,
      subjectId: equipmentId,
      rule,
      facts: { number: moved.number, holder: loan.asker_id, note: input.note || null },
    });
    const ended =
      what === "lost" && moved.device_id ? await cutOffLost(tx, actor, moved.device_id, rule, now) : [];
    return { number: moved.number, ended };
  }
}

const changedMeanwhile = () =>
  new AppError("conflict", {
    reason: "ほかの人が先に変更しました。読み込み直してください",
    reasonEn: "it is no longer as it was shown; load it again",
  });
