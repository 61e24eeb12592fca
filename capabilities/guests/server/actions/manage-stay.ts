import { dismissGuest } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { endSessionsOf } from "#core/identity/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import type { ExtendRequest, ReviewDecision, TakeOverRequest } from "../../contract.ts";
import { decideManageStay, decideTakeOver } from "../policy.ts";
import { getGuestSettings } from "../queries/guest-settings.ts";
import { applyEnds, getStayForUpdate, noteStayChange, type Stay } from "../queries/stays.ts";
import { guestsChanged } from "./guests-changed.ts";
import { expectTerm } from "./invite-guest.ts";

const setUntil = statement<never>(
  "guests.set-until",
  "update guest_stay set until = $3, warned_days = null where tenant_id = $1 and guest_id = $2",
);
const setEnded = statement<never>(
  "guests.set-ended",
  `update guest_stay set until = least(until, $3), ended_at = $3, handover_by = null, renew_by = null
    where tenant_id = $1 and guest_id = $2`,
);
const setSponsor = statement<never>(
  "guests.set-sponsor",
  "update person set sponsor_id = $3 where tenant_id = $1 and id = $2",
);
const setHandedOver = statement<never>(
  "guests.set-handed-over",
  `update guest_stay set handover_by = null,
          section_code = (select s.code from person h join section s on s.tenant_id = h.tenant_id and s.id = h.section_id
                           where h.tenant_id = $1 and h.id = $3)
    where tenant_id = $1 and guest_id = $2`,
);
const findStaff = statement<{ id: string }>(
  "guests.find-staff",
  "select id from person where tenant_id = $1 and id = $2 and kind = 'staff' and left_at is null",
);
const decideItem = statement<never>(
  "guests.decide-review-item",
  `update guest_review_item i set outcome = $3, decided_by = $4, decided_at = $5, reason = $6
     from guest_review r
    where i.tenant_id = $1 and i.guest_id = $2 and i.outcome is null and r.tenant_id = $1 and r.id = i.review_id
      and r.closed_at is null and r.closes_at > $5`,
);
const setRenewed = statement<never>(
  "guests.set-renewed",
  "update guest_stay set until = $3, renew_by = null, warned_days = null where tenant_id = $1 and guest_id = $2",
);

export type StayServices = { database: Database; clock: Clock };

/** Lets a guest stay longer, with a reason; also one whose time is over, while nobody has ended the stay. */
export async function extendStay(
  services: StayServices,
  actor: Actor,
  guestId: string,
  { until, reason }: ExtendRequest,
): Promise<void> {
  await change(services, actor, guestId, async (tx, stay, rule, now) => {
    const end = new Date(until);
    expectTerm(end, now, await getGuestSettings(tx, actor.tenantId));
    await tx.run(setUntil, [actor.tenantId, guestId, end]);
    await done(tx, actor, stay, now, { kind: "extended", until: end, reason, rule });
    await publish(tx, now, [guestsChanged(stay.facts.sponsorId ?? actor.personId, now)]);
    return [];
  });
}

/** Ends a stay at once: sessions and streams end, the guest leaves the rooms. Returns the sessions that ended. */
export async function endStay(
  services: StayServices,
  actor: Actor,
  guestId: string,
  reason: string,
): Promise<string[]> {
  return change(services, actor, guestId, (tx, stay, rule, now) => end(tx, actor, stay, rule, now, reason));
}

/** A sponsor's answer in the open review: stays until then, or ends now. */
export async function decideInReview(
  services: StayServices,
  actor: Actor,
  guestId: string,
  decision: ReviewDecision,
): Promise<string[]> {
  return change(services, actor, guestId, async (tx, stay, rule, now) => {
    const { tenantId, personId } = actor;
    const { outcome, reason } = decision;
    if ((await tx.run(decideItem, [tenantId, guestId, outcome, personId, now, reason])) === 0)
      throw new AppError("conflict", {
        reason: "いま開かれている棚卸しに、決めていないこのゲストの項目はありません",
        reasonEn: "no open review waits for a decision about this guest",
      });
    if (decision.outcome === "ended") return end(tx, actor, stay, rule, now, reason);
    const until = new Date(decision.until);
    expectTerm(until, now, await getGuestSettings(tx, tenantId));
    await tx.run(setRenewed, [tenantId, guestId, until]);
    await done(tx, actor, stay, now, { kind: "renewed", until, reason, rule });
    await publish(tx, now, [guestsChanged(stay.facts.sponsorId ?? personId, now)]);
    return [];
  });
}

