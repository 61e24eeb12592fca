import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Keyring, OperatorError } from "#core/kernel/index.ts";

/**
 * A copy of an installation: a folder `chonai-20261122T031500Z` with
 * - `copy.json`: what it is (below), written last: a folder without it is no copy;
 * - `copy.seal`: a code over `copy.json` under a key of the installation. Whoever can write where copies lie cannot make one that
 *   is believed: a database that is started could be made to run anything;
 * - `contents.sha256`: every other file with its SHA-256, as `sha256sum -c` reads it;
 * - `database/` (a cluster of PostgreSQL) or `database.dump` (of pg_dump);
 * - `files/`: what the files of rooms consist of, sealed; not where they lie in a store of the office;
 * - `settings/`: what else lay in the data folder. Keys are never part of a copy.
 */
const CopyDescription = z.object({
  format: z.literal(1),
  /** When the copying began. */
  at: z.iso.datetime(),
  program: z.string(),
  installation: z.object({ id: z.uuid(), isDemo: z.boolean() }),
  /** The key under which secrets are sealed, and all keys that its files and audit record may need (their ids). */
  keys: z.object({ sealedUnder: z.string().nullable(), needed: z.array(z.string()) }),
  database: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("cluster"), postgresql: z.number(), machine: z.string() }),
    z.object({ kind: z.literal("dump") }),
  ]),
  files: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("folder") }),
    z.object({ kind: z.literal("store"), place: z.string() }),
  ]),
  /** How many files the list names, their bytes, and the list's own SHA-256. */
  contents: z.object({ count: z.number(), bytes: z.number(), sha256: z.string() }),
  municipalities: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      files: z.number(),
      auditEntries: z.number(),
      /** Of the audit record, to be compared later: `chonai audit verify --anchor`. */
      anchor: z.object({ tenantId: z.uuid(), number: z.number(), link: z.string() }),
    }),
  ),
});
export type CopyDescription = z.infer<typeof CopyDescription>;

export const descriptionFile = "copy.json";
export const listFile = "contents.sha256";
export const sealFile = "copy.seal";
const wholeName = /^chonai-\d{8}T\d{6}Z$/;
/** Folders of a copying or a removal that did not end. */
export const unfinishedName = /^\.chonai-\d{8}T\d{6}Z\.(making|removing)$/;

export function nameOfCopy(at: Date): string {
  return `chonai-${at.toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** Where this program runs: a cluster's files fit no other kind of machine. */
export const machine = `${process.platform}-${process.arch}`;

/** Reads what a copy says about itself. */
export function readDescription(copy: string): CopyDescription {
  const path = join(copy, descriptionFile);
  if (!existsSync(path))
    throw new OperatorError({
      ja: `${copy} は、Chonai の写し（バックアップ）ではないか、写し終わっていません。`,
      en: `${copy} is not a copy of Chonai, or was never finished.`,
    });
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof value === "object" && value !== null && "format" in value && Number(value.format) > 1)
    throw new OperatorError({
      ja: `${copy} は、より新しい版の Chonai で作られています。同じか新しい版で復元してください。`,
      en: `${copy} was made by a newer version of Chonai. Restore it with that version or a newer one.`,
    });
  return CopyDescription.parse(value);
}

/** What `copy.seal` says of a description, as it is written. */
export function sealOf(keyring: Keyring, description: string, keyId = keyring.id): string {
  return `${keyId} ${createHmac("sha256", keyring.derive("backup-copy", keyId)).update(description).digest("hex")}\n`;
}

/** Whether a copy was made by this installation and nobody has changed it since: before anything of it is started. */
export function checkSeal(copy: string, keyring: Keyring): void {
  const path = join(copy, sealFile);
  const seal = existsSync(path) ? readFileSync(path, "utf8") : "";
  const keyId = keyring.ids.find((id) => seal.startsWith(`${id} `));
  const expected = keyId && sealOf(keyring, readFileSync(join(copy, descriptionFile), "utf8"), keyId);
  if (
    expected &&
    expected.length === seal.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(seal))
  )
    return;
  throw new OperatorError({
    ja: `${copy} は、この鍵を持つ Chonai が作った写しではないか、作られた後に書き換えられています。使えません。`,
    en: `${copy} was not made by a Chonai with these keys, or was changed since. It cannot be used.`,
  });
}

/** Every whole copy of a folder, the oldest first. */
export function listCopies(folder: string): { path: string; description: CopyDescription }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => wholeName.test(name) && existsSync(join(folder, name, descriptionFile)))
    .sort()
    .map((name) => ({ path: join(folder, name), description: readDescription(join(folder, name)) }));
}

/** Names and SHA-256 of a copy's files. The list is held by its own digest in the description. */
export function readList(copy: string, description: CopyDescription): Map<string, string> {
  const text = readFileSync(join(copy, listFile), "utf8");
  if (sha256Of(text) !== description.contents.sha256)
    throw new OperatorError({
      ja: `${join(copy, listFile)} が書き換えられています。この写しは使えません。`,
      en: `${join(copy, listFile)} was changed. This copy cannot be used.`,
    });
  return new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
