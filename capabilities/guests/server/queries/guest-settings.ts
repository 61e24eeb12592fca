import { statement, type Transaction } from "#core/db/index.ts";
import type { GuestSettings } from "../../contract.ts";

/** What holds until the office says otherwise: a quarter of a year, at most a year, reviews in April and October. */
export const defaultGuestSettings: GuestSettings = {
  defaultDays: 90,
  longestDays: 366,
  invitationDays: 14,
  reviewMonths: [4, 10],
  reviewDays: 30,
};

const findSettings = statement<{
  default_days: number;
  longest_days: number;
  invitation_days: number;
  review_months: number[];
  review_days: number;
}>(
  "guests.find-settings",
  "select default_days, longest_days, invitation_days, review_months, review_days from guest_setting where tenant_id = $1",
);

export async function getGuestSettings(tx: Transaction, tenantId: string): Promise<GuestSettings> {
  const row = await tx.first(findSettings, [tenantId]);
  if (!row) return defaultGuestSettings;
  return {
    defaultDays: row.default_days,
    longestDays: row.longest_days,
    invitationDays: row.invitation_days,
    reviewMonths: row.review_months,
    reviewDays: row.review_days,
  };
}
