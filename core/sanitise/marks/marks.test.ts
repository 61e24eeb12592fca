import { randomBytes } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { samplePages } from "#tests/support/sample-pages.ts";
import { PageMarks } from "./mark-page.ts";

const key = Buffer.from("the installation's key for marks");
const visible = ["総務課 髙橋 花子 takahashi", "2026/11/21 18:05 インターネット側"];

test("a hidden mark survives scaling, cutting and JPEG 70, and opens with the same key alone", async () => {
  const marks = new PageMarks(key);
  const pages = await samplePages(1000);
  for (const [name, scale, kept] of [
    ["text", 0.5, 1],
    ["dark", 0.8, 0.7],
    ["table", 1.5, 1],
  ] as const) {
    const invisible = randomBytes(8);
    const marked = await marks.mark(pages[name]!, { visible, invisible });
    const screenshot = await photographed(marked, scale, kept, 70);
    expect(await marks.read(screenshot), `${name} at ${scale}`).toEqual(new Uint8Array(invisible));
    if (name === "text") expect(await new PageMarks(Buffer.from("another")).read(screenshot)).toBeUndefined();
  }
  expect(await marks.read(await photographed(pages.text!, 1, 1, 70))).toBeUndefined();
});

test("a marked page still looks like itself: few pixels differ by much, none of the hidden mark's by more than 9", async () => {
  const marks = new PageMarks(key);
  const { text } = await samplePages(600);
  const raw = (picture: Buffer) => sharp(picture).removeAlpha().raw().toBuffer();
  const before = await raw(text!);
  const hidden = await raw(await marks.mark(text!, { visible: [], invisible: randomBytes(8) }));
  let most = 0;
  for (const [at, value] of before.entries()) most = Math.max(most, Math.abs(value - hidden[at]!));
  expect(most).toBeLessThanOrEqual(9);
  const both = await raw(await marks.mark(text!, { visible, invisible: randomBytes(8) }));
  let changed = 0;
  for (let at = 0; at < before.length; at += 3) if (Math.abs(before[at]! - both[at]!) > 10) changed++;
  const share = changed / (before.length / 3);
  expect(share).toBeGreaterThan(0.005);
  expect(share).toBeLessThan(0.2);
});

/** What a screenshot makes of a page: scaled, a part of it, encoded as JPEG. */
async function photographed(page: Buffer, scale: number, kept: number, quality: number): Promise<Buffer> {
  const { width, height } = await sharp(page).metadata();
  const scaled = await sharp(page)
    .resize({ width: Math.round(width * scale) })
    .png()
    .toBuffer();
  const [w, h] = [Math.round(width * scale * kept), Math.round(height * scale * kept)];
  const area = {
    left: Math.floor(w * (1 - kept) * 0.4),
    top: Math.floor(h * (1 - kept) * 0.7),
    width: w - 1,
    height: h - 1,
  };
  return sharp(scaled).extract(area).jpeg({ quality }).toBuffer();
}
