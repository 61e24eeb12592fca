import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import type { SectionRole } from "../contract.ts";

const insertRoles = statement<never>(
  "identity.import-section-roles",
  `insert into section_role (tenant_id, id, section_id, role, person_id, valid_from)
   select $1, x.id, x.section_id, x.role, x.person_id, x.valid_from
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::date[])
          as x (id, section_id, role, person_id, valid_from)
    where not exists (select from section_role r
                       where r.tenant_id = $1 and r.section_id = x.section_id and r.role = x.role)`,
);

const byImport: Rule = {
  id: "section-roles.imported",
  ja: "管理者による移行",
  en: "imported by the administrator",
};

/** `from`: the first day, as YYYY-MM-DD. */
export type ImportedRole = { sectionId: string; role: SectionRole; personId: string; from: string };

/** Brings the holders of sections' required roles in; a role that somebody holds or has held stays as it is. */
export async function importSectionRoles(
  database: Database,
  clock: Clock,
  tenantId: string,
  roles: readonly ImportedRole[],
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const written = await tx.run(insertRoles, [
      tenantId,
      roles.map(() => newId(now.getTime())),
      roles.map(({ sectionId }) => sectionId),
      roles.map(({ role }) => role),
      roles.map(({ personId }) => personId),
      roles.map(({ from }) => from),
    ]);
    await recordAudit(tx, { tenantId, system: "import" }, now, {
      action: "section-roles.imported",
      subjectId: null,
      rule: byImport,
      facts: { roles: written },
    });
  });
}
