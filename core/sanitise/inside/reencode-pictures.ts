/**
 * Runs inside the sandbox: `node reencode-pictures.ts FOLDER` writes NAME.made for every picture NAME of an Office
 * file, in its own format and size; what cannot be decoded becomes one transparent pixel.
 */
import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import sharp from "sharp";

const folder = process.argv[2]!;
sharp.cache(false);
sharp.concurrency(1);

const blank = () =>
  sharp({ create: { width: 1, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });

for (const name of await readdir(folder)) {
  const path = join(folder, name);
  try {
    const extension = extname(name);
    if (![".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp"].includes(extension))
      throw new Error("no pixels");
    const picture = sharp(path, { limitInputPixels: 100_000_000, failOn: "error" }).autoOrient();
    if (extension === ".jpg" || extension === ".jpeg")
      await picture.jpeg({ quality: 92 }).toFile(`${path}.made`);
    else if (extension === ".gif") await picture.gif().toFile(`${path}.made`);
    else if (extension === ".webp") await picture.webp().toFile(`${path}.made`);
    else if (extension === ".tif" || extension === ".tiff") await picture.tiff().toFile(`${path}.made`);
    else await picture.png().toFile(`${path}.made`);
  } catch {
    await blank().png().toFile(`${path}.made`);
  }
}
