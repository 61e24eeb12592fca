import { statement, type Transaction } from "#core/db/index.ts";

const hourOf = statement<{ hours: number }>(
  "identity.find-one-time-password-hours",
  `select one_time_password_hours as hours from sign_in_rule
    where tenant_id = $1 and valid_from <= $2 order by valid_from desc limit 1`,
);

/** Three days, over a weekend: until a municipality decides otherwise. */
export const usualOneTimePasswordHours = 72;

/** Until when a password that is made now and handed over can be used, by the rule of this moment. */
export async function oneTimePasswordUntil(tx: Transaction, tenantId: string, now: Date): Promise<Date> {
  const hours = (await tx.first(hourOf, [tenantId, now]))?.hours ?? usualOneTimePasswordHours;
  return new Date(now.getTime() + hours * 3_600_000);
}
