import { stat } from "node:fs/promises";
import { identify } from "../identify/identify.ts";
import type { LibreOffice } from "../sandbox/libre-office.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { FileKind, ScanResult, Treated, TreatOptions } from "../sanitiser.ts";
import { held, NotClean, refused } from "./outcome.ts";
import { type ArchiveBudget, newBudget, treatArchive } from "./treat-archive.ts";
import { treatOffice } from "./treat-office.ts";
import { treatPdf } from "./treat-pdf.ts";
import { treatPicture } from "./treat-picture.ts";
import { treatText } from "./treat-text.ts";

export type TreatServices = {
  sandbox: Sandbox;
  libreOffice: LibreOffice;
  /** For what is inside archives. */
  scan(path: string): Promise<ScanResult>;
};

/** The scanner reads no more, and no converter is given more, in bytes. */
export const treatLimit = 2000 * 1024 * 1024;

/** Cleans one file by its kind; every way out that is not "clean" has a name. */
export async function treat(
  services: TreatServices,
  path: string,
  kind: FileKind,
  options: TreatOptions,
  budget: ArchiveBudget = newBudget(),
): Promise<Treated> {
  try {
    if ((await stat(path)).size > treatLimit) throw held("too-large");
    if (kind.disguise) throw refused("disguised");
    // The kind comes from the caller's records: what lies there must still be what it was then.
    const now = await identify(path, `file.${kind.extension}`);
    if (now.mime !== kind.mime || now.disguise === "two-types") throw refused("disguised");
    if (kind.encrypted && kind.family !== "pdf") throw held("encrypted");
    return await treatByFamily(services, path, kind, options, budget);
  } catch (error) {
    if (error instanceof NotClean) return error.verdict;
    throw error;
  }
}

function treatByFamily(
  services: TreatServices,
  path: string,
  kind: FileKind,
  options: TreatOptions,
  budget: ArchiveBudget,
): Promise<Treated> {
  switch (kind.family) {
    case "image":
      return treatPicture(services.sandbox, path, kind, options);
    case "pdf":
      // Some PDFs are encrypted only against changes; poppler says which need a password.
      return treatPdf(services.sandbox, path, options);
    case "office":
      return treatOffice(services, path, kind, options);
    case "text":
      // A page is a document to LibreOffice, without network and scripts.
      return kind.extension === "html"
        ? treatOffice(services, path, kind, { ...options, allowMacroFree: false })
        : treatText(path, kind, options);
    case "archive":
      if (kind.extension !== "zip") throw held("unknown-type");
      return treatArchive(path, options, budget, (file, name, inner, left) =>
        treatInside(services, file, name, inner, left),
      );
    default:
      throw held("unknown-type");
  }
}

async function treatInside(
  services: TreatServices,
  path: string,
  name: string,
  options: TreatOptions,
  budget: ArchiveBudget,
): Promise<Treated> {
  const scanned = await services.scan(path);
  if (!scanned.clean) return { kind: "refused", because: "virus", signature: scanned.signature };
  return treat(services, path, await identify(path, name), options, budget);
}
