import { nodeProgram } from "../sandbox/node-program.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { FileKind, Product, Removed, Treated, TreatOptions } from "../sanitiser.ts";
import { checkEnded, held, keep } from "./outcome.ts";

/** What sharp's prebuilt libvips reads, and bitmaps by our own reader. HEIC waits for a person: its codec is not ours to ship. */
const readable: ReadonlySet<string> = new Set(["png", "jpg", "gif", "webp", "tif", "bmp", "avif", "svg"]);
const mimes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};

type Report = {
  pages: number;
  extension: string;
  hadMetadata: boolean;
  place: { latitude: number; longitude: number } | null;
};

/** Pixels alone: the picture is decoded and encoded anew in the sandbox, and its metadata stays behind. */
export async function treatPicture(
  sandbox: Sandbox,
  path: string,
  kind: FileKind,
  options: TreatOptions,
): Promise<Treated> {
  if (!readable.has(kind.extension)) throw held("unknown-type");
  return sandbox.work(async (job) => {
    await job.bring(path, "input");
    const limits = { seconds: 60, memory: 2048, fileSize: 512, processes: 64 };
    const ended = await job.run(nodeProgram("reencode-picture.ts", ["input", kind.extension], limits));
    checkEnded(ended, [3]);
    const report = JSON.parse(ended.stdout.toString("utf8")) as Report;
    const mime = mimes[report.extension]!;
    const products: Product[] = [];
    for (let page = 1; page <= report.pages; page++)
      products.push(
        await keep(job, `product-${page}.${report.extension}`, options.workFolder, {
          mime,
          extension: report.extension,
          role: "image",
        }),
      );
    const removed: Removed[] = [];
    if (report.hadMetadata) removed.push("metadata");
    if (report.place) removed.push("place");
    if (kind.extension === "svg") removed.push("scripts");
    return {
      kind: "clean",
      products,
      removed,
      ...(options.keepPlace && report.place ? { place: report.place } : {}),
    };
  });
}
