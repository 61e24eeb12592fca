import { open, rm } from "node:fs/promises";
import { findPdfNames, isActive } from "../identify/pdf-names.ts";
import { Source } from "../identify/source.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Product, Removed, Treated, TreatOptions } from "../sanitiser.ts";
import { checkEnded, held, keep } from "./outcome.ts";

const reasons: Readonly<Record<string, Removed>> = {
  JavaScript: "scripts",
  JS: "scripts",
  OpenAction: "actions",
  AA: "actions",
  Launch: "actions",
  SubmitForm: "actions",
  ImportData: "actions",
  Rendition: "embedded-files",
  Movie: "embedded-files",
  Sound: "embedded-files",
  EmbeddedFile: "embedded-files",
  EmbeddedFiles: "embedded-files",
  RichMedia: "embedded-files",
  AcroForm: "form-fields",
  XFA: "form-fields",
  URI: "external-links",
  GoToR: "external-links",
  GoToE: "external-links",
};

/** A PDF drawn anew: see `redraw`. */
export async function treatPdf(sandbox: Sandbox, path: string, options: TreatOptions): Promise<Treated> {
  const names = await namesIn(path);
  const product = await redraw(sandbox, path, options.workFolder);
  const removed = new Set<Removed>(["metadata"]);
  for (const name of names) if (Object.hasOwn(reasons, name)) removed.add(reasons[name]!);
  return { kind: "clean", products: [product], removed: [...removed] };
}

/**
 * Writes a PDF from what its pages look like: poppler reads it and cairo writes text, lines and pictures into a new
 * one. Nothing else has a way into it: no script, action, form, attachment, link, or structure that was damaged on purpose.
 * The result is looked through all the same.
 */
export async function redraw(sandbox: Sandbox, path: string, workFolder: string): Promise<Product> {
  return sandbox.work(async (job) => {
    await job.bring(path, "input.pdf");
    const ended = await job.run({
      program: "/usr/bin/pdftocairo",
      args: ["-pdf", "input.pdf", "clean.pdf"],
      limits: { seconds: 120, memory: 2048, fileSize: 2000, processes: 16 },
    });
    if (ended.how === "exit" && /incorrect password/i.test(ended.stderr)) throw held("encrypted");
    checkEnded(ended, [1, 2, 3, 99]);
    const product = await keep(job, "clean.pdf", workFolder, {
      mime: "application/pdf",
      extension: "pdf",
      role: "clean-pdf",
    });
    const left = [...(await namesIn(product.path))].filter(isActive);
    if (left.length === 0) return product;
    await rm(product.path);
    throw new Error(`a redrawn PDF still holds ${left.join(", ")}`);
  });
}

async function namesIn(path: string): Promise<Set<string>> {
  const file = await open(path, "r");
  try {
    return await findPdfNames(new Source(file, (await file.stat()).size));
  } finally {
    await file.close();
  }
}
