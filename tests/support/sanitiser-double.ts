import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { type FileKind, type Sanitiser, SanitiserUnavailable } from "#core/sanitise/index.ts";

/** What a test can do to the machinery while it runs. */
export type SanitiserDouble = Sanitiser & {
  /** Nothing is there: every scan says that the scanner is missing. */
  isMissing: boolean;
  /** Holds the next scans until the promise is fulfilled. */
  wait: Promise<void> | undefined;
  /** Throws in the next treatment, as a process that dies. */
  failsOnce: boolean;
};

const eicar = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE";

/**
 * Stands in for the sanitiser where a test is about files and not about what is in them. It takes the word of the contents: a
 * PNG is a picture, `%PDF` a document of three pages, `ENCRYPTED` is locked, EICAR's words are a virus, all else is text.
 */
export function makeSanitiserDouble(): SanitiserDouble {
  const missing = () =>
    new SanitiserUnavailable("clamd", { ja: "ウイルス検査がありません。", en: "There is no virus scanner." });
  const double: SanitiserDouble = {
    isMissing: false,
    wait: undefined,
    failsOnce: false,
    async identify(path) {
      const head = (await readFile(path)).subarray(0, 200).toString("latin1");
      const kind = (family: FileKind["family"], mime: string, extension: string): FileKind => ({
        family,
        mime,
        extension,
        encrypted: head.startsWith("ENCRYPTED"),
        macros: false,
      });
      if (head.startsWith("\x89PNG")) return kind("image", "image/png", "png");
      if (head.startsWith("%PDF")) return kind("pdf", "application/pdf", "pdf");
      if (head.startsWith("ENCRYPTED")) return kind("office", "application/zip", "xlsx");
      return kind("text", "text/plain", "txt");
    },
    async scan(path) {
      await double.wait;
      if (double.isMissing) throw missing();
      if ((await stat(path)).size > 10_000_000) return { clean: true };
      const contents = await readFile(path, "latin1");
      return contents.includes(eicar) ? { clean: false, signature: "Eicar-Test-Signature" } : { clean: true };
    },
    async treat(path, kind, { workFolder }) {
      if (double.isMissing) throw missing();
      if (double.failsOnce) {
        double.failsOnce = false;
        throw new Error("the process died");
      }
      if (kind.encrypted) return { kind: "held", because: "encrypted" };
      const clean = join(workFolder, `clean.${kind.extension}`);
      const contents = await readFile(path);
      await writeFile(
        clean,
        kind.family === "image" ? contents : Buffer.concat([Buffer.from("CLEAN "), contents]),
      );
      const role = kind.family === "image" ? "image" : kind.family === "pdf" ? "clean-pdf" : "text";
      return {
        kind: "clean",
        products: [{ path: clean, mime: kind.mime, extension: kind.extension, role }],
        removed: ["metadata"],
      };
    },
    async archivePdf(flatText, workFolder) {
      const pdf = join(workFolder, `${randomUUID()}.pdf`);
      await writeFile(pdf, `%PDF-1.7 ${await readFile(flatText, "utf8")}`);
      return pdf;
    },
    pageCount: async () => 3,
    renderPage: async (_pdf, page, width) =>
      sharp({
        create: {
          width,
          height: Math.round(width * 1.41),
          channels: 3,
          background: { r: 250, g: 250, b: 200 + page },
        },
      })
        .png()
        .toBuffer(),
    pageWords: async () => [
      {
        page: 2,
        width: 600,
        height: 800,
        words: [{ text: "見積書", left: 10, top: 20, right: 60, bottom: 32 }],
      },
    ],
    // What a mark says stands behind the picture, where the test can read it.
    mark: async (page, { visible, invisible }) =>
      Buffer.concat([
        page,
        Buffer.from(`MARK ${Buffer.from(invisible).toString("hex")} ${visible.join("|")}`),
      ]),
    status: async () => [
      { part: "clamd", ok: !double.isMissing, says: { ja: "ウイルス検査", en: "Virus scanner" } },
    ],
  };
  return double;
}
