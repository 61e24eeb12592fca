import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import { loginKey } from "../login-key.ts";
import type { AskingClient } from "./scim-clients.ts";
import type { UserFilter } from "./scim-filter.ts";
import type { UserRow } from "./scim-user.ts";

// People on the staff who are here and have an account, unless the client has removed them. Of guests, section accounts and
// leavers a client learns nothing.
const from = `from person p
     join account a on a.tenant_id = p.tenant_id and a.id = p.id
     left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
     left join scim_user u on u.tenant_id = p.tenant_id and u.person_id = p.id and u.client_id = $2
    where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null and u.removed_at is null`;
const columns = `p.id, a.login_id, p.name, p.number, p.post_name, s.name as section_name, s.code as section_code, p.section_id, p.phone,
          a.disabled_at is null as is_active, u.external_id, p.created_at`;
const filtered = `and ($3::uuid is null or p.id = $3) and ($4::text is null or a.login_key = $4)
      and ($5::text is null or u.external_id = $5) and ($6::text is null or p.number = $6)
      and ($7::boolean is null or (a.disabled_at is null) = $7)
      and ($8::text is null or case $9::text when 'eq' then p.name = $8 when 'sw' then starts_with(p.name, $8)
                                             else strpos(p.name, $8) > 0 end)`;

const listRows = statement<UserRow>(
  "identity.list-scim-users",
  `select ${columns} ${from} ${filtered} order by p.id limit $10 offset $11`,
);
const countRows = statement<{ count: number }>(
  "identity.count-scim-users",
  `select count(*)::int as count ${from} ${filtered}`,
);
const findRow = statement<UserRow>("identity.find-scim-user", `select ${columns} ${from} and p.id = $3`);

/** One page of people, in the order of their ids, with how many there are. */
export async function listScimUsers(
  tx: Transaction,
  client: AskingClient,
  filter: UserFilter,
  page: { startIndex: number; count: number },
): Promise<{ rows: UserRow[]; total: number }> {
  if (filter.id !== undefined && !isId(filter.id)) return { rows: [], total: 0 };
  const asked = [
    client.tenantId,
    client.id,
    filter.id ?? null,
    filter.userName === undefined ? null : loginKey(filter.userName),
    filter.externalId ?? null,
    filter.employeeNumber ?? null,
    filter.active ?? null,
    filter.name?.text ?? null,
    filter.name?.how ?? null,
  ];
  const total = (await tx.first(countRows, asked))?.count ?? 0;
  const rows = page.count === 0 ? [] : await tx.all(listRows, [...asked, page.count, page.startIndex - 1]);
  return { rows, total };
}

export async function getScimUser(tx: Transaction, client: AskingClient, id: string): Promise<UserRow> {
  const row = isId(id) ? await tx.first(findRow, [client.tenantId, client.id, id]) : undefined;
  if (!row) throw notFound();
  return row;
}
