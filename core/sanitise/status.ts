import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { LibreOffice } from "./sandbox/libre-office.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { type PartStatus, SanitiserUnavailable } from "./sanitiser.ts";
import type { Scanner } from "./scan/scanner.ts";

type Parts = { sandbox: Sandbox; libreOffice: LibreOffice; scanner: Scanner };

/** What works and what is missing, part by part, for `chonai doctor` and the administration page. */
export async function describeStatus({ sandbox, libreOffice, scanner }: Parts): Promise<PartStatus[]> {
  return [
    await statusOf("sandbox", { ja: "隔離（bubblewrap）", en: "Isolation (bubblewrap)" }, async () => {
      const way = await sandbox.check();
      return way === "as-nobody"
        ? { ja: "別の利用者として隔離して動きます。", en: "programs run apart, as another user." }
        : { ja: "名前空間で隔離して動きます。", en: "programs run apart, in namespaces." };
    }),
    await statusOf("clamd", { ja: "ウイルス検査（ClamAV）", en: "Virus scanner (ClamAV)" }, async () => {
      const { date, program } = await scanner.check();
      const day = date.toISOString().slice(0, 10);
      return { ja: `${program}、定義は ${day} のものです。`, en: `${program}, definitions of ${day}.` };
    }),
    await statusOf(
      "libreoffice",
      { ja: "Office 文書の変換（LibreOffice）", en: "Office documents (LibreOffice)" },
      async () => {
        await libreOffice.prepare();
        return works;
      },
    ),
    await statusOf("poppler", { ja: "PDF（poppler）", en: "PDF (poppler)" }, async () => {
      const missing = ["pdftocairo", "pdftoppm", "pdfinfo", "pdftotext"].filter(
        (name) => !existsSync(`/usr/bin/${name}`),
      );
      if (missing.length === 0) return works;
      throw new SanitiserUnavailable("poppler", {
        ja: `${missing.join("、")} がありません。poppler-utils を導入してください。`,
        en: `${missing.join(", ")} missing. Install poppler-utils.`,
      });
    }),
    await statusOf("fonts", { ja: "日本語の書体", en: "Japanese fonts" }, async () => {
      const list = spawnSync("fc-list", [":lang=ja", "family"], { encoding: "utf8" });
      if (list.status === 0 && list.stdout.trim() !== "") return works;
      throw new SanitiserUnavailable("fonts", {
        ja: "ありません。文書の文字が四角になります。fonts-noto-cjk を導入してください。",
        en: "none: letters of documents would be boxes. Install fonts-noto-cjk.",
      });
    }),
  ];
}

const works = { ja: "使えます。", en: "works." };

async function statusOf(
  part: string,
  name: { ja: string; en: string },
  check: () => Promise<{ ja: string; en: string }>,
): Promise<PartStatus> {
  try {
    const says = await check();
    return { part, ok: true, says: { ja: `${name.ja}: ${says.ja}`, en: `${name.en}: ${says.en}` } };
  } catch (error) {
    if (!(error instanceof SanitiserUnavailable)) throw error;
    const { says } = error;
    return { part, ok: false, says: { ja: `${name.ja}: ${says.ja}`, en: `${name.en}: ${says.en}` } };
  }
}
