import { recordAudit } from "#core/audit/index.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { SectionRooms } from "../../contract.ts";
import { decideSetUpRooms } from "../policy.ts";
import { followOrganisation } from "./follow-organisation.ts";

/**
 * Says whether sections get their rooms by themselves. Switched on, rooms of all sections are there at once; switched
 * off, new sections get none, and the rooms that there are go on following theirs.
 */
export async function switchSectionRooms(
  database: Database,
  clock: Clock,
  actor: Actor,
  { isOn }: SectionRooms,
): Promise<SectionRooms> {
  const { tenantId } = actor;
  const now = clock.now();
  const rule = assertAllowed(actor, decideSetUpRooms(actor));
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(build.updateTable("tenant").set({ has_section_rooms: isOn }).where("id", "=", tenantId));
    await recordAudit(tx, actor, now, {
      action: "section-rooms.switched",
      subjectId: tenantId,
      rule,
      facts: { isOn },
    });
    if (isOn) await followOrganisation(tx, { tenantId, personIds: [], now });
    return { isOn };
  });
}
