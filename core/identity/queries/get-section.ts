import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { SectionNode, SectionPage } from "../contract.ts";
import { listSections } from "./list-sections.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./person-summaries.ts";
import { listRoleHolders, missingRoles } from "./section-roles.ts";

type DetailRow = {
  id: string;
  code: string;
  name: string;
  kana: string;
  parent_id: string | null;
  sort_order: number;
  workplace: string | null;
  extension: string | null;
  valid_from: string;
  valid_until: string | null;
};

const findSection = statement<DetailRow>(
  "identity.find-section",
  `select id, code, name, kana, parent_id, sort_order, workplace, extension, valid_from, valid_until
     from section where tenant_id = $1 and id = $2`,
);

type MemberRow = PersonSummaryRow & {
  extension: string | null;
  post_here: string | null;
  is_main: boolean;
};

const membersOn = statement<MemberRow>(
  "identity.list-section-members",
  `select ${personSummaryColumns}, p.extension, x.post_name as post_here, x.is_main
     from (select p.id, p.post_name, p.post_rank, true as is_main from person p
            where p.tenant_id = $1 and p.section_id = $2
           union all
           select x.person_id, x.post_name, null, false from post_assignment x
            where x.tenant_id = $1 and x.section_id = $2 and not x.is_main
              and x.valid_from <= $3 and (x.valid_until is null or x.valid_until > $3)) as x
     join person p on p.tenant_id = $1 and p.id = x.id ${personSummaryJoin}
    where p.left_at is null
    order by x.is_main desc, p.post_rank nulls last, p.kana, p.id`,
);

/** A section with its people by post and the roles that it must have. Throws `not-found`. */
export async function getSection(
  tx: Transaction,
  tenantId: string,
  sectionId: string,
  today: string,
): Promise<SectionPage> {
  const row = await tx.first(findSection, [tenantId, sectionId]);
  if (!row) throw notFound();
  const [sections, members, holders] = await Promise.all([
    listSections(tx, tenantId, today),
    tx.all(membersOn, [tenantId, sectionId, today]),
    listRoleHolders(tx, tenantId, today, sectionId),
  ]);
  const roles = holders.get(sectionId) ?? [];
  const node: SectionNode = {
    id: row.id,
    code: row.code,
    name: row.name,
    kana: row.kana,
    parentId: row.parent_id,
    sortOrder: row.sort_order,
    people: members.filter((member) => member.is_main && member.kind === "staff").length,
  };
  return {
    section: {
      ...node,
      workplace: row.workplace,
      extension: row.extension,
      from: row.valid_from,
      until: row.valid_until,
    },
    path: pathOf(sections, row.parent_id),
    children: sections.filter((section) => section.parentId === sectionId),
    people: members
      .filter((member) => member.kind === "staff")
      .map((member) => ({
        person: toPersonSummary(member),
        postName: member.post_here,
        isMain: member.is_main,
        extension: member.extension,
      })),
    accounts: members.filter((member) => member.kind === "section" && member.is_main).map(toPersonSummary),
    roles,
    missingRoles: missingRoles(node, roles),
  };
}

/** The departments above, from the top; a cycle, which imports refuse, would end it. */
function pathOf(sections: readonly SectionNode[], parentId: string | null): { id: string; name: string }[] {
  const byId = new Map(sections.map((section) => [section.id, section]));
  const path: { id: string; name: string }[] = [];
  for (let at = byId.get(parentId ?? ""); at && path.length < 20; at = byId.get(at.parentId ?? ""))
    path.unshift({ id: at.id, name: at.name });
  return path;
}
