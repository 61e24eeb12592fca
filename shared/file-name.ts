/**
 * Names of files as people see them in Edge, Chrome and Safari and as Windows, macOS and Linux store them. What cannot be
 * in a name becomes its full-width sibling, so that a name stays readable; nobody is asked to rename a file.
 */

/** The longest name in UTF-16 units, as Windows counts. */
export const fileNameLimit = 200;

const removed =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\u00ad\u180e]/g;
const siblings: Readonly<Record<string, string>> = {
  "/": "／",
  "\\": "＼",
  ":": "：",
  "*": "＊",
  "?": "？",
  '"': "”",
  "<": "＜",
  ">": "＞",
  "|": "｜",
};
/** Devices of Windows: a file of such a name, with whatever extension, cannot be opened there. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/**
 * The name under which a file is kept: NFC, without characters that control or turn text, safe on every system, its
 * extension kept when it has to be shortened.
 *
 * @example cleanFileName("予算/案: 令和8年度.xlsx") // 予算／案： 令和8年度.xlsx
 */
export function cleanFileName(given: string): string {
  const whole = given
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\t\n\r]+/g, " ")
    .replace(removed, "")
    .replace(/[/\\:*?"<>|]/g, (sign) => siblings[sign]!)
    .replace(/^\s+|[\s.]+$/g, "");
  const name = reserved.test(whole) ? `_${whole}` : whole;
  return shorten(name === "" ? "名称未設定" : name);
}

/** `見積書` and `xlsx` of `見積書.xlsx`; the extension is empty when there is none, or what follows the dot is none. */
export function splitFileName(name: string): { base: string; extension: string } {
  const dot = name.lastIndexOf(".");
  const extension = name.slice(dot + 1);
  if (dot <= 0 || !/^[a-z0-9]{1,10}$/i.test(extension)) return { base: name, extension: "" };
  return { base: name.slice(0, dot), extension };
}

/** The same name for what was made of a file: `見積書.xlsx` and `pdf` give `見積書.pdf`. */
export function withExtension(name: string, extension: string): string {
  const { base, extension: own } = splitFileName(name);
  return own.toLowerCase() === extension.toLowerCase() ? name : shorten(`${base}.${extension}`);
}

function shorten(name: string): string {
  if (name.length <= fileNameLimit) return name;
  const { base, extension } = splitFileName(name);
  const end = extension === "" ? "…" : `….${extension}`;
  const room = fileNameLimit - end.length;
  // By what people see as one character: no pair is cut, and no mark is left without its letter.
  let kept = "";
  for (const { segment } of new Intl.Segmenter("ja", { granularity: "grapheme" }).segment(base)) {
    if (kept.length + segment.length > room) break;
    kept += segment;
  }
  return kept + end;
}

/**
 * `Content-Disposition` of a download (RFC 6266): the name in UTF-8 (RFC 8187), and an ASCII one for programs of old.
 *
 * @example contentDisposition("attachment", "見積書.xlsx")
 * // attachment; filename="___.xlsx"; filename*=UTF-8''%E8%A6%8B…
 */
export function contentDisposition(kind: "attachment" | "inline", name: string): string {
  const { extension } = splitFileName(name);
  const plain = name.replace(/[^\x20-\x7e]/gu, "_").replace(/["\\%;]/g, "_");
  const isReadable = /[a-z0-9]/i.test(splitFileName(plain).base);
  const ascii = isReadable ? plain : `file${extension && `.${extension}`}`;
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
