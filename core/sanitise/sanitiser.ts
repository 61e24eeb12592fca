/** What a file is by its content; its name only says what it claims to be. */
export type FileKind = {
  mime: string;
  /** Without a dot, as a clean product of this kind would bear it. */
  extension: string;
  family: "office" | "pdf" | "image" | "archive" | "text" | "audio" | "video" | "unknown";
  /** Nobody can look inside without a password. */
  encrypted: boolean;
  /** It carries a program: VBA, Excel 4 macros, Basic, JavaScript, launched or embedded objects. */
  macros: boolean;
  /** It is two things at once, or not what its name says. `treat` refuses it. */
  disguise?: "two-types" | "other-than-named";
};

export type Product = {
  path: string;
  mime: string;
  extension: string;
  role: "clean-pdf" | "macro-free" | "image" | "text" | "archive";
};

/** What was taken out, in a fixed vocabulary: screens and records have words for each. */
export type Removed =
  | "macros"
  | "scripts"
  | "actions"
  | "embedded-files"
  | "embedded-objects"
  | "external-links"
  | "form-fields"
  | "metadata"
  | "place"
  | "formulas"
  | "control-characters";

export type Treated =
  | {
      kind: "clean";
      products: Product[];
      removed: Removed[];
      /** Where a photo was taken, in degrees; only when `keepPlace` asked for it. */
      place?: { latitude: number; longitude: number };
    }
  | { kind: "held"; because: "encrypted" | "unknown-type" | "too-deep" | "too-large" | "too-slow" }
  | { kind: "refused"; because: "virus" | "bomb" | "broken" | "disguised"; signature?: string };

export type ScanResult = { clean: true } | { clean: false; signature: string };

export type TreatOptions = {
  /** Also make a macro-free Office file beside the PDF. */
  allowMacroFree: boolean;
  /** Read a photo's place before its metadata goes. */
  keepPlace: boolean;
  /** An existing folder of the caller's own; products are written into it and belong to the caller. */
  workFolder: string;
};

/** Words on a page for search: where they stand, in points from the upper left corner. */
export type PageWords = {
  page: number;
  width: number;
  height: number;
  words: { text: string; left: number; top: number; right: number; bottom: number }[];
};

export type PartStatus = { part: string; ok: boolean; says: { ja: string; en: string } };

/**
 * Makes files harmless. It knows no database, no municipality and no rule of who may read: bytes in, a verdict and
 * clean bytes out. What is missing on the machine makes it throw `SanitiserUnavailable`; nothing ever passes unseen.
 */
export interface Sanitiser {
  identify(path: string, name: string): Promise<FileKind>;
  scan(path: string): Promise<ScanResult>;
  /** Cleans one file. Archives are opened, scanned and treated inside. */
  treat(path: string, kind: FileKind, options: TreatOptions): Promise<Treated>;
  pageCount(pdf: string): Promise<number>;
  /** One page of a clean PDF as PNG, `width` pixels wide (1 to 4,000); pages count from 1. */
  renderPage(pdf: string, page: number, width: number): Promise<Buffer>;
  /** A flat OpenDocument text of our own as PDF/A-2b, in a file in `workFolder` that belongs to the caller. */
  archivePdf(flatText: string, workFolder: string): Promise<string>;
  /** The words of every page with their places; whoever calls decides who may learn of them. */
  pageWords(pdf: string): Promise<PageWords[]>;
  /** Marks a page for one reading: lines that can be seen, and 8 bytes that a screenshot keeps. */
  mark(page: Buffer, marks: { visible: string[]; invisible: Uint8Array }): Promise<Buffer>;
  status(): Promise<PartStatus[]>;
}

/** A part of the sanitiser that is missing, stale or does not answer. The file waits; it never passes unseen. */
export class SanitiserUnavailable extends Error {
  readonly part: string;
  readonly says: { ja: string; en: string };

  constructor(part: string, says: { ja: string; en: string }, options?: ErrorOptions) {
    super(`${part}: ${says.en}`, options);
    this.name = "SanitiserUnavailable";
    this.part = part;
    this.says = says;
  }
}
