import { randomUUID } from "node:crypto";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { kinds } from "../identify/known-kinds.ts";
import type { LibreOffice } from "../sandbox/libre-office.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { FileKind, Product, Removed, Treated, TreatOptions } from "../sanitiser.ts";
import { macroFreeExtension, writeMacroFree } from "./office/macro-free.ts";
import { openZip } from "./open-zip.ts";
import { checkEnded, held, refused } from "./outcome.ts";
import { redraw } from "./treat-pdf.ts";

/** Old formats are first turned into the new one by LibreOffice; the result is then cleaned as any other. */
const successors: Readonly<Record<string, "docx" | "xlsx" | "pptx">> = {
  doc: "docx",
  rtf: "docx",
  xls: "xlsx",
  xlsb: "xlsx",
  ppt: "pptx",
};
const filters = {
  docx: "docx:MS Word 2007 XML",
  xlsx: "xlsx:Calc MS Excel 2007 XML",
  pptx: "pptx:Impress MS PowerPoint 2007 XML",
};
const zipLimits = { entries: 20_000, total: 1024 * 1024 * 1024, ratio: 400 };

type Services = { sandbox: Sandbox; libreOffice: LibreOffice };

/** An Office document as a clean PDF, and where it is asked for as an Office file without anything that acts. */
export async function treatOffice(
  services: Services,
  path: string,
  kind: FileKind,
  options: TreatOptions,
): Promise<Treated> {
  const isZip = /openxmlformats|opendocument|macroEnabled/.test(kind.mime);
  if (isZip) {
    const entries = await openZip(path, zipLimits);
    if (entries.some((entry) => entry.encrypted)) throw held("encrypted");
  }
  const removed = new Set<Removed>(["metadata"]);
  if (kind.macros) removed.add("macros");
  const raw = await convert(services, path, kind.extension, "pdf", options.workFolder);
  const products: Product[] = [];
  try {
    products.push(await redraw(services.sandbox, raw, options.workFolder));
  } finally {
    await rm(raw, { force: true });
  }
  if (options.allowMacroFree) {
    const product = await makeMacroFree(services, path, kind, options.workFolder, removed);
    if (product) products.push(product);
  }
  return { kind: "clean", products, removed: [...removed] };
}

async function makeMacroFree(
  services: Services,
  path: string,
  kind: FileKind,
  workFolder: string,
  removed: Set<Removed>,
): Promise<Product | undefined> {
  const successor = successors[kind.extension];
  const extension = successor ?? macroFreeExtension(kind.extension);
  if (!extension) return undefined;
  const source = successor
    ? await convert(services, path, kind.extension, filters[successor], workFolder)
    : path;
  const target = join(workFolder, `${randomUUID()}.${extension}`);
  try {
    const written = await writeMacroFree(services.sandbox, source, extension, target);
    if (!written) {
      await rm(target, { force: true });
      return undefined;
    }
    for (const reason of written.removed) removed.add(reason);
    return { path: target, mime: kinds[extension].mime, extension, role: "macro-free" };
  } finally {
    if (source !== path) await rm(source, { force: true });
  }
}

/** What LibreOffice makes of a document, in a file of ours that the caller removes. */
async function convert(
  { libreOffice }: Services,
  path: string,
  extension: string,
  filter: string,
  workFolder: string,
): Promise<string> {
  return libreOffice.convert(path, extension, filter, async (ended, result) => {
    checkEnded(ended, [1, 77, 78, 79]);
    // It ends well and says "source file could not be loaded" when it cannot read the document.
    if (result === undefined) throw refused("broken");
    const target = join(workFolder, `${randomUUID()}.converted`);
    await copyFile(result, target);
    return target;
  });
}
