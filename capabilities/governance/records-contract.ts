/** Keeping and disposing of records (文書保存・廃棄) as both sides see it. Part of governance's contract. */
import { z } from "zod";
import { RetentionCounting, RoomKind } from "#capabilities/chat/contract.ts";
import { Classification } from "#core/crossing/contract.ts";
import { PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const words = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const reason = words(200);

/** How long what is written in rooms of a kind and a class is kept; null fits every kind, or every class. */
export const RetentionRule = z.object({
  kind: RoomKind.nullable(),
  classification: Classification.nullable(),
  /** Null: kept for good (永年). */
  years: z.int().min(1).max(100).nullable(),
  counting: RetentionCounting,
});
export type RetentionRule = z.infer<typeof RetentionRule>;

export const RetentionSetting = z.object({
  id: z.uuid(),
  validFrom: z.iso.date(),
  /** The first that fits a room holds; a room that none fits is kept. */
  rules: z.array(RetentionRule),
  source: z.string(),
  reason: z.string(),
  proposedBy: PersonSummary.nullable(),
  proposedAt: z.string(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  isAccepted: z.boolean().nullable(),
  /** Whether it is the one that holds today. */
  holdsNow: z.boolean(),
  mayDecide: z.boolean(),
});
export type RetentionSetting = z.infer<typeof RetentionSetting>;

/** Newest first. */
export const RetentionList = z.object({ items: z.array(RetentionSetting), today: z.iso.date() });
export type RetentionList = z.infer<typeof RetentionList>;

export const ProposeRetention = z.object({
  validFrom: z.iso.date(),
  rules: z.array(RetentionRule).max(40),
  /** Where it is written: 文書管理規程 and its article. */
  source: words(200),
  reason,
});
export type ProposeRetention = z.infer<typeof ProposeRetention>;

export const DecideRecords = z.object({ consents: z.boolean(), reason });
export type DecideRecords = z.infer<typeof DecideRecords>;
export const WithReason = z.object({ reason });

export const LegalHoldState = z.enum(["waiting", "standing", "releasing", "refused", "released"]);
export type LegalHoldState = z.infer<typeof LegalHoldState>;

export const LegalHold = z.object({
  id: z.uuid(),
  kind: z.enum(["room", "person"]),
  subjectId: z.uuid(),
  subjectName: z.string(),
  state: LegalHoldState,
  reason: z.string(),
  placedBy: PersonSummary.nullable(),
  placedAt: z.string(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  releaseBy: PersonSummary.nullable(),
  releaseBecause: z.string().nullable(),
  endedAt: z.string().nullable(),
  mayDecide: z.boolean(),
  mayRelease: z.boolean(),
});
export type LegalHold = z.infer<typeof LegalHold>;

export const LegalHoldList = z.object({ items: z.array(LegalHold) });
export type LegalHoldList = z.infer<typeof LegalHoldList>;

export const PlaceHold = z.object({ kind: z.enum(["room", "person"]), subjectId: z.uuid(), reason });
export type PlaceHold = z.infer<typeof PlaceHold>;

export const DisposalState = z.enum(["proposed", "approved", "running", "done", "refused"]);
export type DisposalState = z.infer<typeof DisposalState>;

export const DisposalItem = z.object({
  roomId: z.uuid(),
  roomName: z.string(),
  rule: RetentionRule,
  /** What was written before this moment. */
  before: z.string(),
  messages: z.int(),
  files: z.int(),
  oldest: z.string().nullable(),
  newest: z.string().nullable(),
  isHeld: z.boolean(),
  excludedBecause: z.string().nullable(),
  excludedBy: PersonSummary.nullable(),
  goneMessages: z.int(),
  goneFiles: z.int(),
  isDone: z.boolean(),
});
export type DisposalItem = z.infer<typeof DisposalItem>;

export const Disposal = z.object({
  id: z.uuid(),
  state: DisposalState,
  madeAt: z.string(),
  rooms: z.int(),
  messages: z.int(),
  files: z.int(),
  goneMessages: z.int(),
  approvedBy: PersonSummary.nullable(),
  approvedAt: z.string().nullable(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  decidedBecause: z.string().nullable(),
  finishedAt: z.string().nullable(),
  /** As the office `records`: look and approve, take rooms out, refuse. */
  mayApprove: z.boolean(),
  /** As another person of the office `audit`. */
  mayConsent: z.boolean(),
});
export type Disposal = z.infer<typeof Disposal>;

export const DisposalList = z.object({ items: z.array(Disposal), mayMake: z.boolean() });
export type DisposalList = z.infer<typeof DisposalList>;

export const DisposalPage = z.object({
  disposal: Disposal,
  items: z.array(DisposalItem),
  source: z.string(),
  /** 廃棄証明: the stored text and its SHA-256; null until it is done. */
  certificate: z.object({ text: z.string(), digest: z.string() }).nullable(),
});
export type DisposalPage = z.infer<typeof DisposalPage>;

export const ExcludeRoom = z.object({ roomId: z.uuid(), reason });
export type ExcludeRoom = z.infer<typeof ExcludeRoom>;

/** What a certificate says: what went, how much, by whom, when. `digest`s run over the numbers and ids of what went. */
export const DisposalCertificate = z.object({
  format: z.literal("chonai-disposal-certificate-1"),
  municipality: z.string(),
  id: z.uuid(),
  source: z.string(),
  madeAt: z.string(),
  approved: z.object({ by: z.string(), at: z.string(), because: z.string() }),
  consented: z.object({ by: z.string(), at: z.string(), because: z.string() }),
  finishedAt: z.string(),
  rooms: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      rule: RetentionRule,
      writtenBefore: z.string(),
      messages: z.int(),
      earlierTexts: z.int(),
      files: z.int(),
      bytes: z.int(),
      oldest: z.string().nullable(),
      newest: z.string().nullable(),
      digest: z.string().nullable(),
    }),
  ),
  /** Rooms of the list that stayed, and why. */
  kept: z.array(z.object({ id: z.uuid(), name: z.string(), because: z.string() })),
});
export type DisposalCertificate = z.infer<typeof DisposalCertificate>;

export const RecordExportState = z.enum(["waiting", "refused", "running", "done", "failed"]);

/** A room as an official record: asked for, consented to, written, fetched. */
export const RecordExport = z.object({
  id: z.uuid(),
  roomId: z.uuid(),
  roomName: z.string(),
  reason: z.string(),
  state: RecordExportState,
  askedBy: PersonSummary.nullable(),
  askedAt: z.string(),
  decidedBy: PersonSummary.nullable(),
  decidedAt: z.string().nullable(),
  /** How many messages are written of how many. */
  written: z.int(),
  messages: z.int(),
  /** SHA-256 of the archive. */
  digest: z.string().nullable(),
  length: z.int().nullable(),
  /** Until when it can be fetched. */
  expiresAt: z.string().nullable(),
  mayDecide: z.boolean(),
  mayFetch: z.boolean(),
});
export type RecordExport = z.infer<typeof RecordExport>;
export const RecordExportList = z.object({ items: z.array(RecordExport) });
export type RecordExportList = z.infer<typeof RecordExportList>;
export const AskRecordExport = z.object({ roomId: z.uuid(), reason });
export type AskRecordExport = z.infer<typeof AskRecordExport>;

/** `room.json` of the archive. */
export const RecordOfRoom = z.object({
  format: z.literal("chonai-record-1"),
  municipality: z.string(),
  room: z.object({
    id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    classification: z.string(),
    archivedAt: z.string().nullable(),
  }),
  members: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      section: z.string().nullable(),
      role: z.string(),
      joinedAt: z.string(),
    }),
  ),
  messages: z.int(),
  export: z.object({
    id: z.uuid(),
    askedBy: z.string(),
    consentedBy: z.string(),
    reason: z.string(),
    at: z.string(),
  }),
});
export type RecordOfRoom = z.infer<typeof RecordOfRoom>;