/** Becomes the sponsor of a guest whose sponsor is gone, or as the office of accounts makes somebody the sponsor. */
export async function takeOver(
  { database, clock }: StayServices,
  actor: Actor,
  guestId: string,
  { sponsorId = actor.personId, reason }: TakeOverRequest,
): Promise<void> {
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const stay = await getStayForUpdate(tx, actor, guestId);
    const rule = assertAllowed(actor, decideTakeOver(actor, stay.facts));
    // Only the office names somebody else; everybody else takes over themselves.
    if (sponsorId !== actor.personId)
      assertAllowed(actor, decideTakeOver(actor, { ...stay.facts, isOfSection: false }));
    expectNotEnded(stay);
    if (!(await tx.first(findStaff, [tenantId, sponsorId])))
      throw new AppError("invalid-request", { where: "body.sponsorId", reason: "nobody on the staff" });
    await tx.run(setSponsor, [tenantId, guestId, sponsorId]);
    await tx.run(setHandedOver, [tenantId, guestId, sponsorId]);
    await done(tx, actor, stay, now, { kind: "taken-over", until: null, reason, rule });
    const told = new Set([
      sponsorId,
      actor.personId,
      ...(stay.facts.sponsorId ? [stay.facts.sponsorId] : []),
    ]);
    await publish(
      tx,
      now,
      [...told].map((personId) => guestsChanged(personId, now)),
    );
  });
}

type Work = (tx: Transaction, stay: Stay, rule: Rule, now: Date) => Promise<string[]>;

async function change(
  { database, clock }: StayServices,
  actor: Actor,
  guestId: string,
  work: Work,
): Promise<string[]> {
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const stay = await getStayForUpdate(tx, actor, guestId);
    const rule = assertAllowed(actor, decideManageStay(actor, stay.facts));
    expectNotEnded(stay);
    return work(tx, stay, rule, now);
  });
}

async function end(
  tx: Transaction,
  actor: Actor,
  stay: Stay,
  rule: Rule,
  now: Date,
  reason: string,
): Promise<string[]> {
  const { tenantId } = actor;
  await tx.run(setEnded, [tenantId, stay.guestId, now]);
  await done(tx, actor, stay, now, { kind: "ended", until: now, reason, rule });
  const { ids, events } = await endSessionsOf(tx, tenantId, stay.guestId, now);
  const left = await dismissGuest(tx, tenantId, stay.guestId, now, rule);
  await publish(tx, now, [...left, ...events, guestsChanged(stay.facts.sponsorId ?? actor.personId, now)]);
  return ids;
}

async function done(
  tx: Transaction,
  actor: Actor,
  stay: Stay,
  now: Date,
  what: { kind: string; until: Date | null; reason: string; rule: Rule },
): Promise<void> {
  const { tenantId, personId } = actor;
  const { kind, until, reason, rule } = what;
  await applyEnds(tx, tenantId, [stay.guestId]);
  await noteStayChange(tx, {
    tenantId,
    at: now,
    kind,
    byId: personId,
    until,
    reason,
    lines: [{ id: newId(now.getTime()), guestId: stay.guestId }],
  });
  await recordAudit(tx, actor, now, {
    action: `guest.${kind}`,
    subjectId: stay.guestId,
    rule,
    facts: { reason, until: until?.toISOString() ?? null },
  });
}

function expectNotEnded(stay: Stay): void {
  if (stay.endedAt || stay.hasLeft)
    throw new AppError("conflict", {
      reason: "このゲストの利用は終わっています。続けるには、もう一度招待してください",
      reasonEn: "this guest's stay has ended; invite them anew",
    });
}
