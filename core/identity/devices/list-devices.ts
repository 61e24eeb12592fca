import { statement, type Transaction } from "#core/db/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "../queries/person-summaries.ts";
import type { DeviceItem, DevicesPage, DevicesQuery, OwnDevice, OwnDevices } from "./device-contract.ts";
import { deviceNumber } from "./device-number.ts";
import { decideDevices, devicesInCharge } from "./device-policy.ts";
import { findDeviceRule, needsApproval, ownConsentText } from "./device-rule.ts";
import { listOfficerSections } from "./officer-sections.ts";

type DeviceRow = {
  id: string;
  device_name: string | null;
  label: string | null;
  zone: string;
  approval: string;
  owned: string | null;
  requested_at: Date | null;
  decided_at: Date | null;
  decision_note: string | null;
  consented_at: Date | null;
  cut_off_at: Date | null;
  cut_off_because: string | null;
  wiped_at: Date | null;
  device_created_at: Date;
  last_used_at: Date | null;
  live_sessions: number;
};
type DeviceItemRow = DeviceRow &
  PersonSummaryRow & { device_id: string; request_note: string | null; decided_by_name: string | null };

const columns = `d.name as device_name, d.label, d.zone, d.approval, d.owned, d.requested_at, d.decided_at, d.decision_note,
  d.consented_at, d.cut_off_at, d.cut_off_because, d.wiped_at, d.created_at as device_created_at,
  (select max(coalesce(x.last_used_at, x.created_at)) from session x
    where x.tenant_id = d.tenant_id and x.device_id = d.id) as last_used_at,
  (select count(*)::int from session x where x.tenant_id = d.tenant_id and x.device_id = d.id and x.ended_at is null
      and x.expires_at > $2) as live_sessions`;

// Devices that were never used again after their only session are many (programs without a cookie); they are not shown.
const listOwn = statement<DeviceRow>(
  "identity.list-own-devices",
  `select d.id, ${columns} from device d
    where d.tenant_id = $1 and d.account_id = $3
      and (d.approval <> 'unasked' or exists (
            select from session x where x.tenant_id = d.tenant_id and x.device_id = d.id and x.ended_at is null
               and x.expires_at > $2))
    order by coalesce(d.last_used_at, d.created_at) desc, d.id limit 200`,
);

const inCharge = "($3::uuid[] is null or p.section_id = any($3))";
// One device's page begins behind the cursor's; who waits comes first, the longest first.
const listAll = statement<DeviceItemRow>(
  "identity.list-devices",
  `with found as (
     select d.id as device_id, ${columns}, d.request_note, b.name as decided_by_name, ${personSummaryColumns},
            case d.approval when 'waiting' then 0 when 'cut-off' then 1 else 2 end as place
       from device d join person p on p.tenant_id = d.tenant_id and p.id = d.account_id ${personSummaryJoin}
       left join person b on b.tenant_id = d.tenant_id and b.id = d.decided_by
      where d.tenant_id = $1 and d.approval <> 'unasked' and ${inCharge}
        and ($4::text is null or d.approval = $4)
        and ($5 = '' or strpos(p.search_key, $5) > 0 or strpos(coalesce(s.search_key, ''), $5) > 0
             or strpos(lower(coalesce(d.label, d.name, '')), lower($6)) > 0)
   )
   select * from found
    where $7::uuid is null or (place, device_id) > (select place, device_id from found where device_id = $7)
    order by place, device_id limit $8`,
);
const countWaiting = statement<{ count: number }>(
  "identity.count-waiting-devices",
  `select count(*)::int as count from device d join person p on p.tenant_id = d.tenant_id and p.id = d.account_id
    where d.tenant_id = $1 and d.approval = 'waiting' and ($2::uuid[] is null or p.section_id = any($2))`,
);

/** One's own devices, the last used first, and what is asked of them. */
export async function listOwnDevices(tx: Transaction, actor: Actor, now: Date): Promise<OwnDevices> {
  const rule = await findDeviceRule(tx, actor.tenantId);
  const rows = await tx.all(listOwn, [actor.tenantId, now, actor.personId]);
  const account = { kind: actor.kind, class: actor.accountClass, administers: actor.offices.length > 0 };
  return {
    items: rows.map((row) => ({ ...toDevice(row), isThis: row.id === actor.deviceId })),
    isApprovalNeeded: needsApproval(rule, account, "internet", now),
    graceUntil: rule.graceUntil && now < rule.graceUntil ? rule.graceUntil.toISOString() : null,
    allowsPersonal: rule.allowsPersonal,
    consentText: rule.consentText ?? ownConsentText,
  };
}

/** Devices about which the actor may decide, those that wait first. The cursor is the last one's id. */
export async function listDevices(
  tx: Transaction,
  actor: Actor,
  now: Date,
  today: string,
  query: DevicesQuery,
): Promise<DevicesPage> {
  const officerOf = await listOfficerSections(tx, actor, today);
  assertAllowed(actor, decideDevices(actor, officerOf));
  const charge = devicesInCharge(actor, officerOf);
  const sections = charge.kind === "all" ? null : charge.sectionIds;
  const word = query.q?.trim() ?? "";
  const rows = await tx.all(listAll, [
    actor.tenantId,
    now,
    sections,
    query.approval ?? null,
    searchKey(word),
    word,
    query.cursor !== undefined && isId(query.cursor) ? query.cursor : null,
    query.limit + 1,
  ]);
  const waiting = await tx.first(countWaiting, [actor.tenantId, sections]);
  const items = rows.slice(0, query.limit).map(toDeviceItem);
  return {
    items,
    next: rows.length > query.limit ? items.at(-1)!.id : null,
    waiting: waiting?.count ?? 0,
  };
}

function toDeviceItem(row: DeviceItemRow): DeviceItem {
  return {
    ...toDevice({ ...row, id: row.device_id }),
    person: toPersonSummary(row),
    requestNote: row.request_note,
    decidedBy: row.decided_by_name,
  };
}

function toDevice(row: DeviceRow): Omit<OwnDevice, "isThis"> {
  return {
    id: row.id,
    name: row.label ?? row.device_name,
    browser: row.device_name,
    zone: row.zone as OwnDevice["zone"],
    approval: row.approval as OwnDevice["approval"],
    owned: row.owned as OwnDevice["owned"],
    number: deviceNumber(row.id),
    requestedAt: row.requested_at?.toISOString() ?? null,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisionNote: row.decision_note,
    consentedAt: row.consented_at?.toISOString() ?? null,
    cutOffAt: row.cut_off_at?.toISOString() ?? null,
    cutOffBecause: row.cut_off_because as OwnDevice["cutOffBecause"],
    wipedAt: row.wiped_at?.toISOString() ?? null,
    firstUsedAt: row.device_created_at.toISOString(),
    lastUsedAt: (row.last_used_at ?? row.device_created_at).toISOString(),
    liveSessions: row.live_sessions,
  };
}
