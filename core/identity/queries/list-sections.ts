import { statement, type Transaction } from "#core/db/index.ts";
import type { SectionNode } from "../contract.ts";

export type SectionRow = {
  id: string;
  code: string;
  name: string;
  kana: string;
  parent_id: string | null;
  sort_order: number;
  people: number;
};

/**
 * The main section that each member of staff has on the day $2: by the newest post that is in effect then, else the one
 * that the person's row names (people who were never given a post with dates).
 */
const mainSections = `
  select coalesce((select x.section_id from post_assignment x
                    where x.tenant_id = p.tenant_id and x.person_id = p.id and x.is_main
                      and x.valid_from <= $2 and (x.valid_until is null or x.valid_until > $2)
                    order by x.valid_from desc limit 1), p.section_id) as section_id, count(*)::int as people
    from person p
   where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null and (p.leaves_on is null or p.leaves_on > $2)
   group by 1`;

const sectionsOn = statement<SectionRow>(
  "identity.list-sections",
  `select s.id, s.code, s.name, s.kana, s.parent_id, s.sort_order, coalesce(c.people, 0) as people
     from section s left join (${mainSections}) c on c.section_id = s.id
    where s.tenant_id = $1 and s.valid_from <= $2 and (s.valid_until is null or s.valid_until > $2)
    order by s.sort_order, s.code`,
);

/** The sections of a day with the number of their staff, in the office's order. */
export async function listSections(tx: Transaction, tenantId: string, on: string): Promise<SectionNode[]> {
  return (await tx.all(sectionsOn, [tenantId, on])).map(toSectionNode);
}

function toSectionNode(row: SectionRow): SectionNode {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    kana: row.kana,
    parentId: row.parent_id,
    sortOrder: row.sort_order,
    people: row.people,
  };
}
