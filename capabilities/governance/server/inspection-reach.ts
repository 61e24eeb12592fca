import { statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { makeDutyReaches, type Reaches } from "#core/reach/index.ts";

/** So long a decision is told. */
const tellsDays = 3;

const listOpen = statement<{ id: string }>(
  "governance.list-inspections-that-wait",
  `select i.id from inspection i join account a on a.tenant_id = i.tenant_id and a.id = $2
    where i.tenant_id = $1 and i.id = any($3::uuid[])
      and case when i.requested_by = $2 then i.decided_at > $4::timestamptz - make_interval(days => ${tellsDays})
               else i.decided_at is null and i.expires_at > $4 and 'audit' = any(a.offices) end`,
);

/** Whoever may consent to an inspection is told that one waits, and who asked how it was decided. */
export const makeInspectionReaches = (clock: Clock): Reaches =>
  makeDutyReaches("inspections", async (tx, { tenantId, personId, ids }) => {
    const rows = await tx.all(listOpen, [tenantId, personId, ids, clock.now()]);
    return rows.map(({ id }) => ({ id, path: "/administration/inspections" }));
  });
