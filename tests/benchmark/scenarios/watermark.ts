import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { PageMarks } from "#core/sanitise/index.ts";
import { samplePages } from "#tests/support/sample-pages.ts";
import { round } from "../harness/measure.ts";
import type { Measured } from "../harness/scenario.ts";

const scales = [0.5, 0.6, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const cuts = [1, 0.7, 0.5];
const width = 1200;
const visible = ["総務課 髙橋 花子 takahashi", "2026/11/21 18:05 インターネット側"];

/**
 * How often the hidden mark is read back, of pages 1,200 pixels wide, as JPEG 70: for each scale from 50 to 200 %, whole and
 * cut to 70 and 50 % of each side. A wrong mark counts as doubled, one found where none is as missing: both must be 0.
 */
export async function measureWatermark(): Promise<
  Measured & { versions: Record<string, string>; settings: string }
> {
  const marks = new PageMarks(randomBytes(32));
  const pages = Object.entries(await samplePages(width));
  const tries: { page: string; scale: number; cut: number; isRead: boolean }[] = [];
  let wrong = 0;
  let invented = 0;
  let unmarked = 0;
  const [marking, reading]: number[][] = [[], []];
  for (const [page, picture] of pages) {
    const invisible = randomBytes(8);
    const startedAt = performance.now();
    const marked = await marks.mark(picture, { visible, invisible });
    marking!.push(performance.now() - startedAt);
    for (const scale of scales)
      for (const cut of cuts) {
        const began = performance.now();
        const found = await marks.read(await photographed(marked, scale, cut));
        reading!.push(performance.now() - began);
        const isRead = found !== undefined && Buffer.compare(found, invisible) === 0;
        if (found && !isRead) wrong++;
        tries.push({ page, scale, cut, isRead });
        // The same picture without a mark, and with one of another installation's.
        if (cut !== 1) continue;
        unmarked += 2;
        const foreign = new PageMarks(randomBytes(32));
        if (await marks.read(await photographed(picture, scale, cut))) invented++;
        if (await foreign.read(await photographed(marked, scale, cut))) invented++;
      }
  }
  const rate = (of: typeof tries) => round((100 * of.filter(({ isRead }) => isRead).length) / of.length, 1);
  const median = (of: number[]) => round([...of].sort((one, other) => one - other)[of.length >> 1]!, 0);
  return {
    figures: {
      readPercent: rate(tries),
      ...Object.fromEntries(
        cuts.map((cut) => [`readPercentAt${cut * 100}`, rate(tries.filter((one) => one.cut === cut))]),
      ),
      ...Object.fromEntries(
        pages.map(([page]) => [`readPercentOf-${page}`, rate(tries.filter((one) => one.page === page))]),
      ),
      falsePositives: invented,
      unmarkedTried: unmarked,
      markMs: median(marking!),
      readMs: median(reading!),
    },
    lost: 0,
    doubled: wrong,
    missingInArchive: invented,
    details: { missed: tries.filter(({ isRead }) => !isRead) },
    versions: { node: process.versions.node, sharp: sharp.versions.sharp ?? "" },
    settings: `${width} px wide, JPEG 70, scales ${scales.join(" ")}, cut to ${cuts.join(" ")} of each side`,
  };
}

async function photographed(page: Buffer, scale: number, cut: number): Promise<Buffer> {
  const { width, height } = await sharp(page).metadata();
  const [wholeWidth, wholeHeight] = [Math.round(width * scale), Math.round(height * scale)];
  const scaled = await sharp(page).resize(wholeWidth, wholeHeight, { fit: "fill" }).png().toBuffer();
  const [w, h] = [Math.floor(wholeWidth * cut), Math.floor(wholeHeight * cut)];
  const area = {
    left: Math.floor((wholeWidth - w) * 0.37),
    top: Math.floor((wholeHeight - h) * 0.71),
    width: w,
    height: h,
  };
  return sharp(scaled).extract(area).jpeg({ quality: 70 }).toBuffer();
}
