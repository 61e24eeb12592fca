import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";

const listSections = statement<{ section_id: string }>(
  "equipment.list-sections-of-officer",
  `select distinct section_id from section_role
    where tenant_id = $1 and person_id = $2 and role in ('security-officer', 'systems-officer') and valid_from <= $3
      and (valid_until is null or valid_until > $3)`,
);
const listOfficers = statement<{ person_id: string }>(
  "equipment.list-officers-of-section",
  `select distinct r.person_id from section_role r
     join account a on a.tenant_id = r.tenant_id and a.id = r.person_id and a.disabled_at is null
    where r.tenant_id = $1 and r.section_id = $2 and r.role in ('security-officer', 'systems-officer')
      and r.valid_from <= $3 and (r.valid_until is null or r.valid_until > $3)`,
);

/** The sections of which somebody is the security officer (情報セキュリティ担当者) or the systems officer today. */
export async function listSectionsInCharge(tx: Transaction, actor: Actor, today: string): Promise<string[]> {
  if (actor.kind !== "staff") return [];
  const rows = await tx.all(listSections, [actor.tenantId, actor.personId, today]);
  return rows.map((row) => row.section_id);
}

/** Who is to be told of a section's requests: its officers today, but not `except`. */
export async function listOfficersOf(
  tx: Transaction,
  tenantId: string,
  sectionId: string | null,
  today: string,
  except: readonly (string | null)[],
): Promise<string[]> {
  const rows = sectionId === null ? [] : await tx.all(listOfficers, [tenantId, sectionId, today]);
  return rows.map((row) => row.person_id).filter((id) => !except.includes(id));
}
