import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import type { GiveRoleRequest } from "../contract.ts";
import { writeRoles } from "../import/write-roles.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import type { EditServices } from "./change-person.ts";
import { directoryChanged } from "./directory-events.ts";

const lockSection = statement<{ id: string }>(
  "identity.lock-section",
  "select id from section where tenant_id = $1 and id = $2 for no key update",
);
const findStaff = statement<{ id: string }>(
  "identity.find-staff-for-role",
  "select id from person where tenant_id = $1 and id = $2 and kind = 'staff' and left_at is null",
);

/** Gives one of a section's required roles to somebody from today on; who held it before no longer does. */
export async function giveRole(
  { database, clock }: EditServices,
  actor: Actor,
  sectionId: string,
  { role, personId }: GiveRoleRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(sectionId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const today = todayInJapan(clock);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await tx.first(lockSection, [tenantId, sectionId]))) throw notFound();
    if (personId !== null && !(await tx.first(findStaff, [tenantId, personId])))
      throw new AppError("invalid-request", { where: "body.personId", reason: "nobody on the staff" });
    await writeRoles(tx, tenantId, now, [{ sectionId, role, personId, from: today }]);
    await recordAudit(tx, actor, now, {
      action: "section-role.given",
      subjectId: sectionId,
      rule,
      facts: { role, person: personId },
    });
    await publish(tx, now, [directoryChanged(tenantId, now)]);
  });
}
