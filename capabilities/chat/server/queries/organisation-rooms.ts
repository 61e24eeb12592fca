/** Where rooms and organisation differ. Which rooms there should be, and who should be in them, stands here alone. */
import { statement } from "#core/db/index.ts";

/** Whoever cannot sign in would stand under 未読 for ever. */
const hasAccount = "exists (select from account k where k.tenant_id = $1 and k.id = p.id)";

/** A section that is in effect, its room, or both. */
export type SectionRoomRow = {
  code: string;
  /** Null when no section of this code is in effect. */
  section_name: string | null;
  section_kana: string | null;
  has_people: boolean;
  room_id: string | null;
  room_name: string | null;
  room_kana: string | null;
  is_archived: boolean | null;
};

/** $2 is the day. A section is the same through its forms as long as its code is. */
export const sectionsAndRooms = statement<SectionRoomRow>(
  "chat.sections-and-rooms",
  `with current as (
     select distinct on (code) code, name, kana from section
      where tenant_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
      order by code, valid_from desc
   ), peopled as (
     select s.code from section s
      where s.tenant_id = $1
        and (s.id in (select p.section_id from person p
                       where p.tenant_id = $1 and p.left_at is null and p.kind <> 'guest' and ${hasAccount})
             or s.id in (select a.section_id from post_assignment a
                          where a.tenant_id = $1 and a.valid_from <= $2
                            and (a.valid_until is null or a.valid_until > $2)))
   ), room as (
     select * from room r where r.tenant_id = $1 and r.kind = 'section'
   )
   select coalesce(c.code, r.section_code) as code, c.name as section_name, c.kana as section_kana,
          coalesce(c.code in (select code from peopled), false) as has_people,
          r.id as room_id, r.name as room_name, r.kana as room_kana, r.archived_at is not null as is_archived
     from current c full join room r on r.section_code = c.code
    order by code`,
);

/*
 * Everybody who should be in a room because of the organisation: who belongs to its section on the day $2, by the main
 * post or a concurrent one, the section's account among them; in a room of everybody, everybody who is no guest.
 */
const expected = `
   belonging as (
     select s.code, p.id as person_id
       from person p join section s on s.tenant_id = $1 and s.id = p.section_id
      where p.tenant_id = $1 and p.left_at is null and p.kind <> 'guest' and ${hasAccount}
     union
     select s.code, p.id
       from post_assignment a
       join section s on s.tenant_id = $1 and s.id = a.section_id
       join person p on p.tenant_id = $1 and p.id = a.person_id and p.left_at is null and p.kind <> 'guest'
                    and ${hasAccount}
      where a.tenant_id = $1 and a.valid_from <= $2 and (a.valid_until is null or a.valid_until > $2)
   ), expected as (
     select r.id as room_id, b.person_id
       from room r join belonging b on b.code = r.section_code
      where r.tenant_id = $1 and r.kind = 'section' and r.archived_at is null
     union all
     select r.id, p.id
       from room r join person p on p.tenant_id = $1 and p.left_at is null and p.kind <> 'guest'
                    and ${hasAccount}
      where r.tenant_id = $1 and r.kind = 'municipality' and r.archived_at is null
   )`;

export type DifferenceRow = { room_id: string; person_id: string; is_wanted: boolean };

/**
 * Who has to come and who has to go, on the day $2. An archived room keeps its last members. Somebody invited stays as
 * long as they are in the office.
 */
export const membershipDifferences = statement<DifferenceRow>(
  "chat.membership-differences",
  `with ${expected}
   select e.room_id, e.person_id, true as is_wanted
     from expected e
     left join room_member m on m.tenant_id = $1 and m.room_id = e.room_id and m.person_id = e.person_id
    where m.person_id is null or not m.is_automatic
   union all
   select m.room_id, m.person_id, false
     from room_member m
     join room r on r.tenant_id = $1 and r.id = m.room_id and r.kind in ('section', 'municipality')
                and r.archived_at is null
     join person p on p.tenant_id = $1 and p.id = m.person_id
     left join expected e on e.room_id = m.room_id and e.person_id = m.person_id
    where m.tenant_id = $1 and e.person_id is null and (m.is_automatic or p.left_at is not null)`,
);
