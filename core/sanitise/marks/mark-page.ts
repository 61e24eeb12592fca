import sharp from "sharp";
import { type Layout, layoutOf } from "./code.ts";
import { hideMark } from "./invisible.ts";
import { readMark } from "./read-mark.ts";
import { overlayOf } from "./visible.ts";

/** Overlays that are kept, of some hundred kilobytes each. */
const overlayLimit = 32;

/** Marks pages and reads their marks again, by one installation's key. */
export class PageMarks {
  readonly #layout: Layout;
  /** Somebody who leafs through a document gets the same lines on page after page. */
  readonly #overlays = new Map<string, Promise<Buffer>>();

  constructor(key: Uint8Array) {
    this.#layout = layoutOf(key);
  }

  /** A page image with the marks of one reading: lines that can be seen, and 8 bytes that cannot. */
  async mark(page: Buffer, marks: { visible: string[]; invisible: Uint8Array }): Promise<Buffer> {
    const { width, height } = await sharp(page).metadata();
    const data = await sharp(page)
      .composite([{ input: await this.#overlay(marks.visible, width, height) }])
      .removeAlpha()
      .toColourspace("srgb")
      .raw()
      .toBuffer();
    hideMark({ data, width, height }, this.#layout, marks.invisible);
    return sharp(data, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 4 })
      .toBuffer();
  }

  #overlay(lines: readonly string[], width: number, height: number): Promise<Buffer> {
    const key = JSON.stringify([lines, width, height]);
    const known = this.#overlays.get(key);
    if (known) return known;
    const made = overlayOf(lines, width, height);
    this.#overlays.set(key, made);
    made.catch(() => this.#overlays.delete(key));
    const oldest = this.#overlays.keys().next();
    if (this.#overlays.size > overlayLimit && !oldest.done) this.#overlays.delete(oldest.value);
    return made;
  }

  /** The 8 bytes of a page that somebody photographed from the screen as a file; undefined when there are none. */
  async read(picture: Buffer): Promise<Uint8Array | undefined> {
    const { data, info } = await sharp(picture, { limitInputPixels: 100_000_000 })
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .resize({ width: 4000, height: 4000, fit: "inside", withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return readMark({ data, width: info.width, height: info.height }, this.#layout);
  }
}
