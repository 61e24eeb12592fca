/**
 * Files as both sides see them: summaries with what their reader may do, uploads, a room's library. Schema and type share
 * one name. Events name no file: who may not know its name hears only that something changed, and asks with their rights.
 */
import { z } from "zod";
import { PersonSummary, Zone } from "#core/identity/contract.ts";
import { classifications } from "#shared/classification.ts";
import { findTextFault } from "#shared/text.ts";
import { carryOutEvents } from "./carry-out-contract.ts";

export * from "./carry-out-contract.ts";
export { fileLimits } from "./limits/contract.ts";

export const FileClass = z.enum(classifications);
export type FileClass = z.infer<typeof FileClass>;

/** 受付 → 検査 → 無害化 → 公開; held (保留): nobody could look into it yet, or somebody must decide; refused (不可): never given out. */
export const FileState = z.enum(["received", "inspecting", "sanitising", "released", "held", "refused"]);
export type FileState = z.infer<typeof FileState>;

/** Why a file is held or refused. `no-sanitiser`: a part of the machinery is missing or stale; it goes on by itself. */
export const FileReason = z.enum([
  "no-sanitiser",
  "encrypted",
  "unknown-type",
  "too-deep",
  "too-large",
  "too-slow",
  "virus",
  "bomb",
  "broken",
  "disguised",
]);
export type FileReason = z.infer<typeof FileReason>;

export const FileFamily = z.enum(["office", "pdf", "image", "archive", "text", "audio", "video", "unknown"]);
export type FileFamily = z.infer<typeof FileFamily>;

