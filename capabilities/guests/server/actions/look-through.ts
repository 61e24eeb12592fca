import { dismissGuest } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { toJapanTime } from "#shared/time.ts";
import { decideManageAll, guestRules } from "../policy.ts";
import { getGuestSettings } from "../queries/guest-settings.ts";
import { applyEnds, giveStays, noteStayChange } from "../queries/stays.ts";
import { guestsChanged } from "./guests-changed.ts";

const day = 86_400_000;
/** Days before an end on which the sponsor is told. */
const warnings = [14, 3] as const;
/** A guest whose time is over is still listed in the rooms for so long, in case the sponsor extends it. */
const leavesAfterDays = 14;

const lockReviews = statement<never>(
  "guests.lock-reviews",
  "select pg_advisory_xact_lock(hashtextextended('guest reviews ' || $1::text, 0))",
);
const warnSponsors = statement<{ sponsor_id: string }>(
  "guests.warn-sponsors",
  `update guest_stay g set warned_days = $3
     from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where g.tenant_id = $1 and g.ended_at is null and p.tenant_id = $1 and p.id = g.guest_id and p.left_at is null
      and a.expires_at > $2 and a.expires_at <= $2 + make_interval(days => $3)
      and (g.warned_days is null or g.warned_days > $3) and p.sponsor_id is not null
   returning p.sponsor_id`,
);
const findOpen = statement<{ id: string; closes_at: Date }>(
  "guests.find-review-to-close",
  "select id, closes_at from guest_review where tenant_id = $1 and closed_at is null",
);
const findSince = statement<{ id: string }>(
  "guests.find-review-since",
  "select id from guest_review where tenant_id = $1 and opened_at >= $2 limit 1",
);
const insertReview = statement<never>(
  "guests.insert-review",
  "insert into guest_review (tenant_id, id, opened_at, closes_at) values ($1, $2, $3, $4)",
);
const insertItems = statement<{ guest_id: string; sponsor_id: string | null }>(
  "guests.insert-review-items",
  `with put as (
     insert into guest_review_item (tenant_id, review_id, guest_id)
     select $1, $2, g.guest_id from guest_stay g
       join person p on p.tenant_id = g.tenant_id and p.id = g.guest_id and p.left_at is null
       join account a on a.tenant_id = g.tenant_id and a.id = g.guest_id and a.disabled_at is null
      where g.tenant_id = $1 and g.ended_at is null and (a.expires_at is null or a.expires_at > $3)
     returning guest_id
   ), asked as (
     update guest_stay g set renew_by = $4 from put where g.tenant_id = $1 and g.guest_id = put.guest_id
   )
   select put.guest_id, p.sponsor_id from put join person p on p.tenant_id = $1 and p.id = put.guest_id`,
);
const closeReview = statement<never>(
  "guests.close-review",
  "update guest_review set closed_at = $3 where tenant_id = $1 and id = $2",
);
const lapseItems = statement<{ guest_id: string; sponsor_id: string | null }>(
  "guests.lapse-items",
  `update guest_review_item i set outcome = 'lapsed', decided_at = $3 from person p
    where i.tenant_id = $1 and i.review_id = $2 and i.outcome is null and p.tenant_id = $1 and p.id = i.guest_id
   returning i.guest_id, p.sponsor_id`,
);
const endLapsed = statement<never>(
  "guests.end-lapsed",
  `update guest_stay set until = least(until, $3), ended_at = coalesce(ended_at, $3), renew_by = null, handover_by = null
    where tenant_id = $1 and guest_id = any($2::uuid[])`,
);
const listLongOver = statement<{ guest_id: string }>(
  "guests.list-long-over",
  `select distinct g.guest_id from guest_stay g
     join account a on a.tenant_id = g.tenant_id and a.id = g.guest_id
     join room_member m on m.tenant_id = g.tenant_id and m.person_id = g.guest_id
     join room r on r.tenant_id = m.tenant_id and r.id = m.room_id and r.kind <> 'direct'
    where g.tenant_id = $1 and (g.ended_at is not null or a.expires_at <= $2)
    order by g.guest_id limit 200`,
);

/**
 * Once a day for each municipality: tells sponsors whose guests end in 14 and in 3 days, opens the review on its day, closes one
 * whose time is over (who was not renewed ends), and takes guests whose time is long over out of their rooms. Again on the same
 * day it changes nothing; a day that was missed is made good.
 */