/** A line of `messages.jsonl`. */
export const RecordedMessage = z.object({
  seq: z.int(),
  id: z.uuid(),
  sentAt: z.string(),
  sender: z.object({ id: z.uuid(), name: z.string(), section: z.string().nullable() }),
  operator: z.string().nullable(),
  /** Null when it was deleted or disposed of. */
  body: z.string().nullable(),
  replyTo: z.int().nullable(),
  threadSeq: z.int().nullable(),
  editedAt: z.string().nullable(),
  earlierTexts: z.array(z.object({ version: z.int(), body: z.string(), writtenAt: z.string() })),
  deletion: z.object({ at: z.string(), by: z.string(), reason: z.string().nullable() }).nullable(),
});
export type RecordedMessage = z.infer<typeof RecordedMessage>;

/** A line of `files.jsonl`. */
export const RecordedFile = z.object({
  id: z.uuid(),
  name: z.string(),
  messageSeq: z.int().nullable(),
  classification: z.string(),
  uploadedBy: z.string(),
  uploadedAt: z.string(),
  origin: z.string(),
  /** Its place in the archive; null when it is left out. */
  path: z.string().nullable(),
  /** `original`, or what was made of it. */
  form: z.string().nullable(),
  leftOutBecause: z.string().nullable(),
});
export type RecordedFile = z.infer<typeof RecordedFile>;
