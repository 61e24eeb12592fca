import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { defineTask, enqueue, type Task } from "#core/jobs/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { type FileKind, SanitiserUnavailable, type Treated } from "#core/sanitise/index.ts";
import type { FileReason, FileState } from "../contract.ts";
import { fileRules } from "../policy.ts";
import { type FileRow, findFile } from "../queries/find-files.ts";
import type { FileServices } from "../services.ts";
import { inspectFile } from "./inspect-task.ts";
import { keepBlob } from "./keep-blob.ts";
import { tellFile } from "./tell-file.ts";

/** While somebody works on it a version says so this often; one that is silent for four times as long was left. */
const beatEvery = 20_000;
const leftAfter = 4 * beatEvery;
const system = "file inspection";

type Change = {
  state?: FileState;
  reason?: FileReason | null;
  kind?: FileKind;
  removed?: readonly string[];
  pages?: FileRow["pages"];
  pageCount?: number | null;
};

const writeState = statement<never>(
  "files.write-state",
  `update file_version
      set state = coalesce($4, state), reason = case when $4::text is null then reason else $5 end,
          mime = coalesce($6, mime), extension = coalesce($7, extension), family = coalesce($8, family),
          removed = coalesce($9::text[], removed), pages = coalesce($10, pages), page_count = coalesce($11, page_count),
          worked_at = $12
    where tenant_id = $1 and file_id = $2 and number = $3`,
);
const raiseRevision = statement<{
  id: string;
  room_id: string;
  revision: number;
  uploaded_by: string;
  is_shared: boolean;
}>(
  "files.raise-revision",
  `update file set revision = revision + 1, changed_at = $3 where tenant_id = $1 and id = $2
   returning id, room_id, revision, uploaded_by, shared_at is not null as is_shared`,
);
const sayBusy = statement<never>(
  "files.say-busy",
  "update file_version set worked_at = $4 where tenant_id = $1 and file_id = $2 and number = $3",
);
const forgetProducts = statement<never>(
  "files.forget-products",
  "delete from file_product where tenant_id = $1 and file_id = $2 and number = $3",
);
const insertProduct = statement<never>(
  "files.insert-product",
  `insert into file_product (tenant_id, file_id, number, place, role, blob_name, length, mime, extension)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const listWaiting = statement<{ file_id: string; number: number }>(
  "files.list-waiting",
  `select file_id, number from file_version
    where tenant_id = $1
      and ((state in ('received', 'inspecting', 'sanitising') or pages = 'making') and worked_at < $2
           or $3 and (state = 'held' and reason = 'no-sanitiser' or state = 'released' and pages = 'none'))
    order by worked_at limit 500`,
);

/** The job behind every upload. */
export function inspectTask(services: FileServices): Task {
  return defineTask(inspectFile, ({ fileId, version }, { tenantId }) =>
    inspectVersion(services, tenantId, fileId, version),
  );
}

/**
 * Looks into a version: 検査 for all, 無害化 for what does not come from LGWAN, and pictures of the pages where that works. Each step
 * is written down and told. What is missing on the machine holds the file; nothing goes on unseen. Run again after
 * it was cut off, it begins anew and ends the same.
 */
export async function inspectVersion(
  services: FileServices,
  tenantId: string,
  fileId: string,
  version: number,
): Promise<void> {
  const { database, sanitiser } = services;
  const row = await database.transaction(scopeOf(tenantId), (tx) => findFile(tx, tenantId, fileId, version));
  if (!row || isSettled(row)) return;
  const change = (to: Change, more?: (tx: Transaction) => Promise<void>) =>
    changeVersion(services, tenantId, row, to, more);
  const folder = await makeWorkFolder(services);
  const beat = setInterval(() => {
    database
      .transaction(scopeOf(tenantId), (tx) =>
        tx.run(sayBusy, [tenantId, fileId, version, services.clock.now()]),
      )
      .catch(() => {});
  }, beatEvery);
  try {
    const isInside = row.origin === "lgwan";
    const isReleased = row.state === "released";
    if (!isReleased) await change({ state: "inspecting", reason: null });
    const path = join(folder, "original");
    await pipeline(
      services.store.read(tenantId, { name: row.blob_name, length: row.length }),
      createWriteStream(path, { mode: 0o600 }),
    );
    const kind = await sanitiser.identify(path, row.name);
    if (!isReleased) {
      const scanned = await sanitiser.scan(path);
      if (!scanned.clean) return await change({ state: "refused", reason: "virus", kind });
      if (kind.disguise === "two-types") return await change({ state: "refused", reason: "disguised", kind });
      await change(
        isInside
          ? { state: "released", reason: null, kind, pages: "making" }
          : { state: "sanitising", reason: null, kind },
      );
    }
    const workFolder = join(folder, "clean");
    await mkdir(workFolder, { mode: 0o700 });
    const treated = await treat(services, path, kind, { isInside, workFolder });
    if (isInside) await keepPages(services, tenantId, row, treated, change);
    else await keepTreated(services, tenantId, row, treated, change);
  } catch (error) {
    if (!(error instanceof SanitiserUnavailable)) throw error;
    // It waits, and goes on by itself when what is missing is there.
    if (row.state === "released" || (await isReleasedNow(services, tenantId, row)))
      await change({ pages: "none" });
    else await change({ state: "held", reason: "no-sanitiser" });
  } finally {
    clearInterval(beat);
    await rm(folder, { recursive: true, force: true });
  }
}

async function isReleasedNow(services: FileServices, tenantId: string, row: FileRow): Promise<boolean> {
  const now = await services.database.transaction(scopeOf(tenantId), (tx) =>
    findFile(tx, tenantId, row.id, row.number),
  );
  return now?.state === "released";
}

function isSettled(row: FileRow): boolean {
  if (row.state === "refused") return true;
  if (row.state === "held") return row.reason !== "no-sanitiser";
  return row.state === "released" && (row.pages === "ready" || row.pages === "impossible");
}

async function makeWorkFolder({ workFolder }: FileServices): Promise<string> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  return mkdtemp(join(workFolder, "inspect-"));
}

function treat(
  { sanitiser }: FileServices,
  path: string,
  kind: FileKind,
  given: { isInside: boolean; workFolder: string },
): Promise<Treated> {
  return sanitiser.treat(path, kind, {
    // Inside only the pictures of the pages are wanted: the original is given out.
    allowMacroFree: !given.isInside,
    keepPlace: false,
    workFolder: given.workFolder,
  });
}

type ChangeTo = (to: Change, more?: (tx: Transaction) => Promise<void>) => Promise<void>;

/** What comes from LGWAN is given out as it is; of what was made only the pages are kept. */
async function keepPages(
  services: FileServices,
  tenantId: string,
  row: FileRow,
  treated: Treated,
  change: ChangeTo,
): Promise<void> {
  const products =
    treated.kind === "clean" ? treated.products.filter(({ role }) => isPaged(role)).slice(0, 1) : [];
  if (products.length === 0) return change({ pages: "impossible" });
  const kept = await keepProducts(services, tenantId, products);
  const pageCount = await countPages(services, products);
  await change({ pages: "ready", pageCount }, (tx) => writeProducts(tx, tenantId, row, kept));
}

/** What comes from elsewhere is given out only as what was made of it. */
async function keepTreated(
  services: FileServices,
  tenantId: string,
  row: FileRow,
  treated: Treated,
  change: ChangeTo,
): Promise<void> {
  if (treated.kind !== "clean") return change({ state: treated.kind, reason: treated.because });
  const kept = await keepProducts(services, tenantId, treated.products);
  const pageCount = await countPages(services, treated.products);
  await change(
    {
      state: "released",
      reason: null,
      removed: treated.removed,
      pages: pageCount === null ? "impossible" : "ready",
      pageCount,
    },
    (tx) => writeProducts(tx, tenantId, row, kept),
  );
}

function isPaged(role: string): boolean {
  return role === "clean-pdf" || role === "image";
}

type Product = Extract<Treated, { kind: "clean" }>["products"][number];
type Kept = Product & { name: string; length: number };

/** A picture is one page. */
async function countPages({ sanitiser }: FileServices, products: readonly Product[]): Promise<number | null> {
  const pdf = products.find(({ role }) => role === "clean-pdf");
  if (pdf) return sanitiser.pageCount(pdf.path);
  return products.some(({ role }) => role === "image") ? 1 : null;
}

async function keepProducts(
  services: FileServices,
  tenantId: string,
  products: readonly Product[],
): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const product of products) {
    const arrived = await services.store.receive(tenantId, createReadStream(product.path));
    kept.push({ ...product, ...(await keepBlob(services, tenantId, arrived)) });
  }
  return kept;
}

async function writeProducts(
  tx: Transaction,
  tenantId: string,
  row: FileRow,
  kept: readonly Kept[],
): Promise<void> {
  await tx.run(forgetProducts, [tenantId, row.id, row.number]);
  for (const [place, { role, name, length, mime, extension }] of kept.entries())
    await tx.run(insertProduct, [tenantId, row.id, row.number, place, role, name, length, mime, extension]);
}

/** Which states are told in the record, by which rule. */
const told: Partial<Record<FileState, Rule>> = {
  released: { id: "file.inspected", ja: "検査と無害化を終えました", en: "inspected and sanitised" },
  held: fileRules.held,
  refused: fileRules.refused,
};

/** One step of a version: written, recorded and told together. */
async function changeVersion(
  { database, clock }: FileServices,
  tenantId: string,
  row: FileRow,
  to: Change,
  more?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await tx.first(raiseRevision, [tenantId, row.id, now]);
    // It went meanwhile, with its message or from the bin.
    if (!file) return;
    await tx.run(writeState, [
      tenantId,
      row.id,
      row.number,
      to.state ?? null,
      to.reason ?? null,
      to.kind?.mime ?? null,
      to.kind?.extension ?? null,
      to.kind?.family ?? null,
      to.removed ?? null,
      to.pages ?? null,
      to.pageCount ?? null,
      now,
    ]);
    await more?.(tx);
    const rule = to.state && told[to.state];
    if (rule)
      await recordAudit(tx, { tenantId, system }, now, {
        action: `file.${to.state}`,
        subjectId: row.id,
        rule,
        facts: { room: row.room_id, version: row.number, reason: to.reason ?? null },
      });
    await tellFile(tx, now, {
      id: file.id,
      roomId: file.room_id,
      revision: file.revision,
      uploadedBy: file.uploaded_by,
      isShared: file.is_shared,
    });
  });
}

/**
 * Takes up what stands still: versions on which a process died while it worked, and those that were held because something
 * was missing that is there now.
 */
export async function resumeInspections(services: FileServices, tenantId: string): Promise<void> {
  const { database, clock, sanitiser } = services;
  const before = new Date(clock.now().getTime() - leftAfter);
  const isComplete = (await sanitiser.status()).every((part) => part.ok);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const { file_id: fileId, number } of await tx.all(listWaiting, [tenantId, before, isComplete]))
      await enqueue(tx, tenantId, inspectFile, { fileId, version: number }, { key: `${fileId} ${number}` });
  });
}
