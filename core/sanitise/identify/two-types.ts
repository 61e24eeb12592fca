import type { KindName } from "./known-kinds.ts";
import type { Source } from "./source.ts";
import { findZipEnd } from "./zip-directory.ts";

/** Kinds in which everything may stand: texts say what they like, archives and films hold other files' bytes. */
const zipped: readonly KindName[] = [
  ...([
    "zip",
    "jar",
    "epub",
    "odt",
    "ott",
    "ods",
    "ots",
    "odp",
    "otp",
    "docx",
    "dotx",
    "xlsx",
    "xltx",
  ] as const),
  ...(["pptx", "ppsx", "potx", "docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "ppsm", "potm"] as const),
];
const pictures: readonly KindName[] = ["png", "jpg", "gif", "webp", "tif", "bmp", "avif", "heic"];
/** Words that make a browser or an interpreter take a picture for a page or a program. */
const foreignWords = /<script[\s>]|<\?php|<html[\s>]|<!doctype html|<iframe[\s>]/i;
const searchLimit = 64 * 1024 * 1024;

/**
 * Whether a file is of two types at once: a second one appended, put in front or woven in, so that two programs that
 * open it see different things. Nobody makes such a file by accident.
 */
export async function isTwoTypes(source: Source, kind: KindName): Promise<boolean> {
  if (zipped.includes(kind)) return false;
  if (await hasZipBehind(source, kind)) return true;
  const head = (await source.read(0, 1100)).toString("latin1");
  const pdf = head.indexOf("%PDF-");
  // Readers take a file for PDF when the mark stands within its first 1,024 bytes.
  if (kind !== "pdf" && pdf !== -1 && pdf < 1024 && kind !== "txt" && kind !== "md") return true;
  if (kind === "gif" && isScriptHeader(head)) return true;
  if (kind === "bmp" && /^BM(\/\*|=)/.test(head)) return true;
  if (pictures.includes(kind)) return holdsForeignWords(source);
  if (kind === "pdf") return isPage(head);
  return false;
}

/** A ZIP opens from its end: one behind another file is that file and an archive. Compound files may embed one. */
async function hasZipBehind(source: Source, kind: KindName): Promise<boolean> {
  if (
    ["doc", "xls", "ppt", "jtd", "compound", "tar", "7z", "rar", "gz", "bz2", "xz", "cab", "lzh"].includes(
      kind,
    )
  )
    return (await findZipEnd(source)) === source.size - 22 && kind !== "tar";
  return (await findZipEnd(source)) !== undefined;
}

/** `GIF89a` is a name to JavaScript when an assignment or a comment follows. */
function isScriptHeader(head: string): boolean {
  return /^GIF8[79]a\s*(\/\*|=|\/\/|;|\()/.test(head);
}

/** A PDF whose head is a page to a browser. */
function isPage(head: string): boolean {
  return foreignWords.test(head.slice(0, 1024));
}

async function holdsForeignWords(source: Source): Promise<boolean> {
  if (source.size > searchLimit) return false;
  for await (const piece of source.pieces(32)) if (foreignWords.test(piece.toString("latin1"))) return true;
  return false;
}
