import { recordAudit } from "#core/audit/index.ts";
import { statement } from "#core/db/index.ts";
import type { OrganisationListener } from "#core/identity/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { guestRules, handoverDays } from "../policy.ts";
import { applyEnds, noteStayChange } from "../queries/stays.ts";
import { guestsChanged } from "./guests-changed.ts";

// A reorganisation that keeps the section's code moves nobody.
const loseSponsors = statement<{ guest_id: string; section_code: string | null }>(
  "guests.lose-sponsors",
  `update guest_stay g set handover_by = $3
     from person p join person h on h.tenant_id = p.tenant_id and h.id = p.sponsor_id
     left join section s on s.tenant_id = h.tenant_id and s.id = h.section_id
    where g.tenant_id = $1 and g.ended_at is null and g.handover_by is null
      and p.tenant_id = $1 and p.id = g.guest_id and p.left_at is null and h.id = any($2::uuid[])
      and (h.left_at is not null or (g.section_code is not null and s.code is distinct from g.section_code))
   returning g.guest_id, g.section_code`,
);
const listStaffOfSections = statement<{ id: string }>(
  "guests.list-staff-of-sections",
  `select p.id from person p join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
    where p.tenant_id = $1 and s.code = any($2::text[]) and p.kind = 'staff' and p.left_at is null
      and exists (select from account a where a.tenant_id = $1 and a.id = p.id)`,
);

/**
 * Guests whose sponsor leaves the office or moves to another section wait for a new one of the section that answers for them;
 * after two weeks without one their access ends. Told in the transaction that moves the sponsor.
 */
export const followSponsors: OrganisationListener = async (tx, { tenantId, personIds, now }) => {
  if (personIds.length === 0) return;
  const handoverBy = new Date(now.getTime() + handoverDays * 86_400_000);
  const lost = await tx.all(loseSponsors, [tenantId, personIds, handoverBy]);
  if (lost.length === 0) return;
  const guestIds = lost.map((row) => row.guest_id);
  await applyEnds(tx, tenantId, guestIds);
  await noteStayChange(tx, {
    tenantId,
    at: now,
    kind: "sponsor-lost",
    byId: null,
    until: handoverBy,
    reason: null,
    lines: guestIds.map((guestId) => ({ id: newId(now.getTime()), guestId })),
  });
  await recordAudit(
    tx,
    { tenantId, system: "organisation" },
    now,
    ...guestIds.map((guestId) => ({
      action: "guest.sponsor-lost",
      subjectId: guestId,
      rule: guestRules.sponsorLost,
      facts: { handoverBy: handoverBy.toISOString() },
    })),
  );
  const codes = [...new Set(lost.flatMap((row) => row.section_code ?? []))];
  const staff = await tx.all(listStaffOfSections, [tenantId, codes]);
  await publish(
    tx,
    now,
    staff.map(({ id }) => guestsChanged(id, now, true)),
  );
};
