/** Messages of a room as a flat OpenDocument text, from which PDF/A is made. Pure. */
import { formatMoment } from "#shared/time.ts";

export type PrintedMessage = {
  seq: number;
  sentAt: Date;
  /** Name, section and whoever sat at a section account. */
  by: string;
  /** The text; null when it was deleted or disposed of. */
  body: string | null;
  /** Lines of smaller print: edits, files, the answered message. */
  notes: readonly string[];
};

/** One part of a room: its head, then each message with its number, moment and sender. */
export function writeFlatText(head: readonly string[], messages: readonly PrintedMessage[]): string {
  const title = `<text:h text:style-name="T" text:outline-level="1">${inXml(head[0] ?? "")}</text:h>`;
  const lines = head.slice(1).map((line) => paragraph("N", line));
  return [
    before,
    title,
    ...lines,
    ...messages.flatMap((message) => [
      paragraph("H", `${message.seq}　${formatMoment(message.sentAt)}　${message.by}`),
      ...(message.body === null
        ? [paragraph("N", "（削除または廃棄されたメッセージ）")]
        : message.body.split("\n").map((line) => paragraph("B", line))),
      ...message.notes.map((note) => paragraph("N", note)),
    ]),
    after,
  ].join("\n");
}

const paragraph = (style: "B" | "H" | "N", words: string) =>
  `<text:p text:style-name="${style}">${inXml(words)}</text:p>`;

/** Words as XML holds them: every space counts, and what XML cannot hold is shown as missing. */
function inXml(words: string): string {
  return words
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "<text:tab/>")
    .replace(/ {2,}/g, (spaces) => ` <text:s text:c="${spaces.length - 1}"/>`)
    .replace(/^ /, "<text:s/>");
}

const fonts = 'style:font-name="Noto Sans CJK JP" style:font-name-asian="Noto Sans CJK JP"';
const language = 'fo:language="ja" fo:country="JP" style:language-asian="ja" style:country-asian="JP"';
const before = `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="Noto Sans CJK JP" svg:font-family="'Noto Sans CJK JP'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties ${fonts} ${language} fo:font-size="10pt" style:font-size-asian="10pt"/></style:default-style></office:styles>
<office:automatic-styles>
<style:style style:name="T" style:family="paragraph"><style:text-properties fo:font-size="15pt" style:font-size-asian="15pt" fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>
<style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:margin-top="3mm" fo:border-top="0.2pt solid #888888" fo:padding-top="1mm" fo:keep-with-next="always"/><style:text-properties fo:font-weight="bold" style:font-weight-asian="bold" fo:font-size="9pt" style:font-size-asian="9pt"/></style:style>
<style:style style:name="B" style:family="paragraph"/>
<style:style style:name="N" style:family="paragraph"><style:text-properties fo:font-size="8.5pt" style:font-size-asian="8.5pt" fo:color="#444444"/></style:style>
<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" fo:margin="20mm"/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>
<office:body><office:text>`;
const after = "</office:text></office:body></office:document>";