/** Whether the reader may do something, by which rule, and whom to ask when not. */
export const Verdict = z.object({
  isAllowed: z.boolean(),
  rule: z.object({ id: z.string(), ja: z.string(), en: z.string() }),
  ask: z.object({ ja: z.string(), en: z.string() }).nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

export const FileDeeds = z.object({
  /** See its pages as pictures. */
  open: Verdict,
  /** Have its bytes. */
  download: Verdict,
  /** Have the words of its pages, for a screen reader. */
  readText: Verdict,
  /** Ask for its bytes where one only sees pages. */
  requestCarryOut: Verdict,
  /** Name, place, class; a new version; the bin. */
  change: Verdict,
});
export type FileDeeds = z.infer<typeof FileDeeds>;

export const FileSummary = z.object({
  kind: z.literal("file"),
  id: z.uuid(),
  roomId: z.uuid(),
  folderId: z.uuid().nullable(),
  name: z.string(),
  /** Bytes of the newest version. */
  size: z.int(),
  /** By its contents; null until it was looked at. */
  type: z.object({ family: FileFamily, mime: z.string(), extension: z.string() }).nullable(),
  classification: z.union([FileClass, z.literal("unknown")]),
  /** Stricter than its room. */
  isRaised: z.boolean(),
  /** The zone from which it came. */
  origin: Zone,
  state: FileState,
  reason: FileReason.nullable(),
  /** What was taken out of it. */
  removed: z.array(z.string()),
  pages: z.enum(["none", "making", "ready", "impossible"]),
  pageCount: z.int().nullable(),
  version: z.int(),
  /** Rises with everything that happens to it. */
  revision: z.int(),
  uploadedBy: PersonSummary,
  uploadedAt: z.string(),
  changedAt: z.string(),
  /** The message with which it came. */
  messageSeq: z.int().nullable(),
  /** Not sent yet: nobody else knows of it. */
  isUnsent: z.boolean(),
  /** Since when it is in the bin. */
  deletedAt: z.string().nullable(),
  may: FileDeeds,
});
export type FileSummary = z.infer<typeof FileSummary>;

/** A file of which the reader may know that it is there, and nothing else here. */
export const WithheldFile = z.object({
  kind: z.literal("withheld"),
  id: z.uuid(),
  revision: z.int(),
  because: Verdict,
});
export type WithheldFile = z.infer<typeof WithheldFile>;

export const KnownFile = z.discriminatedUnion("kind", [FileSummary, WithheldFile]);
export type KnownFile = z.infer<typeof KnownFile>;

const ids = z
  .string()
  .max(8000)
  .transform((all) => [...new Set(all.split(","))])
  .pipe(z.array(z.uuid()).min(1).max(100));

export const FilesQuery = z.object({ ids });
export const FilesPage = z.object({
  /** Those that the reader may know of; others are left out. */
  items: z.array(KnownFile),
});
export type FilesPage = z.infer<typeof FilesPage>;

export const FilePath = z.object({ fileId: z.string() });
export const FilePagePath = FilePath.extend({ page: z.coerce.number().int().min(1).max(100_000) });
export const FolderPath = z.object({ roomId: z.string(), folderId: z.string() });
export const FileRoomPath = z.object({ roomId: z.string() });

/** What stands before the file in a form, and in the metadata of an upload. */
export const UploadFields = z.object({
  roomId: z.uuid(),
  /** With its extension; what cannot be in a name is replaced. Of the form's file when left out. */
  name: z.string().min(1).max(1000).optional(),
  folderId: z.uuid().optional(),
  /** A new version of this file. */
  fileId: z.uuid().optional(),
  /** `message`: it waits to be sent with a message. `library`: it stands in the room's library at once. */
  purpose: z.enum(["message", "library"]).default("message"),
  /** Stricter than the room, else it is the room's. */
  classification: FileClass.optional(),
});
export type UploadFields = z.infer<typeof UploadFields>;

/** Within what a column of numbers holds. */
const VersionNumber = z.coerce.number().int().min(1).max(1_000_000);

export const ContentQuery = z.object({
  version: VersionNumber.optional(),
  /** Which of what was made of it; the original, or the best of them, when left out. */
  as: z.enum(["clean-pdf"]).optional(),
  /** An approved request to carry it out. */
  carryOut: z.uuid().optional(),
});
export type ContentQuery = z.infer<typeof ContentQuery>;

export const PageQuery = z.object({
  version: VersionNumber.optional(),
  /** Pixels. */
  width: z.coerce.number().int().min(200).max(3000).default(1200),
});
export type PageQuery = z.infer<typeof PageQuery>;

export const PlacesQuery = z.object({
  q: z.string().trim().min(1).max(100),
  version: VersionNumber.optional(),
});
export const FilePlaces = z.object({
  /** In the order of the pages; rectangles in parts of a page's width and height. */
  items: z.array(
    z.object({
      page: z.int(),
      rectangles: z.array(
        z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
      ),
    }),
  ),
});
export type FilePlaces = z.infer<typeof FilePlaces>;

export const TextQuery = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  version: VersionNumber.optional(),
});
/** The words of one page in the order in which they are read; none where the page is a picture. */
export const FileText = z.object({ page: z.int(), pageCount: z.int(), lines: z.array(z.string()) });
export type FileText = z.infer<typeof FileText>;

/** Who has been given the words of documents beside their pictures. */
export const TextReaders = z.object({
  items: z.array(
    z.object({
      person: PersonSummary,
      reason: z.string(),
      givenBy: PersonSummary.nullable(),
      givenAt: z.string(),
    }),
  ),
});
export type TextReaders = z.infer<typeof TextReaders>;

export const TextReaderPath = z.object({ personId: z.string() });
export const ChangeTextReader = z.object({
  isGiven: z.boolean(),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((words) => findTextFault(words) === undefined, "characters that cannot be used"),
});
export type ChangeTextReader = z.infer<typeof ChangeTextReader>;

export const UploadPath = z.object({ uploadId: z.string() });
export const UploadAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  length: z.int(),
  /** How many bytes are on disk: the next piece begins there. */
  offset: z.int(),
  expiresAt: z.string(),
  /** The file that it became, once all is there. */
  fileId: z.uuid().nullable(),
});
export type UploadAnswer = z.infer<typeof UploadAnswer>;

