import { statement, type Transaction } from "#core/db/index.ts";
import type { RoleHolder, SectionNode, SectionRole, SectionRolesTable } from "../contract.ts";
import { SectionRole as SectionRoles } from "../contract.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./person-summaries.ts";

type HolderRow = PersonSummaryRow & {
  role_id: string;
  role: string;
  role_section_id: string;
  valid_from: string;
  valid_until: string | null;
};

const holdersOn = statement<HolderRow>(
  "identity.list-role-holders",
  `select ${personSummaryColumns}, r.id as role_id, r.role, r.section_id as role_section_id, r.valid_from, r.valid_until
     from section_role r join person p on p.tenant_id = r.tenant_id and p.id = r.person_id ${personSummaryJoin}
    where r.tenant_id = $1 and ($3::uuid is null or r.section_id = $3) and p.left_at is null
      and r.valid_from <= $2 and (r.valid_until is null or r.valid_until > $2)
    order by r.role, r.valid_from, p.kana`,
);

/** Who holds a role on a day, by section; people who have left hold none. */
export async function listRoleHolders(
  tx: Transaction,
  tenantId: string,
  on: string,
  sectionId: string | null,
): Promise<Map<string, RoleHolder[]>> {
  const rows = await tx.all(holdersOn, [tenantId, on, sectionId]);
  return new Map(
    [...Map.groupBy(rows, (row) => row.role_section_id)].map(([id, holders]) => [
      id,
      holders.map((row) => ({
        id: row.role_id,
        role: row.role as SectionRole,
        person: toPersonSummary(row),
        from: row.valid_from,
        until: row.valid_until,
      })),
    ]),
  );
}

/** The roles that a section with staff must still give to somebody. */
export function missingRoles(
  section: Pick<SectionNode, "people">,
  holders: readonly RoleHolder[],
): SectionRole[] {
  if (section.people === 0) return [];
  return SectionRoles.options.filter((role) => !holders.some((holder) => holder.role === role));
}

/** Every section with staff and who holds its roles; those that lack one stand first. */
export function tabulateRoles(
  sections: readonly SectionNode[],
  holders: ReadonlyMap<string, RoleHolder[]>,
): SectionRolesTable {
  const names = new Map(sections.map((section) => [section.id, section.name]));
  const items = sections
    .filter((section) => section.people > 0)
    .map((section) => {
      const own = holders.get(section.id) ?? [];
      return {
        section: {
          id: section.id,
          name: section.name,
          parentName: section.parentId === null ? null : (names.get(section.parentId) ?? null),
        },
        people: section.people,
        holders: own,
        missing: missingRoles(section, own),
      };
    });
  return { items: items.toSorted((a, b) => Number(b.missing.length > 0) - Number(a.missing.length > 0)) };
}
