import { open } from "node:fs/promises";
import type { FileKind } from "../sanitiser.ts";
import { type CompoundFile, compoundSignature, readCompoundFile } from "./compound-file.ts";
import { type KindName, kinds, namedKind } from "./known-kinds.ts";
import { findPdfNames, isActive } from "./pdf-names.ts";
import { Source } from "./source.ts";
import { detectEncoding } from "./text-encoding.ts";
import { isTwoTypes } from "./two-types.ts";
import { identifyZip } from "./zip-kind.ts";

/** What the content says, before the name is compared with it. */
export type Content = {
  kind: KindName;
  encrypted?: boolean;
  macros?: boolean;
  twoTypes?: boolean;
};

/**
 * Tells a file by its content, reading as little as possible of it and running no program. The name serves to tell
 * texts apart (CSV, Markdown) and to notice that it claims something else.
 */
export async function identify(path: string, name: string): Promise<FileKind> {
  const file = await open(path, "r");
  try {
    const source = new Source(file, (await file.stat()).size);
    const content = await identifyContent(source, name);
    const claimed = namedKind(name);
    const twoTypes = content.twoTypes || (await isTwoTypes(source, content.kind));
    return {
      ...kinds[content.kind],
      encrypted: content.encrypted ?? false,
      macros: content.macros ?? false,
      ...(twoTypes
        ? { disguise: "two-types" as const }
        : isOtherThanNamed(content, claimed)
          ? { disguise: "other-than-named" as const }
          : {}),
    };
  } finally {
    await file.close();
  }
}

async function identifyContent(source: Source, name: string): Promise<Content> {
  const head = await source.read(0, 4096);
  if (head.subarray(0, 8).equals(compoundSignature)) return identifyCompound(source);
  if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0304) return identifyZip(source);
  if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0506 && source.size === 22) return { kind: "zip" };
  if (/^(\xef\xbb\xbf)?\s{0,16}%PDF-/.test(head.toString("latin1", 0, 32))) return identifyPdf(source);
  return identifySignature(head) ?? identifyText(source, head, name);
}

const signatures: readonly [KindName, number, string][] = [
  ["png", 0, "89504e470d0a1a0a"],
  ["jpg", 0, "ffd8ff"],
  ["gif", 0, "474946383761"],
  ["gif", 0, "474946383961"],
  ["tif", 0, "49492a00"],
  ["tif", 0, "4d4d002a"],
  ["7z", 0, "377abcaf271c"],
  ["rar", 0, "526172211a07"],
  ["gz", 0, "1f8b08"],
  ["bz2", 0, "425a68"],
  ["xz", 0, "fd377a585a00"],
  ["cab", 0, "4d534346"],
  ["tar", 257, "7573746172"],
  ["elf", 0, "7f454c46"],
  ["exe", 0, "4d5a"],
  ["mp3", 0, "494433"],
  ["mp3", 0, "fffb"],
  ["mp3", 0, "fff3"],
  ["ogg", 0, "4f676753"],
  ["flac", 0, "664c6143"],
  ["webm", 0, "1a45dfa3"],
];

function identifySignature(head: Buffer): Content | undefined {
  const at = (from: number, to: number) => head.toString("latin1", from, to);
  if (at(0, 4) === "RIFF") {
    const inside: Record<string, KindName> = { WEBP: "webp", WAVE: "wav", "AVI ": "avi" };
    return { kind: inside[at(8, 12)] ?? "unknown" };
  }
  if (at(4, 8) === "ftyp") return { kind: identifyIsoMedia(at(8, 12)) };
  if (at(0, 2) === "BM" && head.length > 26 && [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14)))
    return { kind: "bmp" };
  if (/^-l[hz][0-9ds]-$/.test(at(2, 7))) return { kind: "lzh", encrypted: false };
  if (at(0, 5) === "{\\rtf")
    // What an RTF document embeds stands anywhere in it; one that cannot be read to its end is taken to embed.
    return { kind: "rtf", macros: true };
  for (const [kind, offset, hex] of signatures)
    if (head.toString("hex", offset, offset + hex.length / 2) === hex) return { kind };
  return undefined;
}

