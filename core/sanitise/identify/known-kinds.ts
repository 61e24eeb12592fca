import type { FileKind } from "../sanitiser.ts";

export type KnownKind = Pick<FileKind, "mime" | "extension" | "family">;

const office = (extension: string, mime: string): KnownKind => ({ mime, extension, family: "office" });
const openXml = (extension: string, rest: string) =>
  office(extension, `application/vnd.openxmlformats-officedocument.${rest}`);
const macroEnabled = (extension: string, rest: string) => office(extension, `application/vnd.ms-${rest}.12`);
const openDocument = (extension: string, rest: string) =>
  office(extension, `application/vnd.oasis.opendocument.${rest}`);

/** Every kind that is told by its content, by the extension that a file of this kind bears. */
export const kinds = {
  docx: openXml("docx", "wordprocessingml.document"),
  dotx: openXml("dotx", "wordprocessingml.template"),
  xlsx: openXml("xlsx", "spreadsheetml.sheet"),
  xltx: openXml("xltx", "spreadsheetml.template"),
  pptx: openXml("pptx", "presentationml.presentation"),
  ppsx: openXml("ppsx", "presentationml.slideshow"),
  potx: openXml("potx", "presentationml.template"),
  docm: macroEnabled("docm", "word.document.macroEnabled"),
  dotm: macroEnabled("dotm", "word.template.macroEnabled"),
  xlsm: macroEnabled("xlsm", "excel.sheet.macroEnabled"),
  xltm: macroEnabled("xltm", "excel.template.macroEnabled"),
  xlsb: macroEnabled("xlsb", "excel.sheet.binary.macroEnabled"),
  pptm: macroEnabled("pptm", "powerpoint.presentation.macroEnabled"),
  ppsm: macroEnabled("ppsm", "powerpoint.slideshow.macroEnabled"),
  potm: macroEnabled("potm", "powerpoint.template.macroEnabled"),
  odt: openDocument("odt", "text"),
  ott: openDocument("ott", "text-template"),
  ods: openDocument("ods", "spreadsheet"),
  ots: openDocument("ots", "spreadsheet-template"),
  odp: openDocument("odp", "presentation"),
  otp: openDocument("otp", "presentation-template"),
  doc: office("doc", "application/msword"),
  xls: office("xls", "application/vnd.ms-excel"),
  ppt: office("ppt", "application/vnd.ms-powerpoint"),
  rtf: office("rtf", "application/rtf"),
  pdf: { mime: "application/pdf", extension: "pdf", family: "pdf" },
  png: { mime: "image/png", extension: "png", family: "image" },
  jpg: { mime: "image/jpeg", extension: "jpg", family: "image" },
  gif: { mime: "image/gif", extension: "gif", family: "image" },
  webp: { mime: "image/webp", extension: "webp", family: "image" },
  tif: { mime: "image/tiff", extension: "tif", family: "image" },
  bmp: { mime: "image/bmp", extension: "bmp", family: "image" },
  avif: { mime: "image/avif", extension: "avif", family: "image" },
  heic: { mime: "image/heic", extension: "heic", family: "image" },
  svg: { mime: "image/svg+xml", extension: "svg", family: "image" },
  zip: { mime: "application/zip", extension: "zip", family: "archive" },
  "7z": { mime: "application/x-7z-compressed", extension: "7z", family: "archive" },
  rar: { mime: "application/vnd.rar", extension: "rar", family: "archive" },
  lzh: { mime: "application/x-lzh-compressed", extension: "lzh", family: "archive" },
  tar: { mime: "application/x-tar", extension: "tar", family: "archive" },
  gz: { mime: "application/gzip", extension: "gz", family: "archive" },
  bz2: { mime: "application/x-bzip2", extension: "bz2", family: "archive" },
  xz: { mime: "application/x-xz", extension: "xz", family: "archive" },
  cab: { mime: "application/vnd.ms-cab-compressed", extension: "cab", family: "archive" },
  txt: { mime: "text/plain", extension: "txt", family: "text" },
  csv: { mime: "text/csv", extension: "csv", family: "text" },
  tsv: { mime: "text/tab-separated-values", extension: "tsv", family: "text" },
  html: { mime: "text/html", extension: "html", family: "text" },
  xml: { mime: "application/xml", extension: "xml", family: "text" },
  json: { mime: "application/json", extension: "json", family: "text" },
  md: { mime: "text/markdown", extension: "md", family: "text" },
  mp3: { mime: "audio/mpeg", extension: "mp3", family: "audio" },
  m4a: { mime: "audio/mp4", extension: "m4a", family: "audio" },
  wav: { mime: "audio/wav", extension: "wav", family: "audio" },
  ogg: { mime: "audio/ogg", extension: "ogg", family: "audio" },
  flac: { mime: "audio/flac", extension: "flac", family: "audio" },
  mp4: { mime: "video/mp4", extension: "mp4", family: "video" },
  mov: { mime: "video/quicktime", extension: "mov", family: "video" },
  avi: { mime: "video/x-msvideo", extension: "avi", family: "video" },
  webm: { mime: "video/webm", extension: "webm", family: "video" },
  exe: { mime: "application/vnd.microsoft.portable-executable", extension: "exe", family: "unknown" },
  elf: { mime: "application/x-elf", extension: "bin", family: "unknown" },
  script: { mime: "text/x-script", extension: "txt", family: "unknown" },
  jtd: { mime: "application/x-js-taro", extension: "jtd", family: "unknown" },
  jar: { mime: "application/java-archive", extension: "jar", family: "unknown" },
  epub: { mime: "application/epub+zip", extension: "epub", family: "unknown" },
  compound: { mime: "application/x-ole-storage", extension: "bin", family: "unknown" },
  unknown: { mime: "application/octet-stream", extension: "bin", family: "unknown" },
} as const satisfies Record<string, KnownKind>;

export type KindName = keyof typeof kinds;

const sameAs: Readonly<Record<string, KindName>> = {
  jpeg: "jpg",
  jpe: "jpg",
  jfif: "jpg",
  tiff: "tif",
  heif: "heic",
  htm: "html",
  markdown: "md",
  text: "txt",
  log: "txt",
  tab: "tsv",
  dib: "bmp",
  dot: "doc",
  xlt: "xls",
  pps: "ppt",
  pot: "ppt",
  tgz: "gz",
  lha: "lzh",
  oga: "ogg",
  qt: "mov",
  jtdc: "jtd",
  dll: "exe",
  scr: "exe",
  com: "exe",
};

/** Texts that a program runs: they are never shown as text nor passed on under their name. */
const scripts: ReadonlySet<string> = new Set(
  "js jse mjs vbs vbe wsf wsh hta bat cmd ps1 psm1 sh py rb pl php lnk url reg inf scf jsp asp aspx msc".split(
    " ",
  ),
);

/** What a name claims its file to be; undefined when it claims nothing that we know. */
export function namedKind(name: string): KindName | undefined {
  const extension = /\.([^.\\/]{1,12})$/.exec(name.normalize("NFKC"))?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  if (scripts.has(extension)) return "script";
  if (Object.hasOwn(sameAs, extension)) return sameAs[extension];
  const internal = ["script", "compound", "unknown"];
  return Object.hasOwn(kinds, extension) && !internal.includes(extension)
    ? (extension as KindName)
    : undefined;
}
