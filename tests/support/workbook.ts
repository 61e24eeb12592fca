import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP container with these files. */
export function buildZip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    local.push(Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name), packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, tail, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A cell: text, a number in a style (1 is a day, 2 is 000000), or the XML of the whole cell. */
export type BuiltCell = string | { number: number; style?: 1 | 2 } | { xml: string };

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const letters = (at: number): string =>
  at < 26 ? String.fromCharCode(65 + at) : letters(Math.floor(at / 26) - 1) + letters(at % 26);

/** An Excel workbook as Excel saves it: shared strings with readings, styles for days and for padded numbers. */
export function buildWorkbook(
  sheets: Readonly<Record<string, readonly (readonly BuiltCell[])[]>>,
  merges: readonly string[] = [],
): Buffer {
  const strings: string[] = [];
  const cell = (value: BuiltCell, row: number, column: number) => {
    const ref = `${letters(column)}${row}`;
    if (value === "") return "";
    if (typeof value === "string") {
      strings.push(
        `<si><t xml:space="preserve">${escaped(value)}</t><rPh sb="0" eb="1"><t>ヨミ</t></rPh></si>`,
      );
      return `<c r="${ref}" t="s"><v>${strings.length - 1}</v></c>`;
    }
    if ("xml" in value) return value.xml.replaceAll("REF", ref);
    return `<c r="${ref}" s="${value.style ?? 0}"><v>${value.number}</v></c>`;
  };
  const sheetXml = Object.values(sheets).map((rows) => {
    const data = rows
      .map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, r + 1, c)).join("")}</row>`)
      .join("");
    const merged =
      merges.length > 0
        ? `<mergeCells>${merges.map((m) => `<mergeCell ref="${m}"/>`).join("")}</mergeCells>`
        : "";
    return `<?xml version="1.0"?><worksheet><sheetData>${data}</sheetData>${merged}</worksheet>`;
  });
  const names = Object.keys(sheets);
  return buildZip({
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": `<workbook xmlns:r="r"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships>${names.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`).join("")}</Relationships>`,
    "xl/sharedStrings.xml": `<sst>${strings.join("")}</sst>`,
    "xl/styles.xml":
      '<styleSheet><numFmts><numFmt numFmtId="176" formatCode="000000"/><numFmt numFmtId="177" formatCode="[$-411]ge&quot;.&quot;m&quot;.&quot;d;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="177"/><xf numFmtId="176"/></cellXfs></styleSheet>',
    ...Object.fromEntries(sheetXml.map((xml, i) => [`xl/worksheets/sheet${i + 1}.xml`, xml])),
  });
}
