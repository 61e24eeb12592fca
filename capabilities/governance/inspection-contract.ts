/** Inspections of rooms as both sides see them. Part of governance's contract. */
import { z } from "zod";
import { PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const reason = z
  .string()
  .max(200)
  .refine((words) => words.trim().length > 0 && findTextFault(words) === undefined, "a reason");

export const InspectionState = z.enum(["waiting", "open", "refused", "over"]);
export type InspectionState = z.infer<typeof InspectionState>;

export const InspectedRoom = z.object({ id: z.uuid(), name: z.string() });

export const Inspection = z.object({
  id: z.uuid(),
  state: InspectionState,
  rooms: z.array(InspectedRoom),
  reason: z.string(),
  days: z.int(),
  /** Why the members are told only afterwards; null when they are told at once. */
  laterBecause: z.string().nullable(),
  requestedBy: PersonSummary,
  requestedAt: z.string(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  decidedBecause: z.string().nullable(),
  /** Until when it can be decided, or read. */
  expiresAt: z.string(),
  toldAt: z.string().nullable(),
  mayDecide: z.boolean(),
  mayRead: z.boolean(),
});
export type Inspection = z.infer<typeof Inspection>;

export const InspectionList = z.object({ items: z.array(Inspection) });
export type InspectionList = z.infer<typeof InspectionList>;

export const RequestInspection = z.object({
  roomIds: z.array(z.uuid()).min(1).max(20),
  reason,
  days: z.int().min(1).max(14),
  laterBecause: reason.nullable(),
});
export type RequestInspection = z.infer<typeof RequestInspection>;

export const DecideInspection = z.object({ consents: z.boolean(), reason });
export type DecideInspection = z.infer<typeof DecideInspection>;

/** Rooms of a person, to choose from: their names, nothing of what is in them. */
export const RoomsToInspect = z.object({
  items: z.array(InspectedRoom.extend({ kind: z.string(), memberCount: z.int() })),
});
export type RoomsToInspect = z.infer<typeof RoomsToInspect>;

export const InspectedMessage = z.object({
  seq: z.int(),
  sentAt: z.string(),
  sender: PersonSummary.nullable(),
  operator: PersonSummary.nullable(),
  body: z.string(),
  isEdited: z.boolean(),
  isDeleted: z.boolean(),
});
export type InspectedMessage = z.infer<typeof InspectedMessage>;

/** Ascending; `before` is where to go on towards the beginning. */
export const InspectedPage = z.object({ items: z.array(InspectedMessage), before: z.int().nullable() });
export type InspectedPage = z.infer<typeof InspectedPage>;

export const InspectedQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
