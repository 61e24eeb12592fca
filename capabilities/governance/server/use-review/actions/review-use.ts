import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { csvOf } from "#shared/csv.ts";
import { isId, newId } from "#shared/ids.ts";
import { formatMoment } from "#shared/time.ts";
import type {
  ChangeUseReviewRules,
  ExportedFile,
  JudgeUse,
  UseEvidence,
  UseReviewEntry,
  UseReviewList,
  UseReviewPage,
} from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import { describeEntries } from "../../describe-entries.ts";
import { addMonths, monthOf } from "../count-use.ts";
import { defaultSource, defaultUseReviewRules } from "../default-rules.ts";
import { findEvidence } from "../find-evidence.ts";
import { decideJudgeUse, decideOpenUse, decideReviewUse } from "../policy.ts";
import {
  type EntryRow,
  factsOf,
  findReview,
  listEntries,
  listReviews,
  lockEntry,
  type ReviewRow,
  toReview,
} from "../rows.ts";
import { listUseReviewSettings } from "../settings.ts";
import { judgementWords, ruleWords } from "../words.ts";

const countWaiting = statement<{ count: number }>(
  "governance.count-use-to-review",
  `select count(*)::int as count from use_review_entry
    where tenant_id = $1 and judged_at is null and person_id <> $2`,
);
const noteOpened = statement<never>(
  "governance.note-use-opened",
  `update use_review_entry set opened_by = $4, opened_at = $5
    where tenant_id = $1 and review_id = $2 and id = $3 and judged_at is null`,
);
const writeJudgement = statement<never>(
  "governance.write-use-judgement",
  `update use_review_entry set judgement = $4, note = $5, judged_by = $6, judged_at = $7
    where tenant_id = $1 and review_id = $2 and id = $3`,
);
const lockSettings = statement<never>(
  "governance.lock-use-review-settings",
  "select pg_advisory_xact_lock(hashtextextended('use review settings ' || $1::text, 0))",
);
const insertSetting = statement<never>(
  "governance.insert-use-review-setting",
  `insert into use_review_setting (tenant_id, id, valid_from, value, source, reason, changed_by, changed_at)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8)`,
);

/** Every month that was reviewed, what waits for the actor, and by which rules is picked. */
export async function listUseReviews(database: Database, clock: Clock, actor: Actor): Promise<UseReviewList> {
  assertAllowed(actor, decideReviewUse(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const [rows, waiting, settings] = await Promise.all([
      tx.all(listReviews, [tenantId]),
      tx.first(countWaiting, [tenantId, personId]),
      listUseReviewSettings(tx, tenantId),
    ]);
    const people = await listPersonSummaries(tx, tenantId, [
      ...new Set(settings.map(({ changed_by }) => changed_by)),
    ]);
    return {
      items: rows.map((row) => toReview(row, now)),
      waiting: waiting!.count,
      settings: [
        ...settings.map((row) => ({
          id: row.id,
          validFrom: row.valid_from.slice(0, 7),
          rules: row.value,
          source: row.source,
          reason: row.reason,
          changedBy: people.get(row.changed_by) ?? null,
          changedAt: row.changed_at.toISOString(),
        })),
        {
          id: null,
          validFrom: null,
          rules: defaultUseReviewRules,
          source: defaultSource,
          reason: "",
          changedBy: null,
          changedAt: null,
        },
      ],
      nextMonth: addMonths(monthOf(now), 1).slice(0, 7),
    };
  });
}

/** One month with its entries. */
export async function getUseReview(
  database: Database,
  clock: Clock,
  actor: Actor,
  reviewId: string,
): Promise<UseReviewPage> {
  assertAllowed(actor, decideReviewUse(actor));
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const row = await getReview(tx, actor.tenantId, reviewId);
    return {
      review: toReview(row, clock.now()),
      rules: row.setting.rules,
      entries: await readEntries(tx, actor, reviewId),
    };
  });
}

/** What is behind an entry. That somebody looked is recorded, and only they judge it afterwards. */
export async function openUse(
  database: Database,
  clock: Clock,
  actor: Actor,
  { reviewId, entryId }: { reviewId: string; entryId: string },
): Promise<UseEvidence> {
  assertAllowed(actor, decideReviewUse(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const entry = await getEntry(tx, tenantId, reviewId, entryId);
    const rule = assertAllowed(actor, decideOpenUse(actor, factsOf(entry)));
    const { rows, hasMore } = await findEvidence(tx, tenantId, entry);
    await tx.run(noteOpened, [tenantId, reviewId, entryId, actor.personId, now]);
    await recordAudit(tx, actor, now, {
      action: "use-review.looked-at",
      subjectId: entry.person_id,
      rule,
      facts: { review: reviewId, entry: entryId, picked: entry.rule },
    });
    return { items: await describeEntries(tx, tenantId, rows), hasMore };
  });
}

