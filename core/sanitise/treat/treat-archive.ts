import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ZipEntry } from "../identify/zip-directory.ts";
import type { Removed, Treated, TreatOptions } from "../sanitiser.ts";
import { openZip, unpackEntry } from "./open-zip.ts";
import { held, refused } from "./outcome.ts";
import { ZipWriter } from "./zip-writer.ts";

/** What an archive and all archives in it may cost together. */
export type ArchiveBudget = {
  entries: number;
  /** Unpacked bytes. */
  bytes: number;
  /** Milliseconds since the epoch. */
  until: number;
  /** Digests of the archives around this one: a ZIP that holds itself never ends. */
  around: readonly string[];
};

export const newBudget = (): ArchiveBudget => ({
  entries: 2000,
  bytes: 4 * 1024 * 1024 * 1024,
  until: Date.now() + 15 * 60_000,
  around: [],
});

const depthLimit = 3;
const ratioLimit = 200;
/** What systems put into archives for themselves. */
const litter = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * Opens an archive, has every file in it scanned and treated, and writes the clean ones into a new one under their
 * names. One file that is held or refused holds or refuses the archive.
 *
 * @param treatFile scans, identifies and treats a file of the archive
 */
export async function treatArchive(
  path: string,
  options: TreatOptions,
  budget: ArchiveBudget,
  treatFile: (path: string, name: string, options: TreatOptions, budget: ArchiveBudget) => Promise<Treated>,
): Promise<Treated> {
  const digest = await digestOf(path);
  if (budget.around.includes(digest)) throw refused("bomb");
  if (budget.around.length >= depthLimit) throw held("too-deep");
  const limits = { entries: budget.entries, total: budget.bytes, ratio: ratioLimit };
  const entries = await openZip(path, limits);
  if (entries.some((entry) => entry.encrypted)) throw held("encrypted");
  const inner = { ...budget, around: [...budget.around, digest] };
  const files = namesOf(entries);
  const folder = await mkdtemp(join(options.workFolder, "archive-"));
  const removed = new Set<Removed>();
  const target = join(options.workFolder, `${randomUUID()}.zip`);
  try {
    await ZipWriter.write(target, async (zip) => {
      const used = new Set<string>();
      for (const [name, entry] of files) {
        spend(inner, entry);
        if (litter.test(name)) continue;
        const workFolder = join(folder, "file");
        await mkdir(workFolder);
        const file = join(workFolder, "content");
        await unpackEntry(path, entry, file);
        const treated = await treatFile(file, name, { ...options, keepPlace: false, workFolder }, inner);
        if (treated.kind === "held") throw held(treated.because);
        if (treated.kind === "refused") throw refused(treated.because, treated.signature);
        for (const reason of treated.removed) removed.add(reason);
        for (const product of treated.products)
          await zip.addFile(freeName(name, product.extension, used), product.path);
        await rm(workFolder, { recursive: true });
      }
    });
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    // What the outer archives have spent is what the inner ones have.
    Object.assign(budget, { entries: inner.entries, bytes: inner.bytes });
    await rm(folder, { recursive: true, force: true });
  }
  const product = { path: target, mime: "application/zip", extension: "zip", role: "archive" } as const;
  return { kind: "clean", products: [product], removed: [...removed] };
}

function spend(budget: ArchiveBudget, entry: ZipEntry): void {
  budget.entries--;
  budget.bytes -= entry.size;
  if (budget.entries < 0 || budget.bytes < 0) throw refused("bomb");
  if (Date.now() > budget.until) throw held("too-slow");
}

/** Every file's name as a path below the archive's own folder; names that lead out of it are an attack. */
function namesOf(entries: readonly ZipEntry[]): Map<string, ZipEntry> {
  const names = new Map<string, ZipEntry>();
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = decodeName(entry).replaceAll("\\", "/").normalize("NFC");
    const parts = name.split("/");
    const leadsOut = /^\/|^[a-zA-Z]:|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.test(name) || parts.includes("..");
    if (leadsOut || entry.isLink) throw refused("disguised");
    if (entry.isFolder || name.endsWith("/")) continue;
    const key = name.toLowerCase();
    // Two files of one name: a scanner looks at the one, a person opens the other.
    if (seen.has(key)) throw refused("disguised");
    seen.add(key);
    names.set(name, entry);
  }
  return names;
}

/** Windows in Japan writes names in Shift_JIS and does not say so. */
function decodeName(entry: ZipEntry): string {
  for (const encoding of ["utf-8", "shift_jis"])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(entry.rawName);
    } catch {
      if (entry.isUtf8) break;
    }
  throw refused("broken");
}

function freeName(name: string, extension: string, used: Set<string>): string {
  const stem = name.replace(/\.[^./]{1,12}$/, "");
  for (let count = 1; ; count++) {
    const free = `${stem}${count === 1 ? "" : ` (${count})`}.${extension}`;
    if (used.has(free.toLowerCase())) continue;
    used.add(free.toLowerCase());
    return free;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
