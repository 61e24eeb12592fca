import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, extname, join, posix } from "node:path";
import { kinds } from "../../identify/known-kinds.ts";
import { nodeProgram } from "../../sandbox/node-program.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Removed } from "../../sanitiser.ts";
import { openZip, unpackEntry } from "../open-zip.ts";
import { checkEnded, refused } from "../outcome.ts";
import { ZipWriter } from "../zip-writer.ts";
import { filterFields } from "./filter-fields.ts";
import { filterPart, isSafeLink } from "./filter-part.ts";
import { localName, readXml, unescapeXml, writeXml, XmlFault, type XmlToken } from "./xml.ts";

/** What an Office file needs to say what it says; any other part stays behind. */
const keptParts = [
  /^\[Content_Types\]\.xml$/,
  /(^|\/)_rels\/[^/]*\.rels$/,
  /^docProps\/(core|app)\.xml$/,
  /^word\/(document|styles|settings|fontTable|numbering|webSettings|footnotes|endnotes|comments|commentsExtended|commentsIds|people|header\d*|footer\d*)\d*\.xml$/,
  /^word\/(theme|charts|diagrams)\/[\w-]+\.xml$/,
  /^xl\/(workbook|styles|sharedStrings|metadata|calcChain)\.xml$/,
  /^xl\/(worksheets|chartsheets|theme|tables|charts|drawings|persons|threadedComments|pivotTables|pivotCache)\/[\w-]+\.xml$/,
  /^xl\/comments\d*\.xml$/,
  /^ppt\/(presentation|presProps|tableStyles|viewProps|commentAuthors)\.xml$/,
  /^ppt\/(slides|slideLayouts|slideMasters|notesSlides|notesMasters|handoutMasters|theme|charts|diagrams|comments|drawings)\/[\w-]+\.xml$/,
  /^(word|xl|ppt)\/drawings\/[\w-]+\.(xml|vml)$/,
  /^(word|xl|ppt)\/media\/[\w-]+\.(png|jpe?g|gif|tiff?|bmp|webp|emf|wmf|svg)$/i,
];
const reasons: readonly [RegExp, Removed][] = [
  [/vba|macro|customUI/i, "macros"],
  [/activeX|embeddings|oleObject|webextension|ctrlProp/i, "embedded-objects"],
  [/externalLink|connections|queryTable/i, "external-links"],
  [/custom|printerSettings|thumbnail/i, "metadata"],
];
const partLimit = 256 * 1024 * 1024;
const limits = { entries: 20_000, total: 1024 * 1024 * 1024, ratio: 400 };
/** Larger parts are not read as text in this process. */
const xmlLimit = 128 * 1024 * 1024;

type Extension = "docx" | "xlsx" | "pptx" | "dotx" | "xltx" | "potx" | "ppsx";
const withoutMacros: Readonly<Record<string, Extension>> = {
  docm: "docx",
  dotm: "dotx",
  xlsm: "xlsx",
  xltm: "xltx",
  pptm: "pptx",
  ppsm: "ppsx",
  potm: "potx",
};

/** The extension that the macro-free file bears, or undefined where this way cannot make one. */
export function macroFreeExtension(extension: string): Extension | undefined {
  if (Object.hasOwn(withoutMacros, extension)) return withoutMacros[extension];
  const plain: readonly string[] = ["docx", "xlsx", "pptx", "dotx", "xltx", "potx", "ppsx"];
  return plain.includes(extension) ? (extension as Extension) : undefined;
}

/**
 * Writes an Office Open XML file anew from the parts and elements that are known to be content: no VBA, no Excel 4
 * macros, no ActiveX, no embedded or linked objects, no DDE, no remote templates, no links but http(s) and mail. Its
 * pictures are re-encoded. Undefined when the file is written in a way that no Office program writes; throws `NotClean`
 * for bombs and disguises.
 *
 * @param target where it is written, in a folder that may hold parts meanwhile
 */