export async function lookThroughGuests(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockReviews, [tenantId]);
    const settings = await getGuestSettings(tx, tenantId);
    await giveStays(tx, tenantId, new Date(now.getTime() + settings.longestDays * day));
    const told = new Set<string>();
    const open = await tx.first(findOpen, [tenantId]);
    if (open && open.closes_at <= now)
      for (const id of await close(tx, tenantId, open.id, open.closes_at, now)) told.add(id);
    const { year, month } = toJapanTime(now);
    const monthBegan = new Date(Date.UTC(year, month - 1, 1) - 9 * 3_600_000);
    if (
      (!open || open.closes_at <= now) &&
      settings.reviewMonths.includes(month) &&
      !(await tx.first(findSince, [tenantId, monthBegan]))
    )
      for (const id of await begin(tx, tenantId, settings.reviewDays, now)) told.add(id);
    for (const days of warnings)
      for (const row of await tx.all(warnSponsors, [tenantId, now, days])) told.add(row.sponsor_id);
    const events = [];
    for (const { guest_id } of await tx.all(listLongOver, [
      tenantId,
      new Date(now.getTime() - leavesAfterDays * day),
    ]))
      events.push(...(await dismissGuest(tx, tenantId, guest_id, now, guestRules.timeOver)));
    await publish(tx, now, [...events, ...[...told].map((personId) => guestsChanged(personId, now, true))]);
  });
}

/** Opens a review now, by hand. */
export async function openReview(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
): Promise<string> {
  const rule = assertAllowed(actor, decideManageAll(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockReviews, [tenantId]);
    if (await tx.first(findOpen, [tenantId]))
      throw new AppError("conflict", {
        reason: "棚卸しはもう始まっています",
        reasonEn: "a review is open already",
      });
    const settings = await getGuestSettings(tx, tenantId);
    await giveStays(tx, tenantId, new Date(now.getTime() + settings.longestDays * day));
    const sponsors = await begin(tx, tenantId, settings.reviewDays, now, { actor, rule });
    await publish(
      tx,
      now,
      sponsors.map((personId) => guestsChanged(personId, now, true)),
    );
    return (await tx.first(findOpen, [tenantId]))!.id;
  });
}

async function begin(
  tx: Transaction,
  tenantId: string,
  days: number,
  now: Date,
  by?: { actor: Actor; rule: Rule },
): Promise<string[]> {
  const id = newId(now.getTime());
  const closesAt = new Date(now.getTime() + days * day);
  await tx.run(insertReview, [tenantId, id, now, closesAt]);
  const items = await tx.all(insertItems, [tenantId, id, now, closesAt]);
  await applyEnds(
    tx,
    tenantId,
    items.map((item) => item.guest_id),
  );
  await recordAudit(tx, by?.actor ?? { tenantId, system: "guests" }, now, {
    action: "guest-review.opened",
    subjectId: id,
    rule: by?.rule ?? guestRules.reviewOpens,
    facts: { guests: items.length, closesAt: closesAt.toISOString() },
  });
  return [...new Set(items.flatMap((item) => item.sponsor_id ?? []))];
}

async function close(
  tx: Transaction,
  tenantId: string,
  reviewId: string,
  closesAt: Date,
  now: Date,
): Promise<string[]> {
  const lapsed = await tx.all(lapseItems, [tenantId, reviewId, now]);
  const guestIds = lapsed.map((item) => item.guest_id);
  await tx.run(endLapsed, [tenantId, guestIds, closesAt]);
  await applyEnds(tx, tenantId, guestIds);
  await noteStayChange(tx, {
    tenantId,
    at: now,
    kind: "lapsed",
    byId: null,
    until: closesAt,
    reason: null,
    lines: guestIds.map((guestId) => ({ id: newId(now.getTime()), guestId })),
  });
  await tx.run(closeReview, [tenantId, reviewId, now]);
  await recordAudit(tx, { tenantId, system: "guests" }, now, {
    action: "guest-review.closed",
    subjectId: reviewId,
    rule: guestRules.notRenewed,
    facts: { lapsed: guestIds.length },
  });
  return [...new Set(lapsed.flatMap((item) => item.sponsor_id ?? []))];
}
