/** 利用状況の点検 as both sides see it: what rules pick each month, and that a person looked at it. Part of governance's contract. */
import { z } from "zod";
import { PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";
import { AuditItem } from "./audit-contract.ts";

const words = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const hour = z.int().min(0).max(23);
const threshold = z.int().min(1).max(100_000);

/** What picks: null switches a rule off. */
export const UseReviewRules = z.object({
  /** Pages and texts of files that somebody opens on one day. */
  massReading: z.object({ readingsADay: threshold }).nullable(),
  massDownloads: z.object({ downloadsADay: threshold }).nullable(),
  /** Sign-ins and readings from hour `from` until hour `until` of the next morning, in Japan, on so many days of the month. */
  oddHours: z.object({ from: hour, until: hour, days: z.int().min(1).max(31) }).nullable(),
  /** Readings and downloads within the last days before somebody leaves or is stopped. */
  leavers: z.object({ days: z.int().min(1).max(90), readings: threshold }).nullable(),
  /** Sign-ins from devices that were new to Chonai. */
  newDevices: z.object({ devices: threshold }).nullable(),
  /** Refused sign-ins to an account, and deeds that were refused to somebody. */
  refused: z.object({ attempts: threshold }).nullable(),
});
export type UseReviewRules = z.infer<typeof UseReviewRules>;

export const UseReviewRuleName = z.enum([
  "mass-reading",
  "mass-downloads",
  "odd-hours",
  "leavers",
  "new-devices",
  "refused",
]);
export type UseReviewRuleName = z.infer<typeof UseReviewRuleName>;

export const UseReviewSetting = z.object({
  /** Null: as Chonai comes. */
  id: z.uuid().nullable(),
  /** The first month that is reviewed by it; null for what holds from the beginning. */
  validFrom: month.nullable(),
  rules: UseReviewRules,
  source: z.string(),
  reason: z.string(),
  changedBy: PersonSummary.nullable(),
  changedAt: z.string().nullable(),
});
export type UseReviewSetting = z.infer<typeof UseReviewSetting>;

export const ChangeUseReviewRules = z.object({
  /** A month that has not begun: what is being reviewed now stays under its rules. */
  validFrom: month,
  rules: UseReviewRules,
  source: words(200),
  reason: words(200),
  /** The id of the newest setting that was looked at. */
  basedOn: z.uuid().nullable(),
});
export type ChangeUseReviewRules = z.infer<typeof ChangeUseReviewRules>;

export const UseReview = z.object({
  id: z.uuid(),
  month,
  openedAt: z.string(),
  /** By when all of it should be looked at. */
  dueOn: z.iso.date(),
  isOverdue: z.boolean(),
  entries: z.int(),
  /** Not judged yet. */
  left: z.int(),
  /** Picked beyond the most that one list holds. */
  leftOut: z.int(),
  remindedAt: z.string().nullable(),
});
export type UseReview = z.infer<typeof UseReview>;

/** The newest month first. */
export const UseReviewList = z.object({
  items: z.array(UseReview),
  /** Entries that wait for the reader: those about oneself are not among them. */
  waiting: z.int(),
  /** Newest first; the last one is as Chonai comes. */
  settings: z.array(UseReviewSetting),
  /** The next month for which rules can be changed. */
  nextMonth: month,
});
export type UseReviewList = z.infer<typeof UseReviewList>;

export const UseJudgement = z.enum(["expected", "asked", "passed-on"]);
export type UseJudgement = z.infer<typeof UseJudgement>;

export const UseReviewEntry = z.object({
  id: z.uuid(),
  rule: UseReviewRuleName,
  person: PersonSummary.nullable(),
  count: z.int(),
  days: z.array(z.object({ day: z.iso.date(), count: z.int() })),
  judgement: UseJudgement.nullable(),
  note: z.string().nullable(),
  judgedBy: PersonSummary.nullable(),
  judgedAt: z.string().nullable(),
  /** Nobody reviews oneself. */
  isOwn: z.boolean(),
});
export type UseReviewEntry = z.infer<typeof UseReviewEntry>;

/** Not judged first, then by rule and number. */
export const UseReviewPage = z.object({
  review: UseReview,
  rules: UseReviewRules,
  entries: z.array(UseReviewEntry),
});
export type UseReviewPage = z.infer<typeof UseReviewPage>;

/** What is behind an entry: at most a hundred of the record's sentences, the newest first. */
export const UseEvidence = z.object({ items: z.array(AuditItem), hasMore: z.boolean() });
export type UseEvidence = z.infer<typeof UseEvidence>;

export const JudgeUse = z.object({ judgement: UseJudgement, note: words(500) });
export type JudgeUse = z.infer<typeof JudgeUse>;

export const ExportUseReview = z.object({ reason: words(200) });
export const ExportedFile = z.object({ name: z.string(), text: z.string() });
export type ExportedFile = z.infer<typeof ExportedFile>;

export const governanceEvents = {
  /** What waits for its reader in governance is other than before: it is asked anew. */
  "governance.changed": z.object({ changeId: z.uuid() }),
} as const;
export type GovernanceEvents = {
  [Name in keyof typeof governanceEvents]: z.infer<(typeof governanceEvents)[Name]>;
};
