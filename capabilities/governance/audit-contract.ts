/** The audit record as both sides see it: searching, taking it out, anchors. Part of governance's contract. */
import { z } from "zod";
import { PersonSummary, Zone } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const day = z.iso.date();

/** Everything that is given must hold. */
export const AuditFilter = z.object({
  /** Who did it, or who sat at the section account. */
  actor: z.uuid().optional(),
  /** What it was done to, or is named in it: a person, room, file, message, session, device. */
  about: z.uuid().optional(),
  /** `room.created`. */
  action: z
    .string()
    .regex(/^[a-z-]+\.[a-z-]+$/)
    .optional(),
  zone: Zone.optional(),
  /** First and last day, in Japan. */
  from: day.optional(),
  until: day.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditQuery = AuditFilter.extend({
  /** The entry before which to go on. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditItem = z.object({
  id: z.int(),
  at: z.string(),
  action: z.string(),
  /** The sentence in the office's words. */
  ja: z.string(),
  en: z.string(),
  actor: PersonSummary.nullable(),
  /** Who sat at the section account. */
  operator: PersonSummary.nullable(),
  zone: Zone.nullable(),
  deviceId: z.uuid().nullable(),
  /** The rule that allowed it. */
  rule: z.string().nullable(),
  subjectId: z.uuid().nullable(),
  /** What the entry says beside it, as it was written. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Contents were lawfully disposed of; only when, what and who remain. */
  isDisposed: z.boolean(),
});
export type AuditItem = z.infer<typeof AuditItem>;

/** `next`: go on before this entry. A page may be short, or empty, and still have a next one. */
export const AuditPage = z.object({ items: z.array(AuditItem), next: z.int().nullable() });
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditAction = z.object({ action: z.string(), ja: z.string(), en: z.string() });

/** How the record stands. */
export const AuditStatus = z.object({
  /** Entries that no link holds yet, and the age of the oldest in seconds: a rising age is an alarm. */
  unsealed: z.int(),
  oldestUnsealedSeconds: z.int(),
  isAlarming: z.boolean(),
  /** Where the chain is now: to be kept outside. Null before the first entry. */
  anchor: z.object({ tenantId: z.uuid(), number: z.int(), link: z.string() }).nullable(),
  /** When somebody last took an anchor away. */
  anchoredAt: z.string().nullable(),
  /** Everything that can be searched for by its name. */
  actions: z.array(AuditAction),
});
export type AuditStatus = z.infer<typeof AuditStatus>;

export const shortReason = z
  .string()
  .max(200)
  .refine((words) => words.trim().length > 0 && findTextFault(words) === undefined, "a reason");

export const ExportAuditRequest = z.object({
  filter: AuditFilter,
  format: z.enum(["csv", "jsonl"]),
  reason: shortReason,
});
export type ExportAuditRequest = z.infer<typeof ExportAuditRequest>;

export const StartedExport = z.object({ id: z.uuid(), expiresAt: z.string() });
export type StartedExport = z.infer<typeof StartedExport>;

export const ExportChunkQuery = z.object({ before: z.coerce.number().int().positive().optional() });

/** A part of the file; put one behind the other. */
export const ExportChunk = z.object({ text: z.string(), next: z.int().nullable() });
export type ExportChunk = z.infer<typeof ExportChunk>;
