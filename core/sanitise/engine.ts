import sharp from "sharp";
import { identify } from "./identify/identify.ts";
import { overlayOf } from "./marks/visible.ts";
import { pageWords } from "./pages/page-words.ts";
import { pageCount, renderPage } from "./pages/render-page.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import type { PartStatus, Sanitiser } from "./sanitiser.ts";
import { SanitiserUnavailable } from "./sanitiser.ts";
import { type ClamdAddress, ClamdClient } from "./scan/clamd-client.ts";
import { treat } from "./treat/treat.ts";

export type SanitiserSettings = {
  /** Where work in the sandbox has its folders: in the data folder, on a disk that is as safe as the files. */
  folder: string;
  /** How many files are worked on at once. */
  places: number;
  /** Where ClamAV's daemon listens; undefined: nothing is scanned, so nothing passes. */
  clamd: ClamdAddress | undefined;
};

/** The sanitiser of an installation. It starts nothing; programs run when a file needs them. */
export function makeSanitiser(settings: SanitiserSettings): Sanitiser {
  const sandbox = new Sandbox(settings.folder, settings.places);
  const clamd = settings.clamd && new ClamdClient(settings.clamd);
  return {
    identify,
    scan: async (path) => {
      if (!clamd) throw noScanner();
      return clamd.scan(path);
    },
    treat: (path, kind, options) => treat({ sandbox }, path, kind, options),
    pageCount: (pdf) => pageCount(sandbox, pdf),
    renderPage: (pdf, page, width) => renderPage(sandbox, pdf, page, width),
    pageWords: (pdf) => pageWords(sandbox, pdf),
    mark: async (page, marks) => {
      const { width, height } = await sharp(page).metadata();
      return sharp(page)
        .composite([{ input: await overlayOf(marks.visible, width, height) }])
        .png({ compressionLevel: 6 })
        .toBuffer();
    },
    status: async () => {
      const parts: PartStatus[] = [];
      parts.push(await statusOf("sandbox", { ja: "隔離", en: "Isolation" }, () => sandbox.check()));
      parts.push(
        await statusOf("clamd", { ja: "ウイルス検査", en: "Virus scanner" }, async () => {
          if (!clamd) throw noScanner();
          await clamd.ping();
        }),
      );
      return parts;
    },
  };
}

async function statusOf(
  part: string,
  name: { ja: string; en: string },
  check: () => Promise<unknown>,
): Promise<PartStatus> {
  try {
    await check();
    return { part, ok: true, says: { ja: `${name.ja}: 使えます。`, en: `${name.en}: works.` } };
  } catch (error) {
    if (error instanceof SanitiserUnavailable) return { part, ok: false, says: error.says };
    throw error;
  }
}

function noScanner(): SanitiserUnavailable {
  return new SanitiserUnavailable("clamd", {
    ja: "ウイルス検査（ClamAV）が設定されていません。検査できるまでファイルは保留されます。",
    en: "No virus scanner (ClamAV) is set up. Files wait until there is one.",
  });
}
