import { expect } from "vitest";
import { type Database, scopeOf, statement } from "#core/db/index.ts";

const findFaults = statement<{ fault: string }>(
  "tests.sealed-once",
  `with places as (
     select b.first_position + p.place - 1 as position, p.id
       from stream_batch b cross join lateral unnest(b.outbox_ids) with ordinality as p (id, place)
      where b.tenant_id = $1
   )
   select 'not sealed: ' || o.id as fault from outbox o
    where o.tenant_id = $1 and not exists (select from places where places.id = o.id)
   union all
   select 'sealed ' || count(*) || ' times: ' || id from places group by id having count(*) > 1
   union all
   select 'position given ' || count(*) || ' times: ' || position from places group by position having count(*) > 1
   union all
   select 'no row of the outbox: ' || id from places
    where not exists (select from outbox o where o.tenant_id = $1 and o.id = places.id)
   union all
   select 'gap before position ' || position from (
     select position, lag(position) over (order by position) as before from places) p where before <> position - 1
   union all
   select 'head at ' || h.position || ', last batch at ' || l.position
     from stream_head h, (select max(position) as position from places) l
    where h.tenant_id = $1 and h.position <> l.position`,
);

/** Whether every committed event has exactly one position, without gaps. Waits for the sealer to finish. */
export async function expectSealedOnce(database: Database, tenantId: string): Promise<void> {
  await expect
    .poll(() => database.transaction(scopeOf(tenantId), (tx) => tx.all(findFaults, [tenantId])), {
      timeout: 20_000,
      interval: 50,
    })
    .toEqual([]);
}
