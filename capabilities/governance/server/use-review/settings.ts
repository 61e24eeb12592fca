import { statement, type Transaction } from "#core/db/index.ts";
import type { UseReviewRules } from "../../contract.ts";
import { defaultSource, defaultUseReviewRules } from "./default-rules.ts";

export type SettingRow = {
  id: string;
  valid_from: string;
  value: UseReviewRules;
  source: string;
  reason: string;
  changed_by: string;
  changed_at: Date;
};

const list = statement<SettingRow>(
  "governance.list-use-review-settings",
  `select id, valid_from, value, source, reason, changed_by, changed_at from use_review_setting
    where tenant_id = $1 order by valid_from desc, changed_at desc, id desc limit 100`,
);

/** Everything that was ever decided about what picks, newest first by the month from which it holds. */
export function listUseReviewSettings(tx: Transaction, tenantId: string): Promise<SettingRow[]> {
  return tx.all(list, [tenantId]);
}

/** What holds for a month: the last setting that was decided for it or for a month before it. */
export function settingOf(
  settings: readonly SettingRow[],
  month: string,
): { rules: UseReviewRules; source: string } {
  const found = settings.find(({ valid_from }) => valid_from <= month);
  return found
    ? { rules: found.value, source: found.source }
    : { rules: defaultUseReviewRules, source: defaultSource };
}
