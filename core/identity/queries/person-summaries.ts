import { statement, type Transaction } from "#core/db/index.ts";
import type { PersonSummary } from "../contract.ts";

/** Columns and joins of a PersonSummary, for queries that select from `person p`. */
export const personSummaryColumns = `p.id, p.kind, p.name, p.kana, p.section_id, s.name as section_name, p.post_name, p.affiliation`;
export const personSummaryJoin = "left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id";

export type PersonSummaryRow = {
  id: string;
  kind: string;
  name: string;
  kana: string;
  section_id: string | null;
  section_name: string | null;
  post_name: string | null;
  affiliation: string | null;
};

export function toPersonSummary(row: PersonSummaryRow): PersonSummary {
  return {
    id: row.id,
    kind: row.kind as PersonSummary["kind"],
    name: row.name,
    kana: row.kana,
    sectionId: row.section_id,
    sectionName: row.section_name,
    postName: row.post_name,
    affiliation: row.affiliation,
  };
}

const listCurrent = statement<PersonSummaryRow>(
  "identity.list-current-summaries",
  `select ${personSummaryColumns} from person p ${personSummaryJoin}
    where p.tenant_id = $1 and p.id = any($2::uuid[]) and p.left_at is null`,
);

/** The same without people who have left: for choosing somebody. */
export async function listCurrentPeople(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, PersonSummary>> {
  const rows = await tx.all(listCurrent, [tenantId, ids]);
  return new Map(rows.map((row) => [row.id, toPersonSummary(row)]));
}

const listSummaries = statement<PersonSummaryRow>(
  "identity.list-summaries",
  `select ${personSummaryColumns} from person p ${personSummaryJoin}
    where p.tenant_id = $1 and p.id = any($2::uuid[])`,
);

/** Summaries by id. Unknown ids are left out; what the actor may see is the caller's question. */
export async function listPersonSummaries(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, PersonSummary>> {
  const rows = await tx.all(listSummaries, [tenantId, ids]);
  return new Map(rows.map((row) => [row.id, toPersonSummary(row)]));
}
