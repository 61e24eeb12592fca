import { crc32, deflateRawSync } from "node:zlib";
import sharp from "sharp";

const marked = (words: string) =>
  words.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]!);
const font = "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, sans-serif";

/** A page of A4 with a title and lines, as it would be printed; PNG. */
export function drawPage(title: string, lines: readonly string[], from: string): Promise<Buffer> {
  const rows = lines.map(
    (line, index) =>
      `<text x="110" y="${420 + index * 52}" font-size="26" fill="#222">${marked(line)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1240" height="1754" font-family="${font}">
    <rect width="1240" height="1754" fill="#fff"/>
    <text x="1130" y="150" font-size="24" fill="#222" text-anchor="end">${marked(from)}</text>
    <text x="620" y="290" font-size="40" font-weight="bold" fill="#111" text-anchor="middle">${marked(title)}</text>
    <line x1="110" y1="330" x2="1130" y2="330" stroke="#333" stroke-width="2"/>${rows.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png({ palette: true }).toBuffer();
}

export type Scene = "road" | "slope" | "rack";

const scenes: Record<Scene, string> = {
  road: `<rect width="1200" height="800" fill="#6d7074"/><rect width="1200" height="250" fill="#b9c6cf"/>
    <path d="M0 250 L1200 210 L1200 300 L0 340z" fill="#7f8b5e"/><path d="M560 330 l40 470 h60 l-60 -470z" fill="#e9e9e2"/>
    <ellipse cx="360" cy="600" rx="150" ry="62" fill="#2f3033"/><ellipse cx="880" cy="540" rx="96" ry="40" fill="#2f3033"/>
    <path d="M1010 300 l26 -110 h22 l26 110z" fill="#e5632a"/><rect x="1024" y="236" width="46" height="18" fill="#fff"/>`,
  slope: `<rect width="1200" height="800" fill="#c4d3dd"/><path d="M0 800 L0 320 L520 120 L1200 470 L1200 800z" fill="#6f7d4c"/>
    <path d="M430 230 L660 210 L900 640 L350 700z" fill="#8a6a4a"/><path d="M0 690 L1200 640 L1200 800 L0 800z" fill="#77797c"/>
    <rect x="160" y="560" width="210" height="92" fill="#e0b53c"/><circle cx="205" cy="660" r="34" fill="#222"/><circle cx="330" cy="660" r="34" fill="#222"/>`,
  rack: `<rect width="1200" height="800" fill="#d9d9d5"/><rect x="380" y="60" width="440" height="700" fill="#26282b"/>
    ${[0, 1, 2, 3, 4, 5, 6].map((row) => `<rect x="410" y="${95 + row * 92}" width="380" height="62" fill="#44484d"/>${[0, 1, 2, 3, 4, 5, 6, 7].map((port) => `<rect x="${430 + port * 42}" y="${116 + row * 92}" width="26" height="20" fill="${(row + port) % 3 ? "#3fae5a" : "#d9a422"}"/>`).join("")}`).join("")}
    <path d="M820 200 C960 260 900 520 1040 760" stroke="#2f6fb3" stroke-width="14" fill="none"/>`,
};

/** A photo of a place that does not exist, with the grain of a camera; JPEG. */
export async function drawPhoto(scene: Scene): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">${scenes[scene]}</svg>`;
  // The same grain each time: a pattern of whole numbers, no chance.
  const grain = Buffer.alloc(1200 * 800 * 4);
  for (let at = 0, state = 1; at < grain.length; at += 4) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const grey = (state >>> 16) & 0xff;
    grain[at] = grey;
    grain[at + 1] = grey;
    grain[at + 2] = grey;
    grain[at + 3] = 22;
  }
  return sharp(Buffer.from(svg))
    .blur(0.8)
    .composite([{ input: grain, raw: { width: 1200, height: 800, channels: 4 } }])
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** A PDF of one page that is a picture, as a copier makes it. */
export async function pdfOf(page: Buffer): Promise<Buffer> {
  const jpeg = await sharp(page).jpeg({ quality: 80 }).toBuffer();
  const draw = "q 595 0 0 842 0 0 cm /P Do Q";
  const objects = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
    Buffer.from(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>",
    ),
    Buffer.from(`<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`),
    Buffer.concat([
      Buffer.from(
        `<< /Type /XObject /Subtype /Image /Width 1240 /Height 1754 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
      ),
      jpeg,
      Buffer.from("\nendstream"),
    ]),
  ];
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let at = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    const bytes = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    offsets.push(at);
    at += bytes.length;
    parts.push(bytes);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

const word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** A Word document of a title and paragraphs. */
export function wordOf(title: string, lines: readonly string[]): Buffer {
  const paragraph = (words: string, look = "") => `<w:p><w:r>${look}<w:t>${marked(words)}</w:t></w:r></w:p>`;
  return zipOf({
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `${head}<w:document xmlns:w="${word}"><w:body>${paragraph(title, '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>')}${lines.map((line) => paragraph(line)).join("")}</w:body></w:document>`,
  });
}

/** A ZIP in memory, for documents of a few kilobytes. */
function zipOf(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const [name, words] of Object.entries(files)) {
    const content = Buffer.from(words);
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x800, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(0x21, 12);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(title.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(at, 42);
    locals.push(local, title, packed);
    centrals.push(central, title);
    at += local.length + title.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(centrals.length / 2, 8);
  end.writeUInt16LE(centrals.length / 2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
