import { statement, type Transaction } from "#core/db/index.ts";
import type { OperatorItem } from "../contract.ts";
import { sitsIn } from "../operators.ts";

const listRows = statement<{ id: string; name: string; kana: string; last_at: Date | null }>(
  "identity.list-operators",
  `select o.id, o.name, o.kana,
          (select max(s.created_at) from session s
            where s.tenant_id = $1 and s.account_id = $4 and s.operator_id = o.id) as last_at
     from person o
    where o.tenant_id = $1 and ${sitsIn("$2::uuid", "$3::date")}
    order by last_at desc nulls last, o.kana, o.id`,
);

/** Who may sit at a section account: those who sat there last first, then by kana. */
export async function listOperators(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  sectionId: string,
  today: string,
): Promise<OperatorItem[]> {
  const rows = await tx.all(listRows, [tenantId, sectionId, today, accountId]);
  return rows.map(({ id, name, kana, last_at }) => ({ id, name, kana, isRecent: last_at !== null }));
}
