import { z } from "zod";
import { statement, type Transaction } from "#core/db/index.ts";
import { AccountClass } from "#core/identity/contract.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  todayInJapan,
  toPersonSummary,
} from "#core/identity/index.ts";
import {
  type LicenceHistory,
  type LicenceKind,
  LicencePlan,
  type Licences,
  PriceList,
  TaxRate,
  type UnusedAccounts,
} from "../contract.ts";
import { paperPrices, paperTaxes } from "../paper.ts";

type SettingRow = {
  id: string;
  kind: string;
  value: unknown;
  reason: string;
  changed_by_name: string | null;
  changed_at: Date;
};

const newestSettings = statement<{ id: string; kind: string; value: unknown }>(
  "licences.newest-settings",
  "select distinct on (kind) id, kind, value from licence_setting where tenant_id = $1 order by kind, id desc",
);
const listHistory = statement<SettingRow>(
  "licences.list-history",
  `select x.id, x.kind, x.value, x.reason, x.changed_at, b.name as changed_by_name
     from licence_setting x left join person b on b.tenant_id = x.tenant_id and b.id = x.changed_by
    where x.tenant_id = $1 order by x.id desc limit 200`,
);

const lastUsed = `(select max(coalesce(x.last_used_at, x.created_at)) from session x
    where x.tenant_id = a.tenant_id and x.account_id = a.id)`;
// Only accounts that can be used at this moment: what is stopped, over or of somebody who has left needs no licence.
const usable = `a.tenant_id = $1 and p.left_at is null and a.disabled_at is null
      and (a.starts_at is null or a.starts_at <= $2) and (a.expires_at is null or a.expires_at > $2)`;

const countUse = statement<{
  class: string;
  accounts: number;
  active30: number;
  active90: number;
  never: number;
}>(
  "licences.count-use",
  `select u.class, count(*)::int as accounts,
          (count(*) filter (where u.used_at > $2 - interval '30 days'))::int as active30,
          (count(*) filter (where u.used_at > $2 - interval '90 days'))::int as active90,
          (count(*) filter (where u.used_at is null))::int as never
     from (select a.class, ${lastUsed} as used_at
             from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
            where ${usable}) u
    group by u.class`,
);
const listUnused = statement<
  PersonSummaryRow & { login_id: string; class: string; used_at: Date | null; created_at: Date }
>(
  "licences.list-unused",
  `select * from (
     select ${personSummaryColumns}, a.login_id, a.class, ${lastUsed} as used_at, a.created_at, s.sort_order, s.code
       from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id ${personSummaryJoin}
      where ${usable}) u
    where u.used_at is null or u.used_at <= $2 - make_interval(days => $3)
    order by u.used_at nulls first, u.sort_order, u.code, u.kana, u.id`,
);

/** What holds of a kind, by the newest row. */
export async function findNewest(
  tx: Transaction,
  tenantId: string,
): Promise<Map<LicenceKind, { id: string; value: unknown }>> {
  const rows = await tx.all(newestSettings, [tenantId]);
  return new Map(rows.map((row) => [row.kind as LicenceKind, { id: row.id, value: row.value }]));
}

/** What was bought, what is used, and by which prices it is paid. */
export async function getLicences(tx: Transaction, tenantId: string, now: Date): Promise<Licences> {
  const newest = await findNewest(tx, tenantId);
  const rows = await tx.all(countUse, [tenantId, now]);
  const useOf = new Map(rows.map((row) => [row.class, row]));
  const read = <T>(kind: LicenceKind, schema: z.ZodType<T>): T | undefined => {
    const found = newest.get(kind);
    return found && schema.parse(found.value);
  };
  const plan = read("plan", LicencePlan) ?? null;
  const idOf = (kind: LicenceKind) => newest.get(kind)?.id ?? null;
  return {
    prices:
      read("prices", z.array(PriceList)) ?? paperPrices.map((list) => ({ ...list, tiers: [...list.tiers] })),
    taxes: read("taxes", z.array(TaxRate)) ?? [...paperTaxes],
    plan,
    ids: { prices: idOf("prices"), taxes: idOf("taxes"), plan: idOf("plan") },
    classes: AccountClass.options.map((each) => {
      const use = useOf.get(each);
      return {
        class: each,
        planned: plan?.counts[each] ?? null,
        accounts: use?.accounts ?? 0,
        active30: use?.active30 ?? 0,
        active90: use?.active90 ?? 0,
        never: use?.never ?? 0,
      };
    }),
    today: todayInJapan({ now: () => now }),
  };
}

/** Accounts that nobody has used for so many days, the longest unused first. */
export async function listUnusedAccounts(
  tx: Transaction,
  tenantId: string,
  now: Date,
  days: number,
): Promise<UnusedAccounts> {
  const rows = await tx.all(listUnused, [tenantId, now, days]);
  return {
    items: rows.map((row) => ({
      person: toPersonSummary(row),
      loginId: row.login_id,
      class: row.class as AccountClass,
      lastUsedAt: row.used_at?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    })),
  };
}

/** Every change of prices, taxes and numbers, the newest first. */
export async function listLicenceHistory(tx: Transaction, tenantId: string): Promise<LicenceHistory> {
  const rows = await tx.all(listHistory, [tenantId]);
  return {
    items: rows.map((row) => ({
      id: row.id,
      kind: row.kind as LicenceKind,
      value: row.value,
      reason: row.reason,
      changedByName: row.changed_by_name,
      changedAt: row.changed_at.toISOString(),
    })),
  };
}
