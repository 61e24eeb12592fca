export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "shift_jis" | "euc-jp" | "iso-2022-jp";

/**
 * The encoding of bytes that are text, or undefined when they are not. Windows' Shift_JIS and EUC-JP overlap; the one
 * whose result has fewer half-width katakana, which hardly anybody writes, is taken.
 *
 * @param isWhole false when `bytes` may end within a character
 */
export function detectEncoding(bytes: Buffer, isWhole: boolean): TextEncoding | undefined {
  if (bytes.length === 0) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return readable(bytes, "utf-16le", isWhole);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return readable(bytes, "utf-16be", isWhole);
  if (bytes.includes(0)) return undefined;
  if (["\u001b$", "\u001b("].some((sequence) => bytes.includes(sequence)))
    return readable(bytes, "iso-2022-jp", isWhole);
  if (readable(bytes, "utf-8", isWhole)) return "utf-8";
  const japanese = (["shift_jis", "euc-jp"] as const)
    .filter((encoding) => readable(bytes, encoding, isWhole))
    .map((encoding) => ({ encoding, odd: countHalfWidth(decode(bytes, encoding)) }))
    .sort((one, other) => one.odd - other.odd);
  return japanese[0]?.encoding;
}

/** Throws when a byte has no meaning in the encoding. */
export function decode(bytes: Buffer, encoding: TextEncoding, isWhole = true): string {
  return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole });
}

function readable(bytes: Buffer, encoding: TextEncoding, isWhole: boolean): TextEncoding | undefined {
  let text: string;
  try {
    text = decode(bytes, encoding, isWhole);
  } catch {
    return undefined;
  }
  return hasControls(text) ? undefined : encoding;
}

function countHalfWidth(text: string): number {
  return text.match(/[\uff61-\uff9f]/g)?.length ?? 0;
}

/** Control characters beyond those that real texts have: tab, line ends, page break, end of file, escape. */
function hasControls(text: string): boolean {
  return /(?![\t\n\f\r\u0080-\u009f])\p{Cc}/u.test(text.replaceAll("\u001a", "").replaceAll("\u001b", ""));
}
