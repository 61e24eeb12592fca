/** The log of removable media (可搬媒体利用簿), as both sides see it. Schema and type share one name. */
import { z } from "zod";
import { Classification, CrossingZone } from "#core/crossing/contract.ts";
import { PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const words = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const needed = (longest: number) => words(longest).min(1);

export const MediaLoanState = z.enum([
  "waiting",
  "approved",
  "refused",
  "withdrawn",
  "lent",
  "returned",
  "lost",
]);
export type MediaLoanState = z.infer<typeof MediaLoanState>;

export const MediaStep = z.enum([
  "withdrawn",
  "approved",
  "refused",
  "lent",
  "returned",
  "lost",
  "extension-asked",
  "extended",
  "extension-refused",
]);
export type MediaStep = z.infer<typeof MediaStep>;

/** A request for a medium, and what became of it. */
export const MediaLoan = z.object({
  id: z.uuid(),
  asker: PersonSummary,
  /** Who sat at a section's account. */
  operatorName: z.string().nullable(),
  sectionName: z.string().nullable(),
  purpose: z.string(),
  classification: Classification,
  /** Where it is used. */
  zone: CrossingZone,
  system: z.string(),
  /** JST days. */
  fromOn: z.string(),
  dueOn: z.string(),
  state: MediaLoanState,
  askedAt: z.string(),
  mediumNumber: z.string().nullable(),
  wantedDueOn: z.string().nullable(),
  isOverdue: z.boolean(),
  isOwn: z.boolean(),
  /** What its reader may do with it now. */
  steps: z.array(MediaStep),
});
export type MediaLoan = z.infer<typeof MediaLoan>;

export const MediaEvent = z.object({
  at: z.string(),
  what: z.enum(["asked", "warned", ...MediaStep.options]),
  byName: z.string().nullable(),
  operatorName: z.string().nullable(),
  /** What was checked when it was lent or came back. */
  checks: z
    .object({ isEncrypted: z.boolean().nullable(), isScanned: z.boolean(), isEmptied: z.boolean() })
    .nullable(),
  dueOn: z.string().nullable(),
  note: z.string(),
});
export type MediaEvent = z.infer<typeof MediaEvent>;

export const MediaLoanDetail = MediaLoan.extend({
  events: z.array(MediaEvent),
  /** Media in store that its reader may lend; empty unless it is to be lent. */
  media: z.array(z.object({ id: z.uuid(), number: z.string(), model: z.string() })),
});
export type MediaLoanDetail = z.infer<typeof MediaLoanDetail>;

export const MediaLoansQuery = z.object({
  /** Part of purpose, system or the medium's number, of the borrower's name or kana, or of the section. */
  q: words(200).optional(),
  state: MediaLoanState.optional(),
  overdue: z.enum(["yes"]).optional(),
  /** Only what its reader asked for. */
  mine: z.enum(["yes"]).optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type MediaLoansQuery = z.infer<typeof MediaLoansQuery>;

export const MediaLoansPage = z.object({
  items: z.array(MediaLoan),
  next: z.uuid().nullable(),
  /** Whether others' requests are the reader's to decide about. */
  isInCharge: z.boolean(),
});
export type MediaLoansPage = z.infer<typeof MediaLoansPage>;

export const AskForMediumRequest = z.object({
  purpose: needed(200),
  classification: Classification,
  zone: CrossingZone,
  system: needed(100),
  fromOn: z.iso.date(),
  dueOn: z.iso.date(),
});
export type AskForMediumRequest = z.infer<typeof AskForMediumRequest>;

const checked = { isScanned: z.literal(true), isEmptied: z.literal(true) };

/** What happens to a request. A refusal and an extension say why. */
export const StepMediaLoanRequest = z.discriminatedUnion("what", [
  z.object({ what: z.enum(["withdrawn", "approved", "lost"]), note: words(200) }),
  /** `dueOn`: the day that was seen; who asked may have asked for another meanwhile. */
  z.object({ what: z.literal("extended"), dueOn: z.iso.date(), note: words(200) }),
  z.object({ what: z.enum(["refused", "extension-refused"]), note: needed(200) }),
  z.object({ what: z.literal("extension-asked"), dueOn: z.iso.date(), note: needed(200) }),
  z.object({
    what: z.literal("lent"),
    equipmentId: z.uuid(),
    isEncrypted: z.boolean(),
    /** What nobody has looked at, or somebody else has left on it, is not given on. */
    ...checked,
    note: words(200),
  }),
  z.object({ what: z.literal("returned"), ...checked, note: words(200) }),
]);
export type StepMediaLoanRequest = z.infer<typeof StepMediaLoanRequest>;

/** The log as a table, headings first. */
export const MediaLoanExport = z.object({ rows: z.array(z.array(z.string())) });
export type MediaLoanExport = z.infer<typeof MediaLoanExport>;
