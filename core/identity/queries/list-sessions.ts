import { statement, type Transaction } from "#core/db/index.ts";
import type { SessionItem, Zone } from "../contract.ts";

type SessionItemRow = {
  id: string;
  device_name: string | null;
  zone: string;
  operator_name: string | null;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
};

const listRows = statement<SessionItemRow>(
  "identity.list-sessions-of-account",
  `select s.id, coalesce(d.label, d.name) as device_name, s.zone, o.name as operator_name, s.created_at, s.expires_at, s.last_used_at
     from session s
     join device d on d.tenant_id = s.tenant_id and d.id = s.device_id
     left join person o on o.tenant_id = s.tenant_id and o.id = s.operator_id
    where s.tenant_id = $1 and s.account_id = $2 and s.ended_at is null and s.expires_at > $3
    order by coalesce(s.last_used_at, s.created_at) desc, s.id
    limit 200`,
);

/** The live sessions of an account, the last used first. `currentId`: the one that asks. */
export async function listSessions(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  now: Date,
  currentId: string | undefined,
): Promise<SessionItem[]> {
  const rows = await tx.all(listRows, [tenantId, accountId, now]);
  return rows.map((row) => ({
    id: row.id,
    deviceName: row.device_name,
    zone: row.zone as Zone,
    operatorName: row.operator_name,
    startedAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: (row.last_used_at ?? row.created_at).toISOString(),
    isCurrent: row.id === currentId,
  }));
}