/** Writes down what somebody found who has looked: once. */
export async function judgeUse(
  database: Database,
  clock: Clock,
  actor: Actor,
  { reviewId, entryId }: { reviewId: string; entryId: string },
  { judgement, note }: JudgeUse,
): Promise<void> {
  assertAllowed(actor, decideReviewUse(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const entry = await getEntry(tx, tenantId, reviewId, entryId);
    const rule = assertAllowed(actor, decideJudgeUse(actor, factsOf(entry)));
    await tx.run(writeJudgement, [tenantId, reviewId, entryId, judgement, note, personId, now]);
    await recordAudit(tx, actor, now, {
      action: "use-review.judged",
      subjectId: entry.person_id,
      rule,
      facts: { review: reviewId, entry: entryId, picked: entry.rule, judgement },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "audit"));
  });
}

/** A month as a table, for the file of the office; that it was taken out is recorded with the reason. */
export async function exportUseReview(
  database: Database,
  clock: Clock,
  actor: Actor,
  reviewId: string,
  reason: string,
): Promise<ExportedFile> {
  const rule = assertAllowed(actor, decideReviewUse(actor));
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const review = await getReview(tx, actor.tenantId, reviewId);
    const entries = await readEntries(tx, actor, reviewId);
    await recordAudit(tx, actor, now, {
      action: "use-review.exported",
      subjectId: reviewId,
      rule,
      facts: { month: review.month.slice(0, 7), entries: entries.length, reason },
    });
    const lines = entries.map((entry) => [
      ruleWords[entry.rule],
      entry.person?.name ?? "",
      entry.person?.sectionName ?? "",
      String(entry.count),
      entry.days.map(({ day, count }) => `${day}（${count}）`).join("・"),
      entry.judgement ? judgementWords[entry.judgement] : "未点検",
      entry.note ?? "",
      entry.judgedBy?.name ?? "",
      entry.judgedAt ? formatMoment(entry.judgedAt) : "",
    ]);
    return {
      name: `利用状況の点検_${review.month.slice(0, 7)}.csv`,
      text: csvOf([
        ["目安", "氏名", "所属", "件数", "日（件数）", "結果", "所見", "点検した人", "点検日時"],
        ...lines,
      ]),
    };
  });
}

/** Decides what picks from a month on that has not begun: what is being reviewed stays under its rules. */
export async function changeUseReviewRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  { validFrom, rules, source, reason, basedOn }: ChangeUseReviewRules,
): Promise<void> {
  const rule = assertAllowed(actor, decideReviewUse(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  const month = `${validFrom}-01`;
  if (month <= monthOf(now))
    throw new AppError("conflict", {
      reason: "まだ始まっていない月からだけ変更できます",
      reasonEn: "rules can be changed from a month on that has not begun",
    });
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockSettings, [tenantId]);
    const before = await listUseReviewSettings(tx, tenantId);
    if ((before[0]?.id ?? null) !== basedOn)
      throw new AppError("conflict", {
        reason: "ほかの人が先に変更しました。読み込み直して確かめてください",
        reasonEn: "somebody else has changed it meanwhile; load it again",
      });
    const id = newId(now.getTime());
    await tx.run(insertSetting, [tenantId, id, month, JSON.stringify(rules), source, reason, personId, now]);
    await recordAudit(tx, actor, now, {
      action: "use-review-rules.changed",
      subjectId: id,
      rule,
      facts: { from: validFrom, source, reason, rules: JSON.stringify(rules) },
    });
  });
}

async function getReview(tx: Transaction, tenantId: string, reviewId: string): Promise<ReviewRow> {
  const row = isId(reviewId) ? await tx.first(findReview, [tenantId, reviewId]) : undefined;
  if (!row) throw notFound();
  return row;
}

async function getEntry(
  tx: Transaction,
  tenantId: string,
  reviewId: string,
  entryId: string,
): Promise<EntryRow> {
  const isAny = isId(reviewId) && isId(entryId);
  const row = isAny ? await tx.first(lockEntry, [tenantId, reviewId, entryId]) : undefined;
  if (!row) throw notFound();
  return row;
}

async function readEntries(tx: Transaction, actor: Actor, reviewId: string): Promise<UseReviewEntry[]> {
  const rows = await tx.all(listEntries, [actor.tenantId, reviewId]);
  const ids = rows.flatMap(({ person_id, judged_by }) => (judged_by ? [person_id, judged_by] : person_id));
  const people = await listPersonSummaries(tx, actor.tenantId, [...new Set(ids)]);
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    person: people.get(row.person_id) ?? null,
    count: row.count,
    days: row.days,
    judgement: row.judgement,
    note: row.note,
    judgedBy: row.judged_by === null ? null : (people.get(row.judged_by) ?? null),
    judgedAt: row.judged_at?.toISOString() ?? null,
    isOwn: row.person_id === actor.personId,
  }));
}
