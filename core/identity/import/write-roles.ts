import { statement, type Transaction } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import type { SectionRole } from "../contract.ts";

/** One of a section's required roles, held by one person, or by nobody, from a day on. */
export type GivenRole = { sectionId: string; role: SectionRole; personId: string | null; from: string };

const columns = "unnest($2::uuid[], $3::text[], $4::date[]) as g (section_id, role, from_day)";

const removeNew = statement<never>(
  "identity.remove-new-roles",
  `delete from section_role r using ${columns}
    where r.tenant_id = $1 and r.section_id = g.section_id and r.role = g.role and r.valid_from >= g.from_day`,
);
const closeOld = statement<never>(
  "identity.close-old-roles",
  `update section_role r set valid_until = g.from_day from ${columns}
    where r.tenant_id = $1 and r.section_id = g.section_id and r.role = g.role
      and (r.valid_until is null or r.valid_until > g.from_day)`,
);
const insertRoles = statement<never>(
  "identity.insert-roles",
  `insert into section_role (tenant_id, id, section_id, role, person_id, valid_from)
   select $1, g.id, g.section_id, g.role, g.person_id, g.from_day
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::date[]) as g (id, section_id, role, person_id, from_day)`,
);

/** Gives roles; whoever held one of them before no longer does from its day on. */
export async function writeRoles(
  tx: Transaction,
  tenantId: string,
  now: Date,
  given: readonly GivenRole[],
): Promise<void> {
  if (given.length === 0) return;
  const keys = [
    given.map(({ sectionId }) => sectionId),
    given.map(({ role }) => role),
    given.map(({ from }) => from),
  ];
  await tx.run(removeNew, [tenantId, ...keys]);
  await tx.run(closeOld, [tenantId, ...keys]);
  const held = given.filter(({ personId }) => personId !== null);
  await tx.run(insertRoles, [
    tenantId,
    held.map(() => newId(now.getTime())),
    held.map(({ sectionId }) => sectionId),
    held.map(({ role }) => role),
    held.map(({ personId }) => personId),
    held.map(({ from }) => from),
  ]);
}
