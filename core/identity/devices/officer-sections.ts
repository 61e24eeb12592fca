import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";

const listSections = statement<{ section_id: string }>(
  "identity.list-sections-of-systems-officer",
  `select section_id from section_role
    where tenant_id = $1 and person_id = $2 and role = 'systems-officer' and valid_from <= $3
      and (valid_until is null or valid_until > $3)`,
);

/** The sections of which somebody is the systems officer (情報システム担当者) today. */
export async function listOfficerSections(tx: Transaction, actor: Actor, today: string): Promise<string[]> {
  if (actor.kind !== "staff") return [];
  const rows = await tx.all(listSections, [actor.tenantId, actor.personId, today]);
  return rows.map((row) => row.section_id);
}