function identifyIsoMedia(brand: string): KindName {
  if (brand === "avif" || brand === "avis") return "avif";
  if (/^(heic|heix|hevc|heim|heis|mif1|msf1)$/.test(brand)) return "heic";
  if (brand === "qt  ") return "mov";
  return brand.startsWith("M4A") ? "m4a" : "mp4";
}

async function identifyPdf(source: Source): Promise<Content> {
  const names = await findPdfNames(source);
  return {
    kind: "pdf",
    encrypted: names.has("Encrypt"),
    macros: ["JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA"].some(
      (name) => isActive(name) && names.has(name),
    ),
  };
}

async function identifyCompound(source: Source): Promise<Content> {
  let file: CompoundFile;
  try {
    file = await readCompoundFile(source);
  } catch {
    return { kind: "compound" };
  }
  const has = (...names: string[]) => names.some((name) => file.names.has(name));
  const macros = has(
    "_VBA_PROJECT",
    "Macros",
    "_VBA_PROJECT_CUR",
    "VBA",
    "Ole10Native",
    "\u0001Ole10Native",
    "ObjectPool",
  );
  if (has("EncryptedPackage")) return { kind: "docx", encrypted: true };
  if (has("WordDocument")) {
    const head = await file.head("WordDocument", 32);
    return { kind: "doc", macros, encrypted: head === undefined || (head.readUInt16LE(10) & 0x0100) !== 0 };
  }
  if (has("Workbook", "Book")) {
    const head = (await file.head("Workbook", 512)) ?? (await file.head("Book", 512));
    return { kind: "xls", macros, encrypted: head !== undefined && hasFilePass(head) };
  }
  if (has("PowerPoint Document")) return { kind: "ppt", macros, encrypted: has("EncryptedSummary") };
  if (has("DocumentText", "DocumentViewStyles")) return { kind: "jtd" };
  return { kind: "compound", macros };
}

/** An encrypted workbook says so by a FILEPASS record among its first records ([MS-XLS] 2.4.117). */
function hasFilePass(head: Buffer): boolean {
  for (let at = 0; at + 4 <= head.length; at += 4 + head.readUInt16LE(at + 2))
    if (head.readUInt16LE(at) === 0x2f) return true;
  return false;
}

async function identifyText(source: Source, head: Buffer, name: string): Promise<Content> {
  const sample = await source.read(0, 256 * 1024);
  if (detectEncoding(sample, sample.length === source.size) === undefined) return { kind: "unknown" };
  const start = head
    .toString("latin1")
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "")
    .replaceAll("\0", "")
    .trimStart();
  if (start.startsWith("#!")) return { kind: "script" };
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(start))
    return { kind: "svg" };
  if (/^(<!--[\s\S]{0,2000}?-->\s*)*<(!doctype html|html|head|body|script|meta|table)[\s>]/i.test(start))
    return { kind: "html" };
  if (start.startsWith("<?xml")) return { kind: "xml" };
  const claimed = namedKind(name);
  // A text says by its name alone what it is for.
  return {
    kind:
      claimed !== undefined && (kinds[claimed].family === "text" || claimed === "script") ? claimed : "txt",
  };
}

/**
 * Whether a name promises another sort of file than its content is. Kinds of one family that people mix up (a PNG named
 * .jpg, a .doc that is RTF) pass under what they are.
 */
function isOtherThanNamed(content: Content, claimed: KindName | undefined): boolean {
  if (claimed === undefined || claimed === content.kind) return false;
  const [is, says] = [kinds[content.kind].family, kinds[claimed].family];
  if (is === "unknown") return content.kind !== "unknown" || says !== "unknown";
  if (content.encrypted && is === "office") return says !== "office";
  // Sound and moving pictures share their containers.
  const media = (family: string) => family === "audio" || family === "video";
  return is !== says && !(media(is) && media(says));
}
