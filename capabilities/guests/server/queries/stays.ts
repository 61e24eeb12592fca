import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { StayFacts } from "../policy.ts";

/** 所属コード of the section to which a person belongs; the same through reorganisations. */
export const codeOf = (person: string) =>
  `(select s.code from person h join section s on s.tenant_id = h.tenant_id and s.id = h.section_id
     where h.tenant_id = $1 and h.id = ${person})`;

// Guests of the office's lists have no stay yet: their term is what the list says, or the longest that a guest may have.
const ensureStays = statement<never>(
  "guests.ensure-stays",
  `insert into guest_stay (tenant_id, guest_id, section_code, until)
   select $1, p.id, ${codeOf("p.sponsor_id")}, coalesce(a.expires_at, $2)
     from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.kind = 'guest' and p.left_at is null and a.disabled_at is null
      and not exists (select from guest_stay g where g.tenant_id = $1 and g.guest_id = p.id)
   on conflict do nothing`,
);

/** Gives every guest of the office's lists a stay, so that warnings and reviews find them too. */
export async function giveStays(tx: Transaction, tenantId: string, longestEnd: Date): Promise<void> {
  await tx.run(ensureStays, [tenantId, longestEnd]);
}

type StayRow = {
  guest_id: string;
  sponsor_id: string | null;
  until: Date;
  handover_by: Date | null;
  renew_by: Date | null;
  ended_at: Date | null;
  has_left: boolean;
  is_of_section: boolean;
};

const lockStay = statement<StayRow>(
  "guests.lock-stay",
  `select g.guest_id, p.sponsor_id, g.until, g.handover_by, g.renew_by, g.ended_at, p.left_at is not null as has_left,
          g.section_code is not distinct from ${codeOf("$3")} as is_of_section
     from guest_stay g join person p on p.tenant_id = g.tenant_id and p.id = g.guest_id
    where g.tenant_id = $1 and g.guest_id = $2 for no key update of g`,
);

export type Stay = {
  guestId: string;
  until: Date;
  endedAt: Date | null;
  hasLeft: boolean;
  facts: StayFacts;
};

/** A guest's stay under a lock, with what decisions about it need to know. Not found for everybody who is no guest. */
export async function getStayForUpdate(tx: Transaction, actor: Actor, guestId: string): Promise<Stay> {
  if (!isId(guestId)) throw notFound();
  const row = await tx.first(lockStay, [actor.tenantId, guestId, actor.personId]);
  if (!row) throw notFound();
  return {
    guestId,
    until: row.until,
    endedAt: row.ended_at,
    hasLeft: row.has_left,
    facts: {
      sponsorId: row.sponsor_id,
      waitsForSponsor: row.handover_by !== null || row.sponsor_id === null,
      isOfSection: row.is_of_section,
    },
  };
}

const applyEnd = statement<{ expires_at: Date }>(
  "guests.apply-end",
  `update account a set expires_at = least(g.until, g.handover_by, g.renew_by)
     from guest_stay g
    where g.tenant_id = $1 and g.guest_id = any($2::uuid[]) and a.tenant_id = $1 and a.id = g.guest_id
   returning a.expires_at`,
);

/** Puts in force what the stays say: the account ends at the earliest of term, hand-over and review. */
export async function applyEnds(
  tx: Transaction,
  tenantId: string,
  guestIds: readonly string[],
): Promise<void> {
  if (guestIds.length > 0) await tx.run(applyEnd, [tenantId, guestIds]);
}

const insertChange = statement<never>(
  "guests.insert-change",
  `insert into guest_change (tenant_id, id, guest_id, at, kind, by_id, until, reason)
   select $1, x.id, x.guest_id, $2, $3, $4, $5, $6 from unnest($7::uuid[], $8::uuid[]) as x (id, guest_id)`,
);

/** A line of the guests' history; the same for each of them. */
export async function noteStayChange(
  tx: Transaction,
  change: {
    tenantId: string;
    at: Date;
    kind: string;
    byId: string | null;
    until: Date | null;
    reason: string | null;
    lines: readonly { id: string; guestId: string }[];
  },
): Promise<void> {
  if (change.lines.length === 0) return;
  await tx.run(insertChange, [
    change.tenantId,
    change.at,
    change.kind,
    change.byId,
    change.until,
    change.reason,
    change.lines.map((line) => line.id),
    change.lines.map((line) => line.guestId),
  ]);
}
