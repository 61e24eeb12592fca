import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import type { DeviceApproval } from "./device-contract.ts";

export type HeldDevice = {
  id: string;
  account_id: string;
  section_id: string | null;
  zone: string;
  approval: DeviceApproval;
  owned: string | null;
  secret_hash: Buffer | null;
};

// NO KEY UPDATE: a sign-in of this moment on the device either is seen here, or waits and then finds what was decided.
const holdRow = statement<HeldDevice>(
  "identity.hold-device",
  `select d.id, d.account_id, p.section_id, d.zone, d.approval, d.owned, d.secret_hash
     from device d join person p on p.tenant_id = d.tenant_id and p.id = d.account_id
    where d.tenant_id = $1 and d.id = $2 for no key update of d`,
);

/** Locks a device of a municipality, where there is one. */
export async function findAndHoldDevice(
  tx: Transaction,
  tenantId: string,
  deviceId: string,
): Promise<HeldDevice | undefined> {
  return isId(deviceId) ? tx.first(holdRow, [tenantId, deviceId]) : undefined;
}

/** Locks a device of a municipality; an id that is none of its devices is not found. */
export async function holdDevice(tx: Transaction, tenantId: string, deviceId: string): Promise<HeldDevice> {
  const row = await findAndHoldDevice(tx, tenantId, deviceId);
  if (!row) throw notFound();
  return row;
}