export async function writeMacroFree(
  sandbox: Sandbox,
  path: string,
  extension: Extension,
  target: string,
): Promise<{ removed: Set<Removed> } | undefined> {
  const removed = new Set<Removed>();
  const entries = await openZip(path, limits);
  const unpacked = await mkdtemp(join(dirname(target), "parts-"));
  try {
    const parts = new Map<string, string>();
    for (const entry of entries) {
      const name = entry.rawName.toString("utf8");
      if (entry.isFolder) continue;
      if (!keptParts.some((pattern) => pattern.test(name)) || entry.size > partLimit) {
        const reason = reasons.find(([pattern]) => pattern.test(name));
        if (reason) removed.add(reason[1]);
        continue;
      }
      if (parts.has(name)) return undefined;
      const file = join(unpacked, `${parts.size}`);
      await unpackEntry(path, entry, file);
      parts.set(name, file);
    }
    const pictures = await reencodePictures(sandbox, parts, unpacked);
    const relationships = new Map<string, { tokens: XmlToken[]; gone: Set<string> }>();
    for (const [name, file] of parts)
      if (name.endsWith(".rels"))
        relationships.set(name, filterRelationships(await readPart(file), name, parts, removed));
    const types = parts.get("[Content_Types].xml");
    if (!types) return undefined;
    await ZipWriter.write(target, async (zip) => {
      // The list of parts stands first, as Office writes it.
      await zip.addBytes(
        "[Content_Types].xml",
        writeXml(filterTypes(await readPart(types), parts, extension)),
      );
      for (const [name, file] of parts) {
        if (name === "[Content_Types].xml") continue;
        const picture = pictures.get(name);
        if (picture) await zip.addFile(name, picture);
        else if (name.endsWith(".rels")) await zip.addBytes(name, writeXml(relationships.get(name)!.tokens));
        else {
          const own = posix.join(posix.dirname(name), "_rels", `${posix.basename(name)}.rels`);
          const gone = relationships.get(own)?.gone ?? new Set<string>();
          const tokens = filterFields(await readPart(file), removed);
          await zip.addBytes(name, writeXml(filterPart(tokens, gone, removed)));
        }
      }
    });
    return { removed };
  } catch (error) {
    if (error instanceof XmlFault) return undefined;
    throw error;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function readPart(file: string): Promise<XmlToken[]> {
  const bytes = await readFile(file);
  if (bytes.length > xmlLimit) throw new XmlFault("too large");
  return readXml(bytes);
}

/** Keeps what leads to a part that stays, and plain links. */
function filterRelationships(
  tokens: readonly XmlToken[],
  name: string,
  parts: ReadonlyMap<string, string>,
  removed: Set<Removed>,
): { tokens: XmlToken[]; gone: Set<string> } {
  const folder = posix.dirname(posix.dirname(name));
  const gone = new Set<string>();
  const kept = tokens.filter((token) => {
    if (token.kind !== "open" || localName(token.name) !== "Relationship") return true;
    const value = (key: string) => unescapeXml(token.attributes.find(([one]) => one === key)?.[1] ?? "");
    const [id, type, target] = [value("Id"), value("Type"), value("Target")];
    const isLink = type.endsWith("/hyperlink");
    const isFine =
      value("TargetMode") === "External"
        ? isLink && isSafeLink(target)
        : isLink
          ? target.startsWith("#") || parts.has(resolve(folder, target))
          : parts.has(resolve(folder, target)) &&
            !/vba|macro|oleObject|activeX|package$|attachedTemplate/i.test(type);
    if (!isFine) {
      gone.add(id);
      if (value("TargetMode") === "External") removed.add("external-links");
    }
    return isFine;
  });
  // A relationship that had an end tag of its own leaves it behind.
  return { tokens: withoutOrphans(kept), gone };
}

function resolve(folder: string, target: string): string {
  const path = target.split("#")[0]!;
  return path.startsWith("/") ? path.slice(1) : posix.normalize(posix.join(folder, path));
}

function filterTypes(
  tokens: readonly XmlToken[],
  parts: ReadonlyMap<string, string>,
  extension: Extension,
): XmlToken[] {
  const main = `${kinds[extension].mime}.main+xml`;
  const kept = tokens.filter((token) => {
    if (token.kind !== "open") return true;
    const type = token.attributes.find(([key]) => key === "ContentType")?.[1] ?? "";
    if (localName(token.name) === "Default") return !/vba|oleObject|activeX|macro/i.test(type);
    if (localName(token.name) !== "Override") return true;
    const part = token.attributes.find(([key]) => key === "PartName")?.[1] ?? "";
    return parts.has(unescapeXml(part).slice(1));
  });
  return withoutOrphans(kept).flatMap((token): XmlToken[] => {
    if (token.kind !== "open") return [token];
    const attributes = token.attributes.map(([key, value]): [string, string] =>
      key === "ContentType" && /\.macroEnabled\.main\+xml$/i.test(value) ? [key, main] : [key, value],
    );
    return [{ ...token, attributes }];
  });
}

/** Takes out end tags whose start is gone. */
function withoutOrphans(tokens: readonly XmlToken[]): XmlToken[] {
  const open: string[] = [];
  return tokens.filter((token) => {
    if (token.kind === "open" && !token.isEmpty) open.push(token.name);
    if (token.kind !== "close") return true;
    if (open.at(-1) !== token.name) return false;
    open.pop();
    return true;
  });
}

/** Pixels alone for every picture; drawings that are programs of their own (EMF, WMF, SVG) become an empty picture. */
async function reencodePictures(
  sandbox: Sandbox,
  parts: ReadonlyMap<string, string>,
  folder: string,
): Promise<Map<string, string>> {
  const names = [...parts.keys()].filter((name) => /\/media\//.test(name));
  const pictures = new Map<string, string>();
  if (names.length === 0) return pictures;
  const file = (index: number) => `pictures/${index}${extname(names[index]!).toLowerCase()}`;
  await sandbox.work(async (job) => {
    for (const [index, name] of names.entries()) await job.bring(parts.get(name)!, file(index));
    const limits = { seconds: 120, memory: 2048, fileSize: 512, processes: 64 };
    checkEnded(await job.run(nodeProgram("reencode-pictures.ts", ["pictures"], limits)), [3]);
    for (const [index, name] of names.entries()) {
      const made = await job.take(`${file(index)}.made`);
      if (made === undefined) throw refused("broken");
      const path = join(folder, `picture-${index}`);
      await copyFile(made, path);
      pictures.set(name, path);
    }
  });
  return pictures;
}
