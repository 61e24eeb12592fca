/** Carrying files out by request (持ち出し申請) as both sides see it. Part of the files' contract. */
import { z } from "zod";
import { PersonSummary, Zone } from "#core/identity/contract.ts";
import { classifications } from "#shared/classification.ts";
import { findTextFault } from "#shared/text.ts";

const reason = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((words) => findTextFault(words) === undefined, "characters that cannot be used");

export const RequestCarryOut = z.object({
  /** The version that is asked for: what comes after it needs a request of its own. */
  version: z.int().min(1).max(1_000_000),
  reason,
  /** Hours from the approval on in which it may be downloaded. */
  hours: z.int().min(1).max(168),
  downloads: z.int().min(1).max(20),
});
export type RequestCarryOut = z.infer<typeof RequestCarryOut>;

/**
 * `open`: approved, and something is left of it. `over`: its time is. `ended`: the file or the requester is other than what was
 * approved; `because` says how.
 */
export const CarryOutState = z.enum(["waiting", "open", "refused", "withdrawn", "used-up", "over", "ended"]);
export type CarryOutState = z.infer<typeof CarryOutState>;

export const CarryOut = z.object({
  id: z.uuid(),
  fileId: z.uuid(),
  /** Null where the reader may not know it now. */
  fileName: z.string().nullable(),
  roomName: z.string().nullable(),
  version: z.int(),
  /** The file's class when it was asked for. */
  classification: z.enum(classifications),
  /** Where it is to be taken. */
  zone: Zone,
  reason: z.string().nullable(),
  hours: z.int(),
  downloads: z.object({ allowed: z.int(), used: z.int() }),
  requestedBy: PersonSummary,
  requestedAt: z.string(),
  state: CarryOutState,
  because: z.object({ id: z.string(), ja: z.string(), en: z.string() }).nullable(),
  /** When somebody who may decide first looked at it. */
  seenAt: z.string().nullable(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  note: z.string().nullable(),
  expiresAt: z.string().nullable(),
  /** Decided or taken back, and its requester has not looked yet. */
  isNews: z.boolean(),
  /** `open`: see the pages of the file as it is now. */
  may: z.object({ open: z.boolean(), decide: z.boolean(), withdraw: z.boolean(), download: z.boolean() }),
});
export type CarryOut = z.infer<typeof CarryOut>;

export const CarryOutsQuery = z.object({
  /** `mine`: what one has asked for. `deciding`: what waits for one's decision, and what one decided in the last 30 days. */
  side: z.enum(["mine", "deciding"]),
});
export type CarryOutsQuery = z.infer<typeof CarryOutsQuery>;

/** The newest first, 100 at most; of those to decide the oldest first. */
export const CarryOutList = z.object({ items: z.array(CarryOut) });
export type CarryOutList = z.infer<typeof CarryOutList>;

/** What waits: for a decision of the reader, and for the reader to see what was decided. */
export const CarryOutCounts = z.object({ toDecide: z.int(), news: z.int() });
export type CarryOutCounts = z.infer<typeof CarryOutCounts>;

export const CarryOutPath = z.object({ carryOutId: z.string() });

export const DecideCarryOut = z.object({ approves: z.boolean(), reason });
export type DecideCarryOut = z.infer<typeof DecideCarryOut>;

export const WithdrawCarryOut = z.object({
  /** Needed from whoever takes an approval back; the requester gives none. */
  reason: reason.nullable(),
});
export type WithdrawCarryOut = z.infer<typeof WithdrawCarryOut>;

export const carryOutEvents = {
  /** To one person: a request that they made, or may decide, is other than before. */
  "carry-out.changed": z.object({ changeId: z.uuid() }),
} as const;
