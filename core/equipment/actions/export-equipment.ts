import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { EquipmentExport, EquipmentKind, EquipmentState } from "../contract.ts";
import { decideKeepEquipment } from "../policy.ts";

const listAll = statement<{
  number: string;
  kind: EquipmentKind;
  owned: string;
  model: string;
  serial: string;
  sim_number: string;
  network: string | null;
  state: EquipmentState;
  holder_number: string | null;
  holder_name: string | null;
  section_code: string | null;
  section_name: string | null;
  due_on: string | null;
  note: string;
}>(
  "equipment.list-for-export",
  `select e.number, e.kind, e.owned, e.model, e.serial, e.sim_number, e.network, e.state, p.number as holder_number,
          p.name as holder_name, s.code as section_code, s.name as section_name, e.due_on::text as due_on, e.note
     from equipment e
     left join person p on p.tenant_id = e.tenant_id and p.id = e.holder_id
     left join section s on s.tenant_id = e.tenant_id and s.id = e.section_id
    where e.tenant_id = $1 order by e.number`,
);

const headings = [
  "備品番号",
  "種類",
  "貸与・私物",
  "機種名",
  "製造番号",
  "電話番号",
  "網",
  "状態",
  "職員番号",
  "氏名",
  "所属コード",
  "所属",
  "返却予定日",
  "備考",
];
const kinds: Record<EquipmentKind, string> = {
  pc: "パソコン",
  tablet: "タブレット",
  phone: "スマートフォン",
  "sim-dongle": "SIMドングル",
  "usb-memory": "USBメモリ",
  other: "その他",
};
const states: Record<EquipmentState, string> = {
  "in-store": "保管中",
  "handed-out": "貸出中",
  lost: "紛失",
  retired: "廃棄",
};
const networks: Readonly<Record<string, string>> = { lgwan: "LGWAN", internet: "インターネット" };

/** The whole register, in the columns and words that an import reads again: what is taken out can be brought back. */
export async function exportEquipment(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
): Promise<EquipmentExport> {
  const rule = assertAllowed(actor, decideKeepEquipment(actor));
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const rows = await tx.all(listAll, [actor.tenantId]);
    await recordAudit(tx, actor, clock.now(), {
      action: "equipment.exported",
      subjectId: null,
      rule,
      facts: { rows: rows.length },
    });
    return {
      rows: [
        headings,
        ...rows.map((row) => [
          row.number,
          kinds[row.kind],
          row.owned === "personal" ? "私物" : "貸与",
          row.model,
          row.serial,
          row.sim_number,
          networks[row.network ?? ""] ?? "",
          states[row.state],
          row.holder_number ?? "",
          row.holder_name ?? "",
          row.section_code ?? "",
          row.section_name ?? "",
          row.due_on ?? "",
          row.note,
        ]),
      ],
    };
  });
}
