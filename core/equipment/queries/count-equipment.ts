import { statement, type Transaction } from "#core/db/index.ts";
import type { EquipmentCounts } from "../contract.ts";

const countKinds = statement<{ kind: string; state: string; count: number }>(
  "equipment.count-kinds",
  `select kind, state, count(*)::int as count from equipment
    where tenant_id = $1 and state <> 'retired' group by kind, state order by kind, state`,
);
const countSections = statement<{ name: string | null; count: number }>(
  "equipment.count-sections",
  `select s.name, count(*)::int as count
     from equipment e left join section s on s.tenant_id = e.tenant_id and s.id = e.section_id
    where e.tenant_id = $1 and e.state = 'handed-out'
    group by s.id, s.name order by count(*) desc, s.name`,
);

/** How many things there are by kind and state, and where those are that are handed out. */
export async function countEquipment(tx: Transaction, tenantId: string): Promise<EquipmentCounts> {
  const kinds = await tx.all(countKinds, [tenantId]);
  const sections = await tx.all(countSections, [tenantId]);
  return {
    kinds: kinds.map(({ kind, state, count }) => ({
      kind: kind as EquipmentCounts["kinds"][number]["kind"],
      state: state as EquipmentCounts["kinds"][number]["state"],
      count,
    })),
    sections,
  };
}
