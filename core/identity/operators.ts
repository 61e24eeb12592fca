/**
 * The predicate of whoever may sit at a section account, over `person o` and for a section: of its staff, by the main post
 * or a concurrent one of that day. Asked at sign-in, and of every session of a section account from then on: whoever
 * moves to another section or leaves takes no session along.
 *
 * @param section SQL of the section's id
 * @param day SQL of the day in Japan
 */
export const sitsIn = (section: string, day: string): string =>
  `o.kind = 'staff' and o.left_at is null
      and (o.section_id = ${section} or exists (
            select from post_assignment x where x.tenant_id = o.tenant_id and x.person_id = o.id and x.section_id = ${section}
               and x.valid_from <= ${day} and (x.valid_until is null or x.valid_until > ${day})))`;

/**
 * The predicate of sessions, over `session s` of the account of `person p`, whose operator may sit there; true for those
 * that nobody operates.
 *
 * @param moment SQL of a moment
 */
export const hasItsOperator = (moment: string): string =>
  `(s.operator_id is null or exists (
      select from person o
       where o.tenant_id = s.tenant_id and o.id = s.operator_id
         and ${sitsIn("p.section_id", `(${moment} at time zone 'Asia/Tokyo')::date`)}))`;
