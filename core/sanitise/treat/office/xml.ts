/** One piece of an XML document, in its order. */
export type XmlToken =
  | { kind: "open"; name: string; attributes: [name: string, value: string][]; isEmpty: boolean }
  | { kind: "close"; name: string }
  /** As it stands in the document, escapes and all. */
  | { kind: "text"; raw: string };

/** Not well-formed, or using what no Office file uses: document types, entities of its own, other encodings. */
export class XmlFault extends Error {}

const name = "[A-Za-z_][\\w.\\-]*(?::[A-Za-z_][\\w.\\-]*)?";
const opening = new RegExp(`<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, "y");
const attribute = new RegExp(`(${name})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "g");
const closing = new RegExp(`</(${name})\\s*>`, "y");
const entity = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/;

/**
 * A strict reader: what it does not know it refuses, so that what is written again from its tokens means the same to
 * every program. Comments and processing instructions are left out. Throws `XmlFault`.
 */
export function readXml(bytes: Buffer): XmlToken[] {
  const text = decodeXml(bytes);
  const tokens: XmlToken[] = [];
  const path: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== "<") {
      const end = text.indexOf("<", at);
      const raw = text.slice(at, end === -1 ? text.length : end);
      if (entity.test(raw)) throw new XmlFault("entity");
      if (path.length > 0) tokens.push({ kind: "text", raw });
      else if (raw.trim() !== "") throw new XmlFault("text outside");
      at += raw.length;
    } else if (text.startsWith("<?", at)) at = after(text, "?>", at);
    else if (text.startsWith("<!--", at)) at = after(text, "-->", at + 4);
    else if (text.startsWith("<![CDATA[", at)) {
      const end = after(text, "]]>", at);
      tokens.push({ kind: "text", raw: escapeText(text.slice(at + 9, end - 3)) });
      at = end;
    } else if (text.startsWith("</", at)) {
      closing.lastIndex = at;
      const match = closing.exec(text);
      if (!match || path.pop() !== match[1]) throw new XmlFault("closing tag");
      tokens.push({ kind: "close", name: match[1]! });
      at = closing.lastIndex;
    } else {
      opening.lastIndex = at;
      const match = opening.exec(text);
      if (!match) throw new XmlFault("tag");
      const attributes = [...match[2]!.matchAll(attribute)].map((one): [string, string] => {
        const value = one[2] ?? one[3]!;
        if (entity.test(value)) throw new XmlFault("entity");
        return [one[1]!, value];
      });
      const isEmpty = match[3] === "/";
      tokens.push({ kind: "open", name: match[1]!, attributes, isEmpty });
      if (!isEmpty) path.push(match[1]!);
      at = opening.lastIndex;
    }
  }
  if (path.length > 0) throw new XmlFault("not closed");
  return tokens;
}

export function writeXml(tokens: readonly XmlToken[]): Buffer {
  let text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  for (const token of tokens) {
    if (token.kind === "text") text += token.raw;
    else if (token.kind === "close") text += `</${token.name}>`;
    else {
      const attributes = token.attributes.map(
        ([key, value]) => ` ${key}="${value.replaceAll('"', "&quot;")}"`,
      );
      text += `<${token.name}${attributes.join("")}${token.isEmpty ? "/" : ""}>`;
    }
  }
  return Buffer.from(text);
}

/** The name without its prefix. */
export const localName = (full: string) => full.slice(full.indexOf(":") + 1);

/** An attribute's or text's value as it is meant. */
export function unescapeXml(raw: string): string {
  return raw.replace(/&(lt|gt|amp|quot|apos|#x?[0-9a-fA-F]+);/g, (_, code: string) => {
    if (!code.startsWith("#")) return { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }[code]!;
    const number = code[1] === "x" ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1));
    return number <= 0x10ffff ? String.fromCodePoint(number) : "";
  });
}

function decodeXml(bytes: Buffer): string {
  const isWide = bytes.length > 1 && (bytes[0] === 0xff || bytes[0] === 0xfe);
  const encoding = isWide ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new XmlFault("encoding");
  }
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  if (at === -1) throw new XmlFault("not ended");
  return at + end.length;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
