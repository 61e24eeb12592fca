import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import { askCrossing, daysBetween, longestDays, type MediaServices, noteMediaEvent } from "../loans.ts";
import type { AskForMediumRequest } from "../media-contract.ts";
import { decideUseMedia } from "../media-policy.ts";
import { callOfficers } from "./call-officers.ts";

const findSection = statement<{ section_id: string | null }>(
  "equipment.find-section-of-asker",
  "select section_id from person where tenant_id = $1 and id = $2",
);
const insert = statement<never>(
  "equipment.insert-loan",
  `insert into media_loan (tenant_id, id, asker_id, operator_id, section_id, purpose, classification, zone, system, from_on, due_on,
                           state, asked_at, search_key)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $13)`,
);

/** Asks for a medium: for what, which class of information, where it is used and until when. Returns the request's id. */
export async function askForMedium(
  services: MediaServices,
  actor: Actor,
  input: AskForMediumRequest,
): Promise<string> {
  const rule = assertAllowed(actor, decideUseMedia(actor));
  const { tenantId } = actor;
  const now = services.clock.now();
  checkTerm(input, todayInJapan(services.clock));
  const id = newId(now.getTime());
  await services.database.transaction(scopeOf(tenantId), async (tx) => {
    await askCrossing(tx, services, actor, input);
    assertAllowed(actor, decideUseMedia(actor));
    const section = await tx.first(findSection, [tenantId, actor.personId]);
    const sectionId = section?.section_id ?? null;
    const { purpose, classification, zone, system, fromOn, dueOn } = input;
    const who = [actor.personId, actor.operatorId, sectionId];
    const what = [purpose, classification, zone, system, fromOn, dueOn];
    await tx.run(insert, [tenantId, id, ...who, ...what, now, searchKey(`${purpose} ${system}`)]);
    await noteMediaEvent(tx, actor, { tenantId, loanId: id, now }, "asked", { dueOn });
    await recordAudit(tx, actor, now, {
      action: "media.asked",
      subjectId: id,
      rule,
      facts: { classification, zone, from: fromOn, due: dueOn },
    });
    const own = [actor.personId, actor.operatorId];
    await publish(tx, now, await callOfficers(tx, tenantId, { id, section_id: sectionId }, now, own));
  });
  return id;
}

function checkTerm({ fromOn, dueOn }: AskForMediumRequest, today: string): void {
  const days = daysBetween(fromOn, dueOn);
  if (fromOn < today || days < 0 || days > longestDays)
    throw new AppError("invalid-request", {
      where: "body.dueOn",
      reason: `the term begins today or later and is at most ${longestDays} days`,
    });
}
