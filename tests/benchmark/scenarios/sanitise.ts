import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { makeSanitiser, PageMarks, type Treated } from "#core/sanitise/index.ts";
import { hostilePdf, plainDocument, zipOf } from "#tests/support/crafted-files.ts";
import { round } from "../harness/measure.ts";
import type { Measured } from "../harness/scenario.ts";

const rounds = 5;
const sentence = "市民課から総務課へ、明日の会議の資料を送ります。ご確認のうえ、お知らせください。";

/**
 * How long a file takes from its arrival to its clean result, in seconds (median of five), and what opening a
 * 200-page document as pages takes.
 */
export async function measureSanitise(): Promise<
  Measured & { versions: Record<string, string>; settings: string }
> {
  const folder = await mkdtemp(join(tmpdir(), "chonai-bench-sanitise-"));
  try {
    const sanitiser = makeSanitiser({ folder: join(folder, "data"), places: 2, clamd: undefined });
    const treat = async (path: string, allowMacroFree = false): Promise<Treated> => {
      const workFolder = await mkdtemp(join(folder, "work-"));
      const kind = await sanitiser.identify(path, path);
      return sanitiser.treat(path, kind, { allowMacroFree, keepPlace: false, workFolder });
    };
    // The first use prepares LibreOffice's profile.
    await sanitiser.status();
    const photo = join(folder, "photo.jpg");
    await sharp({
      create: {
        width: 4000,
        height: 3000,
        channels: 3,
        background: "#777",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    })
      .jpeg({ quality: 90 })
      .toFile(photo);
    const pdf = join(folder, "page.pdf");
    await writeFile(pdf, hostilePdf());
    const table = join(folder, "table.csv");
    await writeFile(
      table,
      `番号,氏名,所属\r\n${Array.from({ length: 10_000 }, (_, row) => `${row},職員 ${row},総務課\r\n`).join("")}`,
    );
    const letter = await zipOf(
      folder,
      "letter.docx",
      plainDocument(...Array.from({ length: 60 }, () => sentence)),
    );
    const book = await zipOf(folder, "book.docx", bookOf(200));
    const figures: Record<string, number> = {};
    const time = async (name: string, times: number, work: () => Promise<unknown>) => {
      const seconds: number[] = [];
      for (let i = 0; i < times; i++) {
        const startedAt = performance.now();
        await work();
        seconds.push((performance.now() - startedAt) / 1000);
      }
      figures[name] = round(seconds.sort((one, other) => one - other)[seconds.length >> 1]!, 2);
    };
    await time("wordTwoPages", rounds, () => treat(letter));
    await time("wordTwoPagesAlsoMacroFree", rounds, () => treat(letter, true));
    await time("pdfOnePage", rounds, () => treat(pdf));
    await time("photo12Megapixels", rounds, () => treat(photo));
    await time("csv10000Rows", rounds, () => treat(table));
    let clean = "";
    await time("word200Pages", 1, async () => {
      const treated = await treat(book);
      if (treated.kind === "clean") clean = treated.products[0]!.path;
    });
    const pages = await sanitiser.pageCount(clean);
    await time("firstPageOf200", rounds, () => sanitiser.renderPage(clean, 1, 1200));
    await time("page150Of200", rounds, () => sanitiser.renderPage(clean, 150, 1200));
    const page = await sanitiser.renderPage(clean, 1, 1200);
    const marks = new PageMarks(new Uint8Array(32));
    await time("markAPage", rounds, () =>
      marks.mark(page, { visible: ["総務課 髙橋 花子", "2026/11/21 18:05"], invisible: new Uint8Array(8) }),
    );
    await time("wordsOf200Pages", 1, () => sanitiser.pageWords(clean));
    return {
      figures,
      lost: pages === 200 ? 0 : 1,
      doubled: 0,
      missingInArchive: 0,
      details: { pages, cores: cpus().length },
      versions: { node: process.versions.node },
      settings: "bubblewrap, one LibreOffice for one document, without the virus scanner",
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A document whose every paragraph begins a page. */
function bookOf(pages: number) {
  const document = plainDocument(
    ...Array.from({ length: pages }, (_, page) => `${page + 1} ${sentence.repeat(20)}`),
  );
  return {
    ...document,
    "word/document.xml": document["word/document.xml"].replaceAll(
      "<w:p><w:r>",
      "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r>",
    ),
  };
}
