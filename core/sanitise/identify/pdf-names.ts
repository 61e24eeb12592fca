import { inflateSync } from "node:zlib";
import type { Source } from "./source.ts";

/** Names in a PDF that mean a program, an action or a file inside; `/S /URI` is a plain link. */
const active: ReadonlySet<string> = new Set([
  "JavaScript",
  "JS",
  "Launch",
  "EmbeddedFile",
  "EmbeddedFiles",
  "RichMedia",
  "XFA",
  "OpenAction",
  "AA",
  "SubmitForm",
  "ImportData",
  "GoToR",
  "GoToE",
  "Rendition",
  "Movie",
  "Sound",
  "AcroForm",
  "URI",
]);
const known: ReadonlySet<string> = new Set([...active, "Encrypt"]);
/** Unpacked object streams of one file, in bytes. */
const unpackLimit = 64 * 1024 * 1024;
const readLimit = 256 * 1024 * 1024;

/**
 * Which of the names that matter stand in a PDF, in plain objects and in packed object streams, written with `#xx`
 * escapes or without. It may find one too many (a name within a string), never one too few in files that it can unpack.
 */
export async function findPdfNames(source: Source): Promise<Set<string>> {
  const found = new Set<string>();
  if (source.size > readLimit) {
    for await (const piece of source.pieces(64)) collect(piece.toString("latin1"), found);
    return found;
  }
  const bytes = await source.read(0, source.size);
  const text = bytes.toString("latin1");
  // Packed bytes hold names by accident; what stands in packed objects is unpacked below.
  collect(text.replace(/\bstream\r?\n[\s\S]*?endstream/g, " "), found);
  let left = unpackLimit;
  for (const match of text.matchAll(/\/ObjStm\b/g)) {
    const start = text.indexOf("stream", match.index);
    if (start === -1 || start - match.index > 2000) continue;
    const from = start + 6 + (text[start + 6] === "\r" ? 2 : 1);
    const until = text.indexOf("endstream", from);
    if (until === -1) continue;
    try {
      const objects = inflateSync(bytes.subarray(from, until), { maxOutputLength: left, finishFlush: 2 });
      left -= objects.length;
      collect(objects.toString("latin1"), found);
    } catch {
      // Not packed by Flate, or damaged: what cannot be read here cannot be told to be free of scripts.
      found.add("JavaScript");
    }
  }
  return found;
}

export function isActive(name: string): boolean {
  return active.has(name);
}

function collect(text: string, found: Set<string>): void {
  for (const [, name] of text.matchAll(/\/([A-Za-z#][A-Za-z0-9#]{0,40})/g)) {
    const plain = name!.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (known.has(plain)) found.add(plain);
  }
}
