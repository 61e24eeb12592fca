import { peopleColumns, sectionColumns, type TemplateColumn } from "./template-columns.ts";
import { zipOf } from "./zip-of.ts";

/** So many rows have drop-downs and keep their zeros. */
const rowsPrepared = 10_000;
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** Styles: 0 plain, 1 text (keeps leading zeros), 2 heading, 3 heading that is needed, 4 wrapped explanation. */
const styles = `${head}<styleSheet ${main}><fonts count="2"><font><sz val="11"/><name val="游ゴシック"/></font><font><b/><sz val="11"/><name val="游ゴシック"/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8F1FE"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFF0CC"/></patternFill></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/><xf numFmtId="49" fontId="1" fillId="3" applyNumberFormat="1" applyFont="1" applyFill="1"/><xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>`;

/**
 * The workbook that an office fills in and chooses as it is, for sections and for people: columns that keep leading zeros,
 * drop-downs where only certain words are understood, and a sheet that explains each column.
 */
export function templateWorkbook(): Uint8Array<ArrayBuffer> {
  const names = ["組織", "職員", "説明"];
  const sheets = [listSheet(sectionColumns), listSheet(peopleColumns), explanation()];
  const parts = names.map((name, at) => ({
    name,
    id: `rId${at + 1}`,
    path: `worksheets/sheet${at + 1}.xml`,
  }));
  return zipOf({
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${parts.map(({ path }) => `<Override PartName="/xl/${path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join("")}</Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${head}<workbook ${main} xmlns:r="${relations}"><sheets>${parts.map(({ name, id }, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="${id}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${parts.map(({ id, path }) => `<Relationship Id="${id}" Type="${relations}/worksheet" Target="${path}"/>`).join("")}<Relationship Id="rIdStyles" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": styles,
    ...Object.fromEntries(parts.map(({ path }, at) => [`xl/${path}`, sheets[at]!])),
  });
}

function listSheet(columns: readonly TemplateColumn[]): string {
  const widths = columns.map(
    ({ heading }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${Math.max(14, heading.length * 2.4)}" style="1" customWidth="1"/>`,
  );
  const headings = columns.map(({ heading, isNeeded }, at) =>
    cell(`${letterOf(at)}1`, heading, isNeeded ? 3 : 2),
  );
  const lists = columns.flatMap(({ heading, about, choices }, at) => {
    if (!choices) return [];
    const range = `${letterOf(at)}2:${letterOf(at)}${rowsPrepared + 1}`;
    return `<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle="${escaped(heading)}" error="一覧から選んでください。" promptTitle="${escaped(heading)}" prompt="${escaped(about)}" sqref="${range}"><formula1>"${escaped(choices.join(","))}"</formula1></dataValidation>`;
  });
  const validations =
    lists.length > 0 ? `<dataValidations count="${lists.length}">${lists.join("")}</dataValidations>` : "";
  return `${head}<worksheet ${main}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join("")}</cols><sheetData><row r="1">${headings.join("")}</row></sheetData>${validations}</worksheet>`;
}

/** One line a column; headings stand below each other here, so that this sheet is never taken for a list. */
function explanation(): string {
  const rows: [string, string, string][] = [
    ["この本の使い方", "", ""],
    ["「組織」と「職員」に記入し、「名簿の取込」で、両方の欄にこのファイルを選びます。", "", ""],
    ["要らない列は消してかまいません。消した列の内容は、今のまま変わりません。", "", ""],
    ["列があって空欄のときは、その内容が空になります。", "", ""],
    ["", "", ""],
  ];
  for (const [sheet, columns] of [
    ["組織", sectionColumns],
    ["職員", peopleColumns],
  ] as const)
    for (const { heading, about, isNeeded, choices } of columns) {
      const offered = choices ? `${about}（${choices.join("、")}）` : about;
      rows.push([`${sheet}：${heading}`, isNeeded ? "必ず" : "", offered]);
    }
  const lines = rows.map(
    (row, at) =>
      `<row r="${at + 1}">${row.map((words, column) => (words ? cell(`${letterOf(column)}${at + 1}`, words, 4) : "")).join("")}</row>`,
  );
  return `${head}<worksheet ${main}><cols><col min="1" max="1" width="28" customWidth="1"/><col min="2" max="2" width="8" customWidth="1"/><col min="3" max="3" width="90" customWidth="1"/></cols><sheetData>${lines.join("")}</sheetData></worksheet>`;
}

function cell(ref: string, words: string, style: number): string {
  return `<c r="${ref}" s="${style}" t="inlineStr"><is><t>${escaped(words)}</t></is></c>`;
}

function letterOf(at: number): string {
  return String.fromCharCode(65 + at);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
