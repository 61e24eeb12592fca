/** Offices of administration as both sides see them. Part of identity's contract. */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";
import { PersonSummary } from "./person-summary.ts";

/** What an administrator is entrusted with: core/policy says what each is. */
export const Office = z.enum(["accounts", "rules", "audit", "records"]);
export type Office = z.infer<typeof Office>;

const reason = z
  .string()
  .max(200)
  .refine((words) => words.trim().length > 0 && findTextFault(words) === undefined, "a reason");

/** Somebody who holds offices. `isActive`: can sign in today. */
export const OfficeHolder = z.object({
  person: PersonSummary,
  offices: z.array(Office),
  isActive: z.boolean(),
});
export type OfficeHolder = z.infer<typeof OfficeHolder>;

/** An office that waits for a second person's consent. */
export const OfficeProposal = z.object({
  id: z.uuid(),
  person: PersonSummary,
  office: Office,
  reason: z.string(),
  proposedBy: PersonSummary,
  proposedAt: z.string(),
  expiresAt: z.string(),
  /** Whether whoever asks may consent to it. */
  mayDecide: z.boolean(),
});
export type OfficeProposal = z.infer<typeof OfficeProposal>;

/** What is not as it should be: offices that watch each other in one hand, or in nobody's. */
export const OfficeWarning = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("meets"), person: PersonSummary, offices: z.array(Office) }),
  z.object({ kind: z.literal("vacant"), office: Office }),
  z.object({ kind: z.literal("declared-small"), because: z.string() }),
]);
export type OfficeWarning = z.infer<typeof OfficeWarning>;

export const OfficesOverview = z.object({
  holders: z.array(OfficeHolder),
  proposals: z.array(OfficeProposal),
  warnings: z.array(OfficeWarning),
  /** Why offices that watch each other may be in one hand here; null where they may not. */
  meetBecause: z.string().nullable(),
});
export type OfficesOverview = z.infer<typeof OfficesOverview>;

export const GiveOfficeRequest = z.object({ office: Office, reason });
export type GiveOfficeRequest = z.infer<typeof GiveOfficeRequest>;

/** `proposed`: it waits for a second person. */
export const GivenOffice = z.object({ state: z.enum(["given", "proposed"]) });
export type GivenOffice = z.infer<typeof GivenOffice>;

export const TakeOfficeRequest = z.object({ reason });

export const DecideProposalRequest = z.object({ consents: z.boolean(), reason });
export type DecideProposalRequest = z.infer<typeof DecideProposalRequest>;

/** `because: null` takes the declaration back. */
export const DeclareSmallRequest = z.object({ because: reason.nullable() });
export type DeclareSmallRequest = z.infer<typeof DeclareSmallRequest>;
