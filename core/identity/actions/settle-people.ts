import { statement, type Transaction } from "#core/db/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { postRank } from "../import/posts.ts";
import { endSessionsOf } from "../import/write-people.ts";
import { type OrganisationListener, tellOrganisationListeners } from "../organisation-listeners.ts";
import { listPersonSummaries } from "../queries/person-summaries.ts";
import { directoryChanged, personChanged, sessionEnded } from "./directory-events.ts";

type Settled = { id: string; section_id: string; post_name: string | null };

// A section that was renamed or rebuilt (組織改正) goes on under its code: who was in the old form is in the new one.
const followSections = statement<{ person_id: string }>(
  "identity.follow-sections",
  `with ended as (
     select x.id, x.person_id, x.post_name, x.is_main, n.id as next_id, n.valid_from as next_from
       from post_assignment x
       join section o on o.tenant_id = x.tenant_id and o.id = x.section_id and o.valid_until <= $2
       join section n on n.tenant_id = o.tenant_id and n.code = o.code and n.valid_from <= $2
                     and (n.valid_until is null or n.valid_until > $2)
      where x.tenant_id = $1 and x.valid_from <= $2 and (x.valid_until is null or x.valid_until > $2)
        and x.valid_from < n.valid_from and ($3::uuid[] is null or x.person_id = any($3))
   ), closed as (
     update post_assignment x set valid_until = e.next_from from ended e where x.tenant_id = $1 and x.id = e.id
   ), opened as (
     insert into post_assignment (tenant_id, id, person_id, section_id, post_name, is_main, valid_from)
     select $1, gen_random_uuid(), person_id, next_id, post_name, is_main, next_from from ended
     on conflict (tenant_id, person_id, section_id, valid_from) do nothing
   ) select distinct person_id from ended`,
);

// The roles of a section go on with its next form too.
const followRoles = statement<never>(
  "identity.follow-section-roles",
  `with ended as (
     select r.id, r.role, r.person_id, n.id as next_id, n.valid_from as next_from
       from section_role r
       join section o on o.tenant_id = r.tenant_id and o.id = r.section_id and o.valid_until <= $2
       join section n on n.tenant_id = o.tenant_id and n.code = o.code and n.valid_from <= $2
                     and (n.valid_until is null or n.valid_until > $2)
      where r.tenant_id = $1 and r.valid_from < n.valid_from and (r.valid_until is null or r.valid_until > $2)
   ), closed as (
     update section_role r set valid_until = e.next_from from ended e where r.tenant_id = $1 and r.id = e.id
   )
   insert into section_role (tenant_id, id, section_id, role, person_id, valid_from)
   select $1, gen_random_uuid(), e.next_id, e.role, e.person_id, e.next_from from ended e
    where not exists (select from section_role x
                       where x.tenant_id = $1 and x.section_id = e.next_id and x.role = e.role)`,
);

