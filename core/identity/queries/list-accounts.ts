import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import { romajiPattern } from "#shared/romaji.ts";
import { searchKey } from "#shared/text.ts";
import type { AccountDetail, AccountItem, AccountState, AccountsPage, AccountsQuery } from "../contract.ts";
import { loginKey } from "../login-key.ts";
import { listSessions } from "./list-sessions.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "./person-summaries.ts";

type AccountItemRow = PersonSummaryRow & {
  login_id: string;
  class: string;
  zones: string[];
  offices: string[];
  state: string;
  starts_at: Date | null;
  expires_at: Date | null;
  disabled_at: Date | null;
  has_authenticator: boolean;
  totp_open_until: Date | null;
  must_change_password: boolean;
  password_changed_at: Date | null;
  live_sessions: number;
  last_used_at: Date | null;
};

const state = `case when p.left_at is not null then 'left' when a.disabled_at is not null then 'stopped'
  when a.expires_at <= $2 then 'expired' when a.starts_at > $2 then 'not-started' else 'active' end`;

const columns = `${personSummaryColumns}, a.login_id, a.class, a.zones, a.offices, ${state} as state, a.starts_at,
  a.expires_at, a.disabled_at, a.totp_secret is not null as has_authenticator, a.totp_open_until, a.must_change_password,
  a.password_changed_at,
  (select count(*)::int from session x where x.tenant_id = a.tenant_id and x.account_id = a.id and x.ended_at is null
      and x.expires_at > $2) as live_sessions,
  (select max(coalesce(x.last_used_at, x.created_at)) from session x
    where x.tenant_id = a.tenant_id and x.account_id = a.id) as last_used_at`;
const from = `from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id ${personSummaryJoin}`;

const listRows = statement<AccountItemRow>(
  "identity.list-accounts",
  `select ${columns} ${from}
    where a.tenant_id = $1
      and ($3 = '' or strpos(p.search_key, $3) > 0 or strpos(coalesce(s.search_key, ''), $3) > 0
           or strpos(a.login_key, $4) > 0 or p.search_key ~ $5)
      and ($6::text is null or ${state} = $6)
      and ($7::uuid is null or (p.kana, p.id) > (select kana, id from person where tenant_id = $1 and id = $7))
    order by p.kana, p.id limit $8`,
);
const findRow = statement<AccountItemRow>(
  "identity.find-account-item",
  `select ${columns} ${from} where a.tenant_id = $1 and a.id = $3`,
);
const countCodes = statement<{ count: number }>(
  "identity.count-recovery-codes-of-account",
  "select count(*)::int as count from recovery_code where tenant_id = $1 and account_id = $2 and used_at is null",
);

/** Accounts by kana of their owners, for administrators. The cursor is the last one's id. */
export async function listAccounts(
  tx: Transaction,
  tenantId: string,
  now: Date,
  query: AccountsQuery,
): Promise<AccountsPage> {
  const word = query.q ?? "";
  const rows = await tx.all(listRows, [
    tenantId,
    now,
    searchKey(word),
    loginKey(word),
    // What matches nothing, where the words are no romaji.
    romajiPattern(word) ?? "^\\b$",
    query.state ?? null,
    query.cursor !== undefined && isId(query.cursor) ? query.cursor : null,
    query.limit + 1,
  ]);
  const items = rows.slice(0, query.limit).map(toAccountItem);
  return { items, next: rows.length > query.limit ? items.at(-1)!.person.id : null };
}

/** One account with its sessions; an id that is nobody's is not found. */
export async function getAccount(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  now: Date,
): Promise<AccountDetail> {
  if (!isId(accountId)) throw notFound();
  const [row, codes, sessions] = await Promise.all([
    tx.first(findRow, [tenantId, now, accountId]),
    tx.first(countCodes, [tenantId, accountId]),
    listSessions(tx, tenantId, accountId, now, undefined),
  ]);
  if (!row) throw notFound();
  return {
    ...toAccountItem(row),
    passwordChangedAt: row.password_changed_at?.toISOString() ?? null,
    recoveryCodesLeft: codes?.count ?? 0,
    sessions,
  };
}

function toAccountItem(row: AccountItemRow): AccountItem {
  return {
    person: toPersonSummary(row),
    loginId: row.login_id,
    class: row.class as AccountItem["class"],
    zones: row.zones as AccountItem["zones"],
    isAdministrator: row.offices.length > 0,
    offices: row.offices as AccountItem["offices"],
    state: row.state as AccountState,
    startsAt: row.starts_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    stoppedAt: row.disabled_at?.toISOString() ?? null,
    hasAuthenticator: row.has_authenticator,
    registrationOpenUntil: row.totp_open_until?.toISOString() ?? null,
    mustChangePassword: row.must_change_password,
    liveSessions: row.live_sessions,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
