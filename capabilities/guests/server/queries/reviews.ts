import { statement, type Transaction } from "#core/db/index.ts";
import {
  listPersonSummaries,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import type { Review, ReviewItem, ReviewList } from "../../contract.ts";

type ReviewRow = { id: string; opened_at: Date; closes_at: Date; closed_at: Date | null };

const listRows = statement<ReviewRow & { total: number; renewed: number; ended: number; lapsed: number }>(
  "guests.list-reviews",
  `select r.id, r.opened_at, r.closes_at, r.closed_at, count(i.guest_id)::int as total,
          (count(*) filter (where i.outcome = 'renewed'))::int as renewed,
          (count(*) filter (where i.outcome = 'ended'))::int as ended,
          (count(*) filter (where i.outcome = 'lapsed'))::int as lapsed
     from guest_review r left join guest_review_item i on i.tenant_id = r.tenant_id and i.review_id = r.id
    where r.tenant_id = $1 group by r.tenant_id, r.id order by r.opened_at desc limit 40`,
);
const findReview = statement<ReviewRow>(
  "guests.find-review",
  "select id, opened_at, closes_at, closed_at from guest_review where tenant_id = $1 and id = $2",
);
const listItems = statement<
  PersonSummaryRow & {
    sponsor_id: string | null;
    answering_section: string | null;
    purpose: string | null;
    until: Date | null;
    last_used_at: Date | null;
    outcome: string | null;
    decided_by_name: string | null;
    decided_at: Date | null;
    reason: string | null;
  }
>(
  "guests.list-review-items",
  `select ${personSummaryColumns}, p.sponsor_id, g.purpose, g.until, i.outcome, b.name as decided_by_name, i.decided_at,
          i.reason,
          (select x.name from section x where x.tenant_id = $1 and x.code = g.section_code
            order by x.valid_from desc limit 1) as answering_section,
          (select max(coalesce(x.last_used_at, x.created_at)) from session x
            where x.tenant_id = $1 and x.account_id = p.id) as last_used_at
     from guest_review_item i
     join person p on p.tenant_id = i.tenant_id and p.id = i.guest_id
     left join guest_stay g on g.tenant_id = i.tenant_id and g.guest_id = i.guest_id
     left join person b on b.tenant_id = i.tenant_id and b.id = i.decided_by ${personSummaryJoin}
    where i.tenant_id = $1 and i.review_id = $2
    order by g.section_code nulls last, p.sponsor_id, p.kana, p.id`,
);

export async function listReviews(tx: Transaction, tenantId: string): Promise<ReviewList> {
  const rows = await tx.all(listRows, [tenantId]);
  return {
    items: rows.map((row) => ({
      ...toReview(row),
      total: row.total,
      renewed: row.renewed,
      ended: row.ended,
      lapsed: row.lapsed,
    })),
  };
}

/** A review with every guest in it: what the report is made of. */
export async function getReview(tx: Transaction, tenantId: string, reviewId: string): Promise<Review> {
  const row = isId(reviewId) ? await tx.first(findReview, [tenantId, reviewId]) : undefined;
  if (!row) throw notFound();
  const items = await tx.all(listItems, [tenantId, reviewId]);
  const sponsors = await listPersonSummaries(
    tx,
    tenantId,
    items.flatMap((item) => item.sponsor_id ?? []),
  );
  return {
    ...toReview(row),
    items: items.map(
      (item): ReviewItem => ({
        person: toPersonSummary(item),
        sponsor: (item.sponsor_id && sponsors.get(item.sponsor_id)) || null,
        sectionName: item.answering_section,
        purpose: item.purpose ?? "",
        until: item.until?.toISOString() ?? null,
        lastUsedAt: item.last_used_at?.toISOString() ?? null,
        outcome: item.outcome as ReviewItem["outcome"],
        decidedByName: item.decided_by_name,
        decidedAt: item.decided_at?.toISOString() ?? null,
        reason: item.reason,
      }),
    ),
  };
}

function toReview(row: ReviewRow) {
  return {
    id: row.id,
    openedAt: row.opened_at.toISOString(),
    closesAt: row.closes_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  };
}
