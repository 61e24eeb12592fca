import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { Assignment, PersonProfile, SectionRole } from "../contract.ts";
import { decideEditDirectory, decideSeePerson } from "../policy.ts";
import type { Roommates } from "./list-people.ts";
import {
  listPersonSummaries,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./person-summaries.ts";

type ProfileRow = PersonSummaryRow & {
  number: string;
  former_name: string | null;
  workplace: string | null;
  extension: string | null;
  phone: string | null;
  sponsor_id: string | null;
  left_at: Date | null;
  leaves_on: string | null;
};

const findProfile = statement<ProfileRow>(
  "identity.find-profile",
  `select ${personSummaryColumns}, p.number, p.former_name, p.workplace, p.extension, p.phone, p.sponsor_id, p.left_at,
          p.leaves_on
     from person p ${personSummaryJoin} where p.tenant_id = $1 and p.id = $2`,
);

type AssignmentRow = {
  id: string;
  section_id: string;
  section_name: string;
  post_name: string | null;
  is_main: boolean;
  valid_from: string;
  valid_until: string | null;
};

const assignmentsFrom = statement<AssignmentRow>(
  "identity.list-assignments",
  `select x.id, x.section_id, s.name as section_name, x.post_name, x.is_main, x.valid_from, x.valid_until
     from post_assignment x join section s on s.tenant_id = x.tenant_id and s.id = x.section_id
    where x.tenant_id = $1 and x.person_id = $2 and (x.valid_until is null or x.valid_until > $3)
    order by x.valid_from, x.is_main desc, s.sort_order`,
);

const rolesOf = statement<{ role: string; id: string; name: string }>(
  "identity.list-roles-of-person",
  `select r.role, s.id, s.name from section_role r join section s on s.tenant_id = r.tenant_id and s.id = r.section_id
    where r.tenant_id = $1 and r.person_id = $2 and r.valid_from <= $3 and (r.valid_until is null or r.valid_until > $3)
    order by r.role, s.sort_order`,
);

/** A person's page. A guest sees the summary of a roommate; posts to come are for those who enter them. */
export async function getPerson(
  tx: Transaction,
  actor: Actor,
  personId: string,
  roommates: Roommates,
  today: string,
): Promise<PersonProfile> {
  const sharesRoom = actor.kind === "guest" && (await roommates(tx, actor)).includes(personId);
  assertAllowed(actor, decideSeePerson(actor, { id: personId, sharesRoom }));
  const row = await tx.first(findProfile, [actor.tenantId, personId]);
  if (!row) throw notFound();
  const person = toPersonSummary(row);
  const canChat = row.left_at === null && personId !== actor.personId && actor.kind !== "guest";
  if (actor.kind === "guest") return { ...nothingMore, person, hasLeft: row.left_at !== null, canChat };
  const isEditor = decideEditDirectory(actor).kind === "allow";
  const [assignments, roles, people] = await Promise.all([
    tx.all(assignmentsFrom, [actor.tenantId, personId, today]),
    tx.all(rolesOf, [actor.tenantId, personId, today]),
    listPersonSummaries(tx, actor.tenantId, row.sponsor_id === null ? [] : [row.sponsor_id]),
  ]);
  const current = assignments.filter((post) => post.valid_from <= today).toSorted(mainFirst);
  return {
    person,
    number: row.number,
    formerName: row.former_name,
    posts: current.map(toAssignment),
    upcoming: isEditor ? assignments.filter((post) => post.valid_from > today).map(toAssignment) : [],
    workplace: row.workplace,
    extension: row.extension,
    phone: row.phone,
    roles: roles.map(({ role, id, name }) => ({ role: role as SectionRole, section: { id, name } })),
    sponsor: row.sponsor_id === null ? null : (people.get(row.sponsor_id) ?? null),
    hasLeft: row.left_at !== null,
    leavesOn: isEditor ? row.leaves_on : null,
    canChat,
  };
}

const nothingMore = {
  number: null,
  formerName: null,
  posts: [],
  upcoming: [],
  workplace: null,
  extension: null,
  phone: null,
  roles: [],
  sponsor: null,
  leavesOn: null,
};

function mainFirst(a: AssignmentRow, b: AssignmentRow): number {
  return Number(b.is_main) - Number(a.is_main);
}

function toAssignment(row: AssignmentRow): Assignment {
  return {
    id: row.id,
    section: { id: row.section_id, name: row.section_name },
    postName: row.post_name,
    isMain: row.is_main,
    from: row.valid_from,
    until: row.valid_until,
  };
}
