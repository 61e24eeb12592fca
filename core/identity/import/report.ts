import type { ImportIssue } from "./issue.ts";

/** One field that changes, in the words of the office. */
export type FieldChange = { field: string; from: string | null; to: string | null };

export type SectionEntry = { code: string; name: string; parentName: string | null };

export type PersonEntry = {
  number: string;
  kind: "staff" | "section" | "guest";
  name: string;
  kana: string;
  sectionName: string | null;
  postName: string | null;
  loginId: string | null;
};

export type Changed<Entry> = Entry & { changes: FieldChange[] };

/** What an import did or, in a dry run, would do. Nothing is done while there is an error among the issues. */
export type ImportReport = {
  outcome: "refused" | "dry-run" | "unchanged" | "imported";
  issues: ImportIssue[];
  sections: {
    created: SectionEntry[];
    changed: Changed<SectionEntry>[];
    /** In the database, valid, and not in the file. */
    missing: SectionEntry[];
    /** Those of `missing` that end now (`endMissing`). */
    ended: SectionEntry[];
    /** Sections with staff where nobody has the post of a head (課長, 室長, 所長 … or above): worth a look. */
    withoutHead: SectionEntry[];
  };
  people: {
    created: PersonEntry[];
    changed: Changed<PersonEntry>[];
    /** Left before and are in the file again. */
    returned: PersonEntry[];
    /** 退職・対象外の候補: in the database, of a kind that the file lists, and not in the file. */
    missing: PersonEntry[];
    ended: PersonEntry[];
    /** Administrators are never ended by being absent from a list. */
    kept: PersonEntry[];
  };
  accounts: {
    created: PersonEntry[];
    /** Active, but the person's row has no login id any more. */
    missing: PersonEntry[];
    disabled: PersonEntry[];
  };
  /** Entered by hand: a row that says nothing of all the others. */
  isEntry?: boolean;
  /** Rows of the files that were understood. */
  rows: { sections: number; people: number };
};