export const ChangeFileRequest = z.object({
  name: z.string().min(1).max(1000).optional(),
  /** Null: the library's top. */
  folderId: z.uuid().nullable().optional(),
  /** Null: as its room; else it must be stricter. */
  classification: FileClass.nullable().optional(),
  /** Into the bin, or out of it. */
  isDeleted: z.boolean().optional(),
});
export type ChangeFileRequest = z.infer<typeof ChangeFileRequest>;

export const FileVersionItem = z.object({
  number: z.int(),
  size: z.int(),
  state: FileState,
  reason: FileReason.nullable(),
  pages: z.enum(["none", "making", "ready", "impossible"]),
  pageCount: z.int().nullable(),
  origin: Zone,
  uploadedBy: PersonSummary,
  uploadedAt: z.string(),
});
export type FileVersionItem = z.infer<typeof FileVersionItem>;
export const FileVersions = z.object({ items: z.array(FileVersionItem) });
export type FileVersions = z.infer<typeof FileVersions>;

export const LibraryQuery = z.object({
  /** A folder's id; the top when left out. Not looked at when there is `q`, which searches everywhere. */
  folder: z.uuid().optional(),
  q: z.string().trim().max(200).optional(),
  sort: z.enum(["name", "newest", "size"]).default("newest"),
  bin: z.enum(["true", "false"]).default("false"),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});
export type LibraryQuery = z.infer<typeof LibraryQuery>;

export const FolderItem = z.object({
  id: z.uuid(),
  name: z.string(),
  fileCount: z.int(),
  createdAt: z.string(),
  deletedAt: z.string().nullable(),
});
export type FolderItem = z.infer<typeof FolderItem>;

export const LibraryPage = z.object({
  /** From the top to the folder that is open. */
  path: z.array(z.object({ id: z.uuid(), name: z.string() })),
  folders: z.array(FolderItem),
  files: z.array(KnownFile),
  /** The next page begins here. */
  next: z.int().nullable(),
  /** Whether the reader may put files here. */
  mayUpload: Verdict,
});
export type LibraryPage = z.infer<typeof LibraryPage>;

/** Every folder of a library, each with its way from the top, its own name last. */
export const FolderTree = z.object({
  items: z.array(z.object({ id: z.uuid(), path: z.array(z.string()) })),
});
export type FolderTree = z.infer<typeof FolderTree>;

/** What each class that a file may have would mean. */
export const ClassEffects = z.object({
  items: z.array(
    z.object({
      /** Null: as its room. */
      classification: FileClass.nullable(),
      effective: z.union([FileClass, z.literal("unknown")]),
      /** `name`: that there is one and how it is called; `nothing`: not even that. */
      sides: z.array(
        z.object({
          zone: Zone,
          kind: z.enum(["staff", "guest"]),
          may: z.enum(["nothing", "name", "pages", "download"]),
        }),
      ),
      /** Approvals to carry it out that would end. */
      endsCarryOuts: z.int(),
    }),
  ),
});
export type ClassEffects = z.infer<typeof ClassEffects>;

export const CreateFolderRequest = z.object({
  name: z.string().min(1).max(1000),
  parentId: z.uuid().nullable(),
});
export type CreateFolderRequest = z.infer<typeof CreateFolderRequest>;

export const ChangeFolderRequest = z.object({
  name: z.string().min(1).max(1000).optional(),
  isDeleted: z.boolean().optional(),
});
export type ChangeFolderRequest = z.infer<typeof ChangeFolderRequest>;

/** Everything that files put on the stream. */
export const fileEvents = {
  /** To the room, or to the uploader alone while it is unsent: the file is other than before. */
  "file.changed": z.object({ roomId: z.uuid(), fileId: z.uuid(), revision: z.int() }),
  /** To the room: folders of its library are other than before. */
  "library.changed": z.object({ roomId: z.uuid(), changeId: z.uuid() }),
  ...carryOutEvents,
} as const;
export type FileEvents = { [Name in keyof typeof fileEvents]: z.infer<(typeof fileEvents)[Name]> };