const whoDiffers = statement<Settled>(
  "identity.who-differs-from-posts",
  `select p.id, m.section_id, m.post_name
     from person p
     join lateral (select x.section_id, x.post_name from post_assignment x
                    where x.tenant_id = p.tenant_id and x.person_id = p.id and x.is_main and x.valid_from <= $2
                      and (x.valid_until is null or x.valid_until > $2)
                    order by x.valid_from desc, x.id desc limit 1) m on true
    where p.tenant_id = $1 and p.left_at is null and ($3::uuid[] is null or p.id = any($3))
      and (p.section_id is distinct from m.section_id or p.post_name is distinct from m.post_name)`,
);
const writeMain = statement<never>(
  "identity.write-main-posts",
  `update person p set section_id = n.section_id, post_name = n.post_name, post_rank = n.post_rank
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]) as n (id, section_id, post_name, post_rank)
    where p.tenant_id = $1 and p.id = n.id`,
);
// The last administrator stays, whatever was entered: nobody locks the hall out by a date.
const letLeave = statement<{ id: string }>(
  "identity.let-leave",
  `update person p set left_at = $3
    where p.tenant_id = $1 and p.left_at is null and p.leaves_on <= $2 and ($4::uuid[] is null or p.id = any($4))
      and exists (select from account a join person o on o.tenant_id = a.tenant_id and o.id = a.id
                   where a.tenant_id = $1 and 'accounts' = any(a.offices) and a.disabled_at is null and o.left_at is null
                     and (o.leaves_on is null or o.leaves_on > $2))
   returning p.id`,
);
const closeAll = statement<never>(
  "identity.close-posts-of-leavers",
  `update post_assignment set valid_until = greatest($3::date, valid_from + 1)
    where tenant_id = $1 and person_id = any($2::uuid[]) and (valid_until is null or valid_until > $3)`,
);
const closeRoles = statement<never>(
  "identity.close-roles-of-leavers",
  `update section_role set valid_until = greatest($3::date, valid_from + 1)
    where tenant_id = $1 and person_id = any($2::uuid[]) and (valid_until is null or valid_until > $3)`,
);
const disable = statement<never>(
  "identity.disable-leavers",
  `update account set disabled_at = coalesce(disabled_at, $3) where tenant_id = $1 and id = any($2::uuid[])`,
);
const begunOn = statement<{ person_id: string }>(
  "identity.list-posts-begun-or-ended",
  `select distinct person_id from post_assignment
    where tenant_id = $1 and (valid_from = $2 or valid_until = $2)`,
);

/** More people than this are told of by one event for all. */
const toldOneByOne = 50;

export type Settling = {
  tenantId: string;
  now: Date;
  today: string;
  /** Whose posts were changed; null: everybody's may have come into effect (a day has begun). */
  personIds: readonly string[] | null;
  listeners: readonly OrganisationListener[];
};

/**
 * Brings what everybody sees (section, post, who is here) in line with the dates: posts that begin or end, sections that
 * go on in another form, people whose last day is over. Tells those who follow the organisation and gives the events to
 * publish. Called behind the rows of each action, and at 0:00; doing it twice changes nothing.
 *
 * @returns how many people are other than before, and the events, which the action publishes last
 */
export async function settlePeople(
  tx: Transaction,
  { tenantId, now, today, personIds, listeners }: Settling,
): Promise<{ moved: string[]; left: string[]; events: OutgoingEvent[] }> {
  const followed = await tx.all(followSections, [tenantId, today, personIds]);
  if (personIds === null) await tx.run(followRoles, [tenantId, today]);
  const moved = await tx.all(whoDiffers, [tenantId, today, personIds]);
  if (moved.length > 0)
    await tx.run(writeMain, [
      tenantId,
      moved.map((person) => person.id),
      moved.map((person) => person.section_id),
      moved.map((person) => person.post_name),
      moved.map((person) => (person.post_name === null ? null : (postRank(person.post_name) ?? null))),
    ]);
  const left = (await tx.all(letLeave, [tenantId, today, now, personIds])).map((person) => person.id);
  if (left.length > 0) {
    await tx.run(closeAll, [tenantId, left, today]);
    await tx.run(closeRoles, [tenantId, left, today]);
    await tx.run(disable, [tenantId, left, now]);
  }
  // Concurrent posts change no line of the person's, but they open and close rooms of sections.
  const begun = personIds ?? (await tx.all(begunOn, [tenantId, today])).map((post) => post.person_id);
  const touched = [
    ...new Set([
      ...begun,
      ...followed.map((post) => post.person_id),
      ...moved.map((person) => person.id),
      ...left,
    ]),
  ];
  const ended = touched.length > 0 ? await endSessionsOf(tx, tenantId, now, touched) : [];
  if (touched.length > 0)
    await tellOrganisationListeners(listeners, tx, { tenantId, personIds: touched, now });
  const gone = new Set(left);
  const events: OutgoingEvent[] = [];
  if (touched.length > toldOneByOne) events.push(directoryChanged(tenantId, now));
  else
    for (const [id, person] of await listPersonSummaries(tx, tenantId, touched))
      events.push(personChanged(tenantId, person, gone.has(id)));
  return { moved: moved.map((person) => person.id), left, events: [...events, ...ended.map(sessionEnded)] };
}
