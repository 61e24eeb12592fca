import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { StatusKind } from "../contract.ts";

const insertStatuses = statement<never>(
  "reach.import-statuses",
  `insert into person_status (tenant_id, person_id, status, words, until, changed_at)
   select $1, x.person_id, x.status, x.words, x.until, x.changed_at
     from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
          as x (person_id, status, words, until, changed_at)
   on conflict (tenant_id, person_id) do nothing`,
);

export type ImportedStatus = {
  personId: string;
  status: StatusKind;
  words: string | null;
  until: Date | null;
  changedAt: Date;
};

/** What people have said elsewhere about where they are; whoever has said something here keeps it. */
export async function importStatuses(
  database: Database,
  tenantId: string,
  statuses: readonly ImportedStatus[],
): Promise<void> {
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(insertStatuses, [
      tenantId,
      statuses.map(({ personId }) => personId),
      statuses.map(({ status }) => status),
      statuses.map(({ words }) => words),
      statuses.map(({ until }) => until),
      statuses.map(({ changedAt }) => changedAt),
    ]),
  );
}
