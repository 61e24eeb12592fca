import iconv from "iconv-lite";

export type DecodedText = { text: string; encoding: "UTF-8" | "UTF-16" | "Shift_JIS" };

/**
 * The text of a file as offices save it: UTF-8 with or without BOM, Excel's "Unicode text" (UTF-16), else Shift_JIS in
 * Microsoft's form (CP932), which is the one that has 髙, 﨑, ① and ㈱. Shift_JIS text is never valid UTF-8 by chance
 * unless it is plain ASCII, and then both read the same. What CP932 cannot read becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "UTF-16" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "UTF-16" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "UTF-8" };
  } catch {
    return { text: iconv.decode(Buffer.from(bytes), "cp932"), encoding: "Shift_JIS" };
  }
}
