import { readMade, type Sandbox } from "../sandbox/sandbox.ts";
import type { PageWords } from "../sanitiser.ts";

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Every word of a PDF with its place, by poppler's pdftotext in the sandbox. */
export async function pageWords(sandbox: Sandbox, pdf: string): Promise<PageWords[]> {
  const text = await sandbox.work(async (job) => {
    await job.bring(pdf, "input.pdf");
    const ended = await job.run({
      program: "/usr/bin/pdftotext",
      args: ["-bbox", "-enc", "UTF-8", "input.pdf", "words.html"],
      limits: { seconds: 60, memory: 1024, fileSize: 256, processes: 16 },
    });
    if (ended.how !== "exit" || ended.code !== 0)
      throw new Error(`pdftotext: ${ended.how} ${ended.code} ${ended.stderr.slice(-300)}`);
    return (await readMade(job, "words.html")).toString("utf8");
  });
  const pages: PageWords[] = [];
  for (const match of text.matchAll(/<page width="([\d.]+)" height="([\d.]+)">([\s\S]*?)<\/page>/g)) {
    const words = [...match[3]!.matchAll(word)].map(([, left, top, right, bottom, content]) => ({
      text: readEntities(content!).normalize("NFC"),
      left: Number(left),
      top: Number(top),
      right: Number(right),
      bottom: Number(bottom),
    }));
    pages.push({ page: pages.length + 1, width: Number(match[1]), height: Number(match[2]), words });
  }
  return pages;
}

const word = /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<\/word>/g;

function readEntities(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]{1,6}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith("#")) return entities[name] ?? whole;
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}
