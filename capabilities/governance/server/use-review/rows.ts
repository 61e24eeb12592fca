import { statement } from "#core/db/index.ts";
import { dateInJapan } from "#shared/time.ts";
import type { UseJudgement, UseReview, UseReviewRuleName, UseReviewRules } from "../../contract.ts";
import type { UseEntryFacts } from "./policy.ts";

export type ReviewRow = {
  id: string;
  month: string;
  setting: { rules: UseReviewRules; source: string };
  opened_at: Date;
  due_on: string;
  left_out: number;
  reminded_at: Date | null;
  entries: number;
  left: number;
};

const reviewColumns = `r.id, r.month, r.setting, r.opened_at, r.due_on, r.left_out, r.reminded_at, n.entries, n.left`;
const counted = `from use_review r, lateral (
    select count(*)::int as entries, count(*) filter (where i.judged_at is null)::int as left
      from use_review_entry i where i.tenant_id = r.tenant_id and i.review_id = r.id) n`;
export const listReviews = statement<ReviewRow>(
  "governance.list-use-reviews",
  `select ${reviewColumns} ${counted} where r.tenant_id = $1 order by r.month desc limit 60`,
);
export const findReview = statement<ReviewRow>(
  "governance.find-use-review",
  `select ${reviewColumns} ${counted} where r.tenant_id = $1 and r.id = $2`,
);

export type EntryRow = {
  id: string;
  rule: UseReviewRuleName;
  person_id: string;
  count: number;
  days: { day: string; count: number }[];
  opened_by: string | null;
  judgement: UseJudgement | null;
  note: string | null;
  judged_by: string | null;
  judged_at: Date | null;
};
const entryColumns = "id, rule, person_id, count, days, opened_by, judgement, note, judged_by, judged_at";
export const listEntries = statement<EntryRow>(
  "governance.list-use-review-entries",
  `select ${entryColumns} from use_review_entry where tenant_id = $1 and review_id = $2
    order by judged_at is not null, rule, count desc, id`,
);
// FOR NO KEY UPDATE: two who open or judge the same entry come one after the other.
export const lockEntry = statement<EntryRow>(
  "governance.lock-use-review-entry",
  `select ${entryColumns} from use_review_entry where tenant_id = $1 and review_id = $2 and id = $3
      for no key update`,
);

export function factsOf(row: EntryRow): UseEntryFacts {
  return { personId: row.person_id, openedBy: row.opened_by, isJudged: row.judged_at !== null };
}

export function toReview(row: ReviewRow, now: Date): UseReview {
  return {
    id: row.id,
    month: row.month.slice(0, 7),
    openedAt: row.opened_at.toISOString(),
    dueOn: row.due_on,
    isOverdue: row.left > 0 && row.due_on < dateInJapan(now),
    entries: row.entries,
    left: row.left,
    leftOut: row.left_out,
    remindedAt: row.reminded_at?.toISOString() ?? null,
  };
}
