import sharp from "sharp";
import { readMade, type Sandbox } from "../sandbox/sandbox.ts";

const limits = { seconds: 30, memory: 1024, fileSize: 256, processes: 16 };

/** How many pages a PDF has. Throws when poppler cannot open it. */
export async function pageCount(sandbox: Sandbox, pdf: string): Promise<number> {
  return sandbox.work(async (job) => {
    await job.bring(pdf, "input.pdf");
    const ended = await job.run({ program: "/usr/bin/pdfinfo", args: ["input.pdf"], limits });
    const count = /^Pages:\s+(\d+)$/m.exec(ended.stdout.toString("utf8"))?.[1];
    if (ended.how !== "exit" || ended.code !== 0 || count === undefined)
      throw new Error(`pdfinfo: ${ended.how} ${ended.code} ${ended.stderr.slice(-300)}`);
    return Number(count);
  });
}

/**
 * One page as PNG, `width` pixels wide. poppler writes plain pixels in the sandbox and the PNG is made outside: no
 * decoder of ours ever reads what a program that has read a stranger's file has composed.
 */
export async function renderPage(
  sandbox: Sandbox,
  pdf: string,
  page: number,
  width: number,
): Promise<Buffer> {
  if (!Number.isInteger(page) || page < 1) throw new RangeError(`page ${page}`);
  if (!Number.isInteger(width) || width < 1 || width > 4000) throw new RangeError(`width ${width}`);
  const pixels = await sandbox.work(async (job) => {
    await job.bring(pdf, "input.pdf");
    const ended = await job.run({
      program: "/usr/bin/pdftoppm",
      args: [
        ...["-f", `${page}`, "-l", `${page}`, "-singlefile"],
        ...["-scale-to-x", `${width}`, "-scale-to-y", "-1"],
        ...["input.pdf", "page"],
      ],
      limits,
    });
    if (ended.how !== "exit" || ended.code !== 0)
      throw new Error(`pdftoppm: ${ended.how} ${ended.code} ${ended.stderr.slice(-300)}`);
    return readMade(job, "page.ppm");
  });
  const { data, raw } = readPixmap(pixels);
  return sharp(data, { raw }).png({ compressionLevel: 6 }).toBuffer();
}

/** A portable pixmap: `P6 WIDTH HEIGHT 255` and three bytes a pixel. */
export function readPixmap(bytes: Buffer): {
  data: Buffer;
  raw: { width: number; height: number; channels: 3 };
} {
  const header = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(bytes.toString("latin1", 0, 64));
  const [width, height] = [Number(header?.[1]), Number(header?.[2])];
  const data = bytes.subarray(header?.[0].length ?? 0);
  if (!header || width < 1 || height < 1 || data.length !== width * height * 3)
    throw new Error("not a pixmap");
  return { data, raw: { width, height, channels: 3 } };
}
