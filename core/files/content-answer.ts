import type { RouteAnswer } from "#core/http/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { contentDisposition, withExtension } from "#shared/file-name.ts";
import type { Given } from "./actions/give-bytes.ts";
import { readRange } from "./read-range.ts";

/**
 * The answer with a file's contents: whole, or a range so that a download goes on after a break. Whatever the file is, the
 * browser stores it and runs nothing of it.
 */
export function contentAnswer(given: Given, range: string | undefined): RouteAnswer<null> {
  const { file, source } = given;
  const name = source.role === "original" ? file.name : withExtension(file.name, source.extension);
  const etag = `"${file.id}-${file.number}-${source.role}"`;
  const wanted = readRange(range, source.length);
  const headers = {
    "content-disposition": contentDisposition("attachment", name),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-download-options": "noopen",
    "accept-ranges": "bytes",
    etag,
  };
  if (wanted === "unsatisfiable") throw new AppError("range-not-satisfiable", { length: source.length });
  const type = safeType(source.mime);
  if (!wanted)
    return {
      status: 200,
      body: null,
      headers,
      content: { type, length: source.length, bytes: given.read() },
    };
  return {
    status: 206,
    body: null,
    headers: { ...headers, "content-range": `bytes ${wanted.start}-${wanted.end - 1}/${source.length}` },
    content: { type, length: wanted.end - wanted.start, bytes: given.read(wanted) },
  };
}

/** Pages that a browser would run stay bytes. */
function safeType(mime: string): string {
  return /html|xml|svg|javascript|ecmascript/i.test(mime) || !/^[\w.+-]+\/[\w.+-]+$/.test(mime)
    ? "application/octet-stream"
    : mime;
}
