import type { Transaction } from "#core/db/index.ts";
import { callTo, listHolders } from "#core/identity/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { dateInJapan } from "#shared/time.ts";
import { listOfficersOf } from "../officers.ts";

/** Calls whoever looks after a request: the section's officers, and where it has none who administers accounts. */
export async function callOfficers(
  tx: Transaction,
  tenantId: string,
  loan: { id: string; section_id: string | null },
  now: Date,
  except: readonly (string | null)[],
): Promise<OutgoingEvent[]> {
  const officers = await listOfficersOf(tx, tenantId, loan.section_id, dateInJapan(now), except);
  const called = officers.length > 0 ? officers : await listHolders(tx, tenantId, "accounts", now, except);
  return callTo(called, "media", loan.id, now);
}
