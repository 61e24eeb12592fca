import { statement, type Transaction } from "#core/db/index.ts";
import type { RetentionRule } from "../../contract.ts";

export type SettingRow = {
  id: string;
  valid_from: string;
  value: RetentionRule[];
  source: string;
  reason: string;
  proposed_by: string;
  proposed_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  is_accepted: boolean | null;
};

const columns =
  "id, valid_from, value, source, reason, proposed_by, proposed_at, decided_by, decided_at, is_accepted";
const list = statement<SettingRow>(
  "governance.list-retention-settings",
  `select ${columns} from retention_setting where tenant_id = $1 order by proposed_at desc, id desc limit 100`,
);
const findHolding = statement<SettingRow>(
  "governance.find-retention-setting",
  `select ${columns} from retention_setting where tenant_id = $1 and is_accepted and valid_from <= $2
    order by valid_from desc, decided_at desc, id desc limit 1`,
);
export const lockSetting = statement<SettingRow>(
  "governance.lock-retention-setting",
  `select ${columns} from retention_setting where tenant_id = $1 and id = $2 for no key update`,
);

export function listRetentionSettings(tx: Transaction, tenantId: string): Promise<SettingRow[]> {
  return tx.all(list, [tenantId]);
}

/** What holds on a day: of what was accepted, what begins last; undefined before anything was. */
export function findRetentionSetting(
  tx: Transaction,
  tenantId: string,
  day: string,
): Promise<SettingRow | undefined> {
  return tx.first(findHolding, [tenantId, day]);
}
