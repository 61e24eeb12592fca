import { build, type Database, scopeOf } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { SectionRooms } from "../../contract.ts";
import { decideSetUpRooms } from "../policy.ts";

/** Whether sections get their rooms by themselves; for administrators. */
export async function getSectionRooms(database: Database, actor: Actor): Promise<SectionRooms> {
  assertAllowed(actor, decideSetUpRooms(actor));
  const row = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.first(build.selectFrom("tenant").select("has_section_rooms").where("id", "=", actor.tenantId)),
  );
  if (!row) throw notFound();
  return { isOn: row.has_section_rooms };
}
