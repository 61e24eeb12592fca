import type { DeviceFacts } from "#core/policy/index.ts";

/** What decisions may know of a device, from its row. */
export function deviceFacts(row: { approval: string; owned: string | null }): DeviceFacts {
  return {
    owned: row.owned === "issued" || row.owned === "personal" ? row.owned : "unknown",
    isApproved: row.approval === "approved",
  };
}
