import { statement, type Transaction } from "#core/db/index.ts";
import type { SectionRecord } from "./directory.ts";
import type { SectionPlan } from "./plan-sections.ts";
import { sectionSearchKey } from "./search-keys.ts";

const columns = `unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int[], $9::date[], $10::date[],
          $11::text[], $12::text[])
     as s (id, code, name, kana, search_key, parent_id, sort_order, valid_from, valid_until, workplace, extension)`;

const insertSections = statement<never>(
  "identity.import-insert-sections",
  `insert into section (tenant_id, id, code, name, kana, search_key, parent_id, sort_order, valid_from, valid_until,
          workplace, extension)
   select $1, s.* from ${columns}`,
);
const updateSections = statement<never>(
  "identity.import-update-sections",
  `update section set code = s.code, name = s.name, kana = s.kana, search_key = s.search_key, parent_id = s.parent_id,
          sort_order = s.sort_order, valid_from = s.valid_from, valid_until = s.valid_until, workplace = s.workplace, extension = s.extension
     from ${columns}
    where section.tenant_id = $1 and section.id = s.id`,
);

/** Writes what was planned: one statement for the new ones, one for the changed ones. */
export async function writeSections(tx: Transaction, tenantId: string, plan: SectionPlan): Promise<void> {
  if (plan.inserts.length > 0) await tx.run(insertSections, [tenantId, ...valuesOf(plan.inserts)]);
  if (plan.updates.length > 0) await tx.run(updateSections, [tenantId, ...valuesOf(plan.updates)]);
}

function valuesOf(sections: readonly SectionRecord[]): unknown[] {
  return [
    sections.map((section) => section.id),
    sections.map((section) => section.code),
    sections.map((section) => section.name),
    sections.map((section) => section.kana),
    sections.map((section) => sectionSearchKey(section.name, section.kana)),
    sections.map((section) => section.parentId),
    sections.map((section) => section.sortOrder),
    sections.map((section) => section.validFrom),
    sections.map((section) => section.validUntil),
    sections.map((section) => section.workplace),
    sections.map((section) => section.extension),
  ];
}
