/** Imports of people and sections as administrators see them in the web. Part of identity's contract. */
import { z } from "zod";
import { Day } from "./organisation-contract.ts";
import { PersonKind } from "./person-summary.ts";

/** A file as it was chosen: its name is only shown, what it is its bytes say. */
export const ImportedFile = z.object({
  name: z.string().max(200),
  /** The bytes in base64; at most 5 MiB before that. */
  base64: z.base64().max(7_000_000),
});

export const CheckImportRequest = z.object({
  sections: ImportedFile.optional(),
  people: ImportedFile.optional(),
  /** End people and sections that the lists do not have. */
  endMissing: z.boolean().default(false),
  /** One thing entered by hand and no list: nobody is looked for who is not in it. */
  isEntry: z.boolean().optional(),
  /** The day on which it shall happen; at once when left out or not in the future. */
  on: Day.optional(),
});
export type CheckImportRequest = z.infer<typeof CheckImportRequest>;

export const ImportIssueItem = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  file: z.enum(["sections", "people"]),
  row: z.int().nullable(),
  /** As spreadsheets name it: C12. */
  cell: z.string().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  ja: z.string(),
  en: z.string(),
});

const SectionEntry = z.object({ code: z.string(), name: z.string(), parentName: z.string().nullable() });
const PersonEntry = z.object({
  number: z.string(),
  kind: PersonKind,
  name: z.string(),
  kana: z.string(),
  sectionName: z.string().nullable(),
  postName: z.string().nullable(),
  loginId: z.string().nullable(),
});
const changes = z.array(
  z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
);

export const DirectoryImportReport = z.object({
  outcome: z.enum(["refused", "dry-run", "unchanged", "imported"]),
  issues: z.array(ImportIssueItem),
  sections: z.object({
    created: z.array(SectionEntry),
    changed: z.array(SectionEntry.extend({ changes })),
    missing: z.array(SectionEntry),
    ended: z.array(SectionEntry),
    withoutHead: z.array(SectionEntry),
  }),
  people: z.object({
    created: z.array(PersonEntry),
    changed: z.array(PersonEntry.extend({ changes })),
    returned: z.array(PersonEntry),
    missing: z.array(PersonEntry),
    ended: z.array(PersonEntry),
    kept: z.array(PersonEntry),
  }),
  accounts: z.object({
    created: z.array(PersonEntry),
    missing: z.array(PersonEntry),
    disabled: z.array(PersonEntry),
  }),
  isEntry: z.boolean().optional(),
  rows: z.object({ sections: z.int(), people: z.int() }),
});
export type DirectoryImportReport = z.infer<typeof DirectoryImportReport>;

export const ImportState = z.enum(["checked", "scheduled", "done", "undone", "cancelled", "failed"]);
export type ImportState = z.infer<typeof ImportState>;

export const DirectoryImportItem = z.object({
  id: z.uuid(),
  state: ImportState,
  createdAt: z.string(),
  createdBy: z.string(),
  /** The day on which it happens or happened by itself; null: at once. */
  on: Day.nullable(),
  files: z.array(z.string()),
  finishedAt: z.string().nullable(),
  /** When a booked import did not happen because its administrator has left or lost the right; it waits for another. */
  stoppedAt: z.string().nullable(),
  counts: z.object({
    errors: z.int(),
    warnings: z.int(),
    created: z.int(),
    changed: z.int(),
    ended: z.int(),
    returned: z.int(),
    sections: z.int(),
    accounts: z.int(),
  }),
});
export type DirectoryImportItem = z.infer<typeof DirectoryImportItem>;

export const DirectoryImportList = z.object({ items: z.array(DirectoryImportItem) });
export type DirectoryImportList = z.infer<typeof DirectoryImportList>;

export const DirectoryImport = DirectoryImportItem.extend({
  endMissing: z.boolean(),
  report: DirectoryImportReport,
  /** While it is being written: how far it is. */
  progress: z.object({ stage: z.enum(["passwords", "rows"]), done: z.int(), of: z.int() }).nullable(),
  /** First passwords that can still be fetched, until this moment. */
  passwords: z.object({ count: z.int(), until: z.string() }).nullable(),
});
export type DirectoryImport = z.infer<typeof DirectoryImport>;

export const FirstPasswords = z.object({
  items: z.array(
    z.object({
      loginId: z.string(),
      name: z.string(),
      sectionName: z.string().nullable(),
      password: z.string(),
      totpSecret: z.string().nullable(),
      totpUrl: z.string().nullable(),
    }),
  ),
  /** Until then they can be fetched again, should the download have failed. */
  until: z.string(),
});
export type FirstPasswords = z.infer<typeof FirstPasswords>;

/** What undoing would do, or why it cannot be done any more. */
export const UndoPlan = z.object({
  isPossible: z.boolean(),
  /** People and sections that were changed after the import. */
  changedSince: z.array(z.string()),
  /** People who go again, because they came by this import. */
  leaving: z.int(),
  /** People who get back what they had before. */
  restored: z.int(),
  sections: z.int(),
});
export type UndoPlan = z.infer<typeof UndoPlan>;
