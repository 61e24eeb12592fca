import { statement, type Transaction } from "#core/db/index.ts";

const peopleOfSection = statement<{ id: string }>(
  "identity.list-people-of-section",
  `select p.id from person p
    where p.tenant_id = $1 and p.left_at is null and p.kind <> 'guest'
      and exists (select from account k where k.tenant_id = $1 and k.id = p.id)
      and (p.section_id = $2
           or exists (select from post_assignment x where x.tenant_id = $1 and x.person_id = p.id and x.section_id = $2
                         and x.valid_from <= $3 and (x.valid_until is null or x.valid_until > $3)))
    order by p.id`,
);

/** Ids of everybody with an account who belongs to a section on a day, with its account and those in a concurrent post (兼務). */
export async function listPeopleOfSection(
  tx: Transaction,
  tenantId: string,
  sectionId: string,
  day: string,
): Promise<string[]> {
  const rows = await tx.all(peopleOfSection, [tenantId, sectionId, day]);
  return rows.map((row) => row.id);
}
