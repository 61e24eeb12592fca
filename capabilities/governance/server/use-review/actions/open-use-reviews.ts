import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { addDays, dateInJapan } from "#shared/time.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import { addMonths, countUse, monthOf } from "../count-use.ts";
import { type PickedUse, pickUse } from "../pick-use.ts";
import { useReviewRules } from "../policy.ts";
import { listUseReviewSettings, settingOf } from "../settings.ts";

/** What a person can look at in a month; what is beyond is counted. */
const entriesOfReview = 300;
/** From the opening until all of it should be looked at, and between two reminders. */
const dueDays = 14;
const reminderDays = 7;
/** Months that are made good when the program was stopped. */
const monthsBack = 3;
const system = "use-review";

// A month of which nothing is recorded has nothing to review.
const listMissing = statement<{ month: string }>(
  "governance.list-months-to-review",
  `select m.month::date as month
     from generate_series($2::date, $3::date, interval '1 month') as m (month)
    where exists (select from audit_day d where d.tenant_id = $1 and d.day >= m.month::date
                     and d.day < (m.month + interval '1 month')::date)
      and not exists (select from use_review r where r.tenant_id = $1 and r.month = m.month::date)
    order by 1`,
);
const insertReview = statement<{ id: string }>(
  "governance.insert-use-review",
  `insert into use_review (tenant_id, id, month, setting, opened_at, due_on, left_out)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7) on conflict (tenant_id, month) do nothing returning id`,
);
const insertEntries = statement<never>(
  "governance.insert-use-review-entries",
  `insert into use_review_entry (tenant_id, review_id, id, rule, person_id, count, days)
   select $1, $2, x.id, x.rule, x.person_id, x.count, x.days::jsonb
     from unnest($3::uuid[], $4::text[], $5::uuid[], $6::int[], $7::text[]) as x (id, rule, person_id, count, days)`,
);
const remindOf = statement<{ id: string; left: number }>(
  "governance.remind-of-use-reviews",
  `update use_review r set reminded_at = $2
     from (select i.review_id, count(*)::int as left from use_review_entry i
            where i.tenant_id = $1 and i.judged_at is null group by i.review_id) n
    where r.tenant_id = $1 and r.id = n.review_id and coalesce(r.reminded_at, r.opened_at) <= $3
   returning r.id, n.left`,
);

/**
 * Once a day for each municipality: makes the list of a month that is over, and reminds of what nobody has looked at. Again
 * on the same day it changes nothing; a month that was missed is made good.
 */
export async function openUseReviews(database: Database, tenantId: string, now: Date): Promise<void> {
  const thisMonth = monthOf(now);
  const months = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(listMissing, [tenantId, addMonths(thisMonth, -monthsBack), addMonths(thisMonth, -1)]),
  );
  for (const { month } of months) await openReview(database, tenantId, month, now);
  await remind(database, tenantId, now);
}

async function openReview(database: Database, tenantId: string, month: string, now: Date): Promise<void> {
  const settings = await database.transaction(scopeOf(tenantId), (tx) => listUseReviewSettings(tx, tenantId));
  const setting = settingOf(settings, month);
  const { counts, leavers, before } = await countUse(
    database,
    tenantId,
    month,
    setting.rules.leavers?.days ?? 0,
  );
  const picked = pickUse(setting.rules, counts, leavers, before).sort((a, b) => b.count - a.count);
  const kept = chooseEvenly(picked, entriesOfReview);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const id = newId(now.getTime());
    const dueOn = addDays(dateInJapan(now), dueDays);
    const leftOut = picked.length - kept.length;
    const values = [tenantId, id, month, JSON.stringify(setting), now, dueOn, leftOut];
    if (!(await tx.first(insertReview, values))) return;
    await tx.run(insertEntries, [
      tenantId,
      id,
      kept.map(() => newId(now.getTime())),
      kept.map(({ rule }) => rule),
      kept.map(({ personId }) => personId),
      kept.map(({ count }) => count),
      kept.map(({ days }) => JSON.stringify(days)),
    ]);
    await recordAudit(tx, { tenantId, system }, now, {
      action: "use-review.opened",
      subjectId: id,
      rule: useReviewRules.byTheClock,
      facts: { month: month.slice(0, 7), entries: kept.length, leftOut },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "audit"));
  });
}

/** The most of each rule in turn, so that one rule that picks everybody does not hide the others. */
function chooseEvenly(picked: readonly PickedUse[], most: number): PickedUse[] {
  const byRule = [...Map.groupBy(picked, ({ rule }) => rule).values()];
  const chosen: PickedUse[] = [];
  for (let place = 0; chosen.length < Math.min(most, picked.length); place++)
    for (const ofRule of byRule) {
      const next = ofRule[place];
      if (next && chosen.length < most) chosen.push(next);
    }
  return chosen;
}

async function remind(database: Database, tenantId: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - reminderDays * 86_400_000);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const reminded = await tx.all(remindOf, [tenantId, now, since]);
    if (reminded.length === 0) return;
    await recordAudit(
      tx,
      { tenantId, system },
      now,
      ...reminded.map(({ id, left }) => ({
        action: "use-review.reminded",
        subjectId: id,
        rule: useReviewRules.byTheClock,
        facts: { left },
      })),
    );
    await publish(tx, now, await tellOffice(tx, tenantId, now, "audit"));
  });
}
