import { statement, type Transaction } from "#core/db/index.ts";
import {
  listHolderDevices,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type {
  EquipmentDetail,
  EquipmentEvent,
  EquipmentItem,
  EquipmentPage,
  EquipmentQuery,
  HeldEquipment,
} from "../contract.ts";
import { listSectionsInCharge } from "../media/officers.ts";

type Row = Omit<PersonSummaryRow, "id" | "kind"> & {
  id: string | null;
  kind: string | null;
  equipment_id: string;
  number: string;
  equipment_kind: string;
  owned: string;
  model: string;
  serial: string;
  sim_number: string;
  network: string | null;
  state: string;
  place_name: string | null;
  due_on: string | null;
  device_id: string | null;
  note: string;
};

const columns = `e.id as equipment_id, e.number, e.kind as equipment_kind, e.owned, e.model, e.serial, e.sim_number, e.network,
  e.state, e.note, e.due_on::text as due_on, e.device_id, x.name as place_name, ${personSummaryColumns}`;
const from = `from equipment e
  left join person p on p.tenant_id = e.tenant_id and p.id = e.holder_id ${personSummaryJoin}
  left join section x on x.tenant_id = e.tenant_id and x.id = e.section_id`;

const listRows = statement<Row>(
  "equipment.list",
  `select ${columns} ${from}
    where e.tenant_id = $1
      and ($2 = '' or strpos(e.search_key, $2) > 0 or strpos(coalesce(p.search_key, ''), $2) > 0
           or strpos(coalesce(x.search_key, ''), $2) > 0)
      and ($3::text is null or e.kind = $3) and ($4::text is null or e.state = $4)
      and (not $5 or (e.state = 'handed-out' and e.due_on < $6::date))
      and ($7::text is null or e.number > $7)
    order by e.number limit $8`,
);
const findRow = statement<Row>(
  "equipment.get",
  `select ${columns} ${from} where e.tenant_id = $1 and e.id = $2`,
);
const listOwn = statement<Row>(
  "equipment.list-own",
  `select ${columns} ${from} where e.tenant_id = $1 and e.holder_id = $2 order by e.number limit 200`,
);
const listOfSections = statement<Row>(
  "equipment.list-of-sections",
  `select ${columns} ${from}
    where e.tenant_id = $1 and e.section_id = any($3::uuid[]) and e.state <> 'retired' and e.holder_id is distinct from $2
    order by e.number limit 500`,
);
const countStates = statement<{ state: string; count: number }>(
  "equipment.count-states",
  "select state, count(*)::int as count from equipment where tenant_id = $1 group by state",
);
const listEvents = statement<{
  at: Date;
  what: string;
  by_name: string | null;
  holder_name: string | null;
  section_name: string | null;
  note: string;
}>(
  "equipment.list-events",
  `select v.at, v.what, b.name as by_name, h.name as holder_name, x.name as section_name, v.note
     from equipment_event v
     left join person b on b.tenant_id = v.tenant_id and b.id = v.by_id
     left join person h on h.tenant_id = v.tenant_id and h.id = v.holder_id
     left join section x on x.tenant_id = v.tenant_id and x.id = v.section_id
    where v.tenant_id = $1 and v.equipment_id = $2 order by v.at desc, v.id desc limit 200`,
);

/** The register by number, a page at a time. The cursor is the last number. */
export async function listEquipment(
  tx: Transaction,
  tenantId: string,
  today: string,
  query: EquipmentQuery,
): Promise<EquipmentPage> {
  const rows = await tx.all(listRows, [
    tenantId,
    searchKey(query.q ?? ""),
    query.kind ?? null,
    query.state ?? null,
    query.overdue === "yes",
    today,
    query.cursor ?? null,
    query.limit + 1,
  ]);
  const counts = { "in-store": 0, "handed-out": 0, lost: 0, retired: 0 };
  for (const { state, count } of await tx.all(countStates, [tenantId]))
    counts[state as keyof typeof counts] = count;
  const items = rows.slice(0, query.limit).map((row) => toItem(row, today));
  return { items, next: rows.length > query.limit ? items.at(-1)!.number : null, counts };
}

/** What the actor holds, and what the sections have of which they are an officer. */
export async function listHeldEquipment(
  tx: Transaction,
  actor: Actor,
  today: string,
): Promise<HeldEquipment> {
  const { tenantId, personId } = actor;
  const sections = actor.zone === "lgwan" ? await listSectionsInCharge(tx, actor, today) : [];
  const own = await tx.all(listOwn, [tenantId, personId]);
  const others = sections.length === 0 ? [] : await tx.all(listOfSections, [tenantId, personId, sections]);
  const shown = (rows: readonly Row[]) => rows.map((row) => ({ ...toItem(row, today), note: "" }));
  return { own: shown(own), section: shown(others) };
}

/** One thing with its history, the last event first. */
export async function getEquipment(
  tx: Transaction,
  tenantId: string,
  equipmentId: string,
  today: string,
): Promise<EquipmentDetail> {
  const row = isId(equipmentId) ? await tx.first(findRow, [tenantId, equipmentId]) : undefined;
  if (!row) throw notFound();
  const events = await tx.all(listEvents, [tenantId, equipmentId]);
  const devices = row.id ? await listHolderDevices(tx, tenantId, row.id) : [];
  return {
    ...toItem(row, today),
    devices: devices.map((device) => ({ ...device, isLinked: device.id === row.device_id })),
    events: events.map((event) => ({
      at: event.at.toISOString(),
      what: event.what as EquipmentEvent["what"],
      byName: event.by_name,
      holderName: event.holder_name,
      sectionName: event.section_name,
      note: event.note,
    })),
  };
}

function toItem(row: Row, today: string): EquipmentItem {
  const { id, kind } = row;
  return {
    id: row.equipment_id,
    number: row.number,
    kind: row.equipment_kind as EquipmentItem["kind"],
    owned: row.owned as EquipmentItem["owned"],
    model: row.model,
    serial: row.serial,
    simNumber: row.sim_number,
    network: row.network as EquipmentItem["network"],
    state: row.state as EquipmentItem["state"],
    holder: id && kind ? toPersonSummary({ ...row, id, kind }) : null,
    sectionName: row.place_name,
    dueOn: row.due_on,
    isLinked: row.device_id !== null,
    isOverdue: row.state === "handed-out" && row.due_on !== null && row.due_on < today,
    note: row.note,
  };
}
