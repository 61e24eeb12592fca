import sharp from "sharp";
import { overlayOf } from "./visible.ts";

/** A page image with the marks of one reading. */
export async function markPage(
  page: Buffer,
  marks: { visible: string[]; invisible: Uint8Array },
): Promise<Buffer> {
  const { width, height } = await sharp(page).metadata();
  return sharp(page)
    .composite([{ input: await overlayOf(marks.visible, width, height) }])
    .png({ compressionLevel: 6 })
    .toBuffer();
}
