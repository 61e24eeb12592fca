/**
 * Runs inside the sandbox: reads one picture and writes its pixels alone. `node reencode-picture.ts INPUT EXTENSION`
 * writes product-1.EXTENSION (and so on, one a page) and one line of JSON about what it found.
 */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { readBitmap } from "./read-bitmap.ts";
import { readPlace } from "./read-place.ts";

const [input = "", extension = ""] = process.argv.slice(2);
const pageLimit = 200;
const sideLimit = 16_000;
const options = { limitInputPixels: 100_000_000, failOn: "error", sequentialRead: true } as const;

sharp.cache(false);
sharp.concurrency(1);

try {
  const bitmap = extension === "bmp" ? readBitmap(await readFile(input)) : undefined;
  const open = (page?: number) =>
    bitmap
      ? sharp(bitmap.pixels, { raw: bitmap })
      : sharp(input, {
          ...options,
          ...(extension === "gif" || extension === "webp" ? { animated: true } : {}),
          ...(page === undefined ? {} : { page }),
        });

  const metadata = await open().metadata();
  const isTiff = extension === "tif";
  const pages = isTiff ? Math.min(metadata.pages ?? 1, pageLimit) : 1;
  const target = { jpg: "jpg", gif: "gif", webp: "webp" }[extension] ?? "png";
  for (let page = 0; page < pages; page++) {
    // Turned as its camera says, in sRGB, without any metadata: sharp writes none unless it is told to.
    let picture = isTiff ? open(page) : open();
    if (extension !== "gif" && extension !== "webp") picture = picture.autoOrient();
    if (extension === "svg")
      picture = picture.resize({ width: 2000, height: 2000, fit: "inside", withoutEnlargement: false });
    else if (Math.max(metadata.width, metadata.pageHeight ?? metadata.height) > sideLimit)
      throw new Error("too large");
    const path = `product-${page + 1}.${target}`;
    if (target === "jpg") await picture.jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toFile(path);
    else if (target === "gif") await picture.gif().toFile(path);
    else if (target === "webp") await picture.webp({ quality: 92 }).toFile(path);
    else await picture.png().toFile(path);
  }
  const place = metadata.exif ? readPlace(metadata.exif) : undefined;
  console.log(
    JSON.stringify({
      pages,
      extension: target,
      hadMetadata: [
        metadata.exif,
        metadata.xmp,
        metadata.iptc,
        metadata.comments?.length ? true : undefined,
      ].some(Boolean),
      place: place ?? null,
    }),
  );
} catch (error) {
  // Said by an exit code of its own: the picture is at fault, not the program.
  console.error(String(error));
  process.exitCode = 3;
}
