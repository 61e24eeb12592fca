import { inflateRawSync } from "node:zlib";
import type { Content } from "./identify.ts";
import { type KindName, kinds } from "./known-kinds.ts";
import type { Source } from "./source.ts";
import { readZipDirectory, type ZipEntry, ZipFault } from "./zip-directory.ts";

const entryLimit = 100_000;
/** The list of parts of an Office file; a real one has some hundred kilobytes at most. */
const listLimit = 8 * 1024 * 1024;

const mainParts: readonly [RegExp, KindName][] = (
  ["doc", "dot", "xls", "xlt", "ppt", "pps", "pot"] as const
).flatMap((stem): [RegExp, KindName][] =>
  (["x", "m"] as const).map((letter) => {
    const kind = `${stem}${letter}` as KindName;
    const mime = kinds[kind].mime.replace(/\.12$/, "");
    return [new RegExp(`ContentType="${mime.replaceAll(".", "\\.")}\\.main\\+xml"`, "i"), kind];
  }),
);

/** What a ZIP container is: an Office file, an OpenDocument file, a program, or an archive. */
export async function identifyZip(source: Source): Promise<Content> {
  let entries: ZipEntry[];
  try {
    entries = await readZipDirectory(source, entryLimit);
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error;
    // `treat` opens it again and says what is wrong; two types at once are told at once.
    return { kind: "zip", twoTypes: error.reason === "two-types" };
  }
  const names = new Set(entries.map((entry) => entry.rawName.toString("utf8")));
  const encrypted = entries.some((entry) => entry.encrypted);
  const list = entries.find((entry) => entry.rawName.toString() === "[Content_Types].xml");
  if (list && !encrypted) {
    const text = (await readSmallEntry(source, list, listLimit))?.toString("utf8") ?? "";
    const macros =
      /vbaProject|macrosheet|activeX|oleObject|intlMacrosheet/i.test(text) ||
      [...names].some((name) => /vbaProject|\/(activeX|embeddings|macrosheets|dialogsheets)\//i.test(name));
    const main = mainParts.find(([pattern]) => pattern.test(text));
    if (main) return { kind: main[1], macros: macros || /m$/.test(main[1]) };
    if (/sheet\.binary\.macroEnabled\.main/i.test(text)) return { kind: "xlsb", macros: true };
  }
  const first = entries.find((entry) => entry.offset === 0);
  if (first?.rawName.toString() === "mimetype" && first.method === 0) {
    const mime = (await source.read(first.dataOffset, Math.min(first.compressed, 100)))
      .toString("latin1")
      .trim();
    const kind = (["odt", "ott", "ods", "ots", "odp", "otp", "epub"] as const).find(
      (name) => kinds[name].mime === mime,
    );
    if (kind) return { kind, ...(await inspectOpenDocument(source, entries, names)) };
  }
  if (names.has("META-INF/MANIFEST.MF")) return { kind: "jar" };
  return { kind: "zip", encrypted };
}

async function inspectOpenDocument(source: Source, entries: ZipEntry[], names: Set<string>) {
  const manifest = entries.find((entry) => entry.rawName.toString() === "META-INF/manifest.xml");
  const text = manifest ? (await readSmallEntry(source, manifest, listLimit))?.toString("utf8") : undefined;
  return {
    encrypted: text === undefined || text.includes("encryption-data"),
    macros: [...names].some((name) => /^(Basic|Scripts|Object )/.test(name)),
  };
}

/** One entry in memory; undefined when it is larger than `limit`, packed in another way, or damaged. */
export async function readSmallEntry(
  source: Source,
  entry: ZipEntry,
  limit: number,
): Promise<Buffer | undefined> {
  if (entry.compressed > limit || entry.encrypted) return undefined;
  const packed = await source.read(entry.dataOffset, entry.compressed);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: limit });
  } catch {
    return undefined;
  }
}
