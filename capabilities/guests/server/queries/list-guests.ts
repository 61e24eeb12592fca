import { statement, type Transaction } from "#core/db/index.ts";
import {
  listPersonSummaries,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { findCurrentRules } from "#core/rules/index.ts";
import type { Guest, GuestsPage, Invitation, StayChange } from "../../contract.ts";
import { decideManageStay, decideTakeOver } from "../policy.ts";
import { maxFailures } from "./find-invitation.ts";
import { getGuestSettings } from "./guest-settings.ts";

type GuestRow = PersonSummaryRow & {
  login_id: string;
  sponsor_id: string | null;
  answering_section: string | null;
  purpose: string;
  until: Date | null;
  handover_by: Date | null;
  renew_by: Date | null;
  ended_at: Date | null;
  expires_at: Date | null;
  is_disabled: boolean;
  is_of_section: boolean;
  room_count: number;
  last_used_at: Date | null;
};

// A guest whose time is over stays in the list for a while, so that the sponsor can still extend it.
const listRows = statement<GuestRow>(
  "guests.list-guests",
  `with mine as (select s.code from person h join section s on s.tenant_id = h.tenant_id and s.id = h.section_id
                  where h.tenant_id = $1 and h.id = $2)
   select ${personSummaryColumns}, a.login_id, p.sponsor_id, g.purpose, g.until, g.handover_by, g.renew_by, g.ended_at,
          a.expires_at, a.disabled_at is not null as is_disabled,
          coalesce(g.section_code = (select code from mine), false) as is_of_section,
          (select x.name from section x where x.tenant_id = $1 and x.code = g.section_code
            order by x.valid_from desc limit 1) as answering_section,
          (select count(*)::int from room_member m where m.tenant_id = $1 and m.person_id = p.id) as room_count,
          (select max(coalesce(x.last_used_at, x.created_at)) from session x
            where x.tenant_id = $1 and x.account_id = p.id) as last_used_at
     from person p
     join account a on a.tenant_id = p.tenant_id and a.id = p.id
     left join guest_stay g on g.tenant_id = p.tenant_id and g.guest_id = p.id
     ${personSummaryJoin}
    where p.tenant_id = $1 and p.kind = 'guest' and p.left_at is null
      and (a.expires_at is null or a.expires_at > $3::timestamptz - interval '60 days')
      and ($4 or p.sponsor_id = $2
           or ((g.handover_by is not null or p.sponsor_id is null) and g.section_code = (select code from mine)))
    order by a.expires_at nulls last, p.kana, p.id`,
);

const listChanges = statement<{
  id: string;
  guest_id: string;
  at: Date;
  kind: string;
  by_name: string | null;
  until: Date | null;
  reason: string | null;
}>(
  "guests.list-changes",
  `select c.id, c.guest_id, c.at, c.kind, b.name as by_name, c.until, c.reason
     from guest_change c left join person b on b.tenant_id = c.tenant_id and b.id = c.by_id
    where c.tenant_id = $1 and c.guest_id = any($2::uuid[]) order by c.id desc`,
);

const listInvitations = statement<{
  id: string;
  name: string;
  affiliation: string;
  address: string;
  purpose: string;
  sponsor_name: string;
  until: Date;
  created_at: Date;
  expires_at: Date;
  failures: number;
}>(
  "guests.list-invitations",
  `select i.id, i.name, i.affiliation, i.address, i.purpose, s.name as sponsor_name, i.until, i.created_at, i.expires_at,
          i.failures
     from guest_invitation i join person s on s.tenant_id = i.tenant_id and s.id = i.sponsor_id
    where i.tenant_id = $1 and i.accepted_at is null and i.withdrawn_at is null and ($3 or i.sponsor_id = $2)
      and i.until > $4
    order by i.created_at desc`,
);

const findOpenReview = statement<{ id: string; closes_at: Date }>(
  "guests.find-open-review",
  "select id, closes_at from guest_review where tenant_id = $1 and closed_at is null",
);

/** Days before the end from which on a guest is shown as ending. */
export const endingDays = 14;

/** The guests of a sponsor and those of the section without one, or all of them; with what each needs. */
export async function listGuests(
  tx: Transaction,
  actor: Actor,
  now: Date,
  isAll: boolean,
): Promise<GuestsPage> {
  const { tenantId, personId } = actor;
  const rows = await tx.all(listRows, [tenantId, personId, now, isAll]);
  const ids = rows.map((row) => row.id);
  const sponsors = await listPersonSummaries(
    tx,
    tenantId,
    rows.flatMap((row) => row.sponsor_id ?? []),
  );
  const changes = Map.groupBy(await tx.all(listChanges, [tenantId, ids]), (row) => row.guest_id);
  const invitations = await tx.all(listInvitations, [tenantId, personId, isAll, now]);
  const review = await tx.first(findOpenReview, [tenantId]);
  return {
    items: rows.map((row): Guest => {
      const facts = {
        sponsorId: row.sponsor_id,
        waitsForSponsor: row.handover_by !== null || row.sponsor_id === null,
        isOfSection: row.is_of_section,
      };
      const isEnded = row.ended_at !== null || row.is_disabled;
      return {
        person: toPersonSummary(row),
        loginId: row.login_id,
        sponsor: (row.sponsor_id && sponsors.get(row.sponsor_id)) || null,
        sectionName: row.answering_section,
        purpose: row.purpose ?? "",
        until: row.until?.toISOString() ?? null,
        endsAt: row.expires_at?.toISOString() ?? null,
        state: isEnded ? "ended" : row.expires_at && row.expires_at <= now ? "over" : "staying",
        needs: isEnded ? [] : needsOf(row, now),
        roomCount: row.room_count,
        lastUsedAt: row.last_used_at?.toISOString() ?? null,
        isOwn: decideManageStay(actor, facts).kind === "allow",
        mayTakeOver: decideTakeOver(actor, facts).kind === "allow" && row.sponsor_id !== personId,
        changes: (changes.get(row.id) ?? []).map((change) => ({
          id: change.id,
          at: change.at.toISOString(),
          kind: change.kind as StayChange["kind"],
          byName: change.by_name,
          until: change.until?.toISOString() ?? null,
          reason: change.reason,
        })),
      };
    }),
    invitations: invitations.map(
      (row): Invitation => ({
        id: row.id,
        name: row.name,
        affiliation: row.affiliation,
        address: row.address,
        purpose: row.purpose,
        sponsorName: row.sponsor_name,
        until: row.until.toISOString(),
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
        state: row.failures >= maxFailures ? "locked" : row.expires_at <= now ? "expired" : "open",
      }),
    ),
    settings: await getGuestSettings(tx, tenantId),
    hasTerms: (await findCurrentRules(tx, tenantId, "guest", now)) !== undefined,
    review: review ? { id: review.id, closesAt: review.closes_at.toISOString() } : null,
  };
}

function needsOf(row: GuestRow, now: Date): Guest["needs"] {
  const needs: Guest["needs"] = [];
  if (row.handover_by || row.sponsor_id === null) needs.push("sponsor");
  if (row.renew_by) needs.push("renewal");
  if (row.until && row.until.getTime() <= now.getTime() + endingDays * 86_400_000) needs.push("extension");
  return needs;
}
