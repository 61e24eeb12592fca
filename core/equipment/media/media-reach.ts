import { statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { makeDutyReaches, type Reaches } from "#core/reach/index.ts";
import { dateInJapan } from "#shared/time.ts";

/** So long an answer is told. */
const tellsDays = 3;

// Whoever decides is told of what waits or is overdue, who asked of answers and of the day on which it should have been back.
const listOpen = statement<{ id: string }>(
  "equipment.list-loans-that-wait",
  `select l.id from media_loan l
    where l.tenant_id = $1 and l.id = any($3::uuid[])
      and ((l.state = 'lent' and l.due_on < $5::date
             and (l.lent_by = $2 or l.asker_id = $2 or l.operator_id = $2 or l.section_id in (
               select r.section_id from section_role r
                where r.tenant_id = $1 and r.person_id = $2 and r.role in ('security-officer', 'systems-officer')
                  and r.valid_from <= $5 and (r.valid_until is null or r.valid_until > $5))))
        or ((l.asker_id = $2 or l.operator_id = $2) and exists (
             select from media_event v
              where v.tenant_id = $1 and v.loan_id = l.id and v.by_id <> $2 and v.by_id <> l.asker_id
                and v.at > $4::timestamptz - make_interval(days => ${tellsDays})))
        or (l.asker_id <> $2 and l.operator_id is distinct from $2
             and (l.state = 'waiting' or l.wanted_due_on is not null
                  or (l.state = 'lost' and l.ended_at > $4::timestamptz - make_interval(days => ${tellsDays})))
             and (exists (select from account a where a.tenant_id = $1 and a.id = $2 and 'accounts' = any(a.offices))
                  or l.section_id in (
                    select r.section_id from section_role r
                     where r.tenant_id = $1 and r.person_id = $2 and r.role in ('security-officer', 'systems-officer')
                       and r.valid_from <= $5 and (r.valid_until is null or r.valid_until > $5)))))`,
);

/** Whose devices the log of removable media wakes. What it says is found on the LGWAN side only, at the same address. */
export const makeMediaReaches = (clock: Clock): Reaches =>
  makeDutyReaches("media", async (tx, { tenantId, personId, ids }) => {
    const now = clock.now();
    const rows = await tx.all(listOpen, [tenantId, personId, ids, now, dateInJapan(now)]);
    return rows.map(({ id }) => ({ id, path: "/settings/media" }));
  });
