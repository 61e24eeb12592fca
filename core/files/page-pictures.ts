import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Bytes of pictures without marks that are kept in memory, since readers go back and forth and read together. */
const memory = 48 * 1024 * 1024;
/** A document that nobody reads for so long is removed from the disk. */
const idle = 5 * 60_000;
const documents = 40;

type Held = { path: Promise<string>; folder: string; users: number; timer: NodeJS.Timeout | undefined };

/**
 * Documents that are being read as pages: opened once for the renderer, in a folder of this machine that is ours alone, and gone a
 * few minutes after the last page. Rendered pages are held in memory without anybody's marks; marks come with each request.
 */
export class PagePictures {
  readonly #folder: string;
  readonly #pictures = new Map<string, Promise<Buffer>>();
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A picture from memory, or drawn now; several who ask at once wait for one drawing. */
  async draw(document: string, page: number, width: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const key = `${document} ${page} ${width}`;
    const known = this.#pictures.get(key);
    if (known) {
      this.#pictures.delete(key);
      this.#pictures.set(key, known);
      return known;
    }
    const making = make();
    this.#pictures.set(key, making);
    try {
      const picture = await making;
      this.#bytes += picture.length;
      await this.#forgetOldest();
      return picture;
    } catch (error) {
      this.#pictures.delete(key);
      throw error;
    }
  }

  /** Gives work the path of a document, which is there until the work has ended. */
  async withFile<T>(
    document: string,
    source: { read(): AsyncIterable<Buffer> },
    work: (path: string) => Promise<T>,
  ): Promise<T> {
    const held = this.#hold(document, source);
    held.users++;
    clearTimeout(held.timer);
    try {
      return await work(await held.path);
    } finally {
      held.users--;
      if (held.users === 0 && this.#held.get(document) === held) {
        held.timer = setTimeout(() => this.#drop(document), idle);
        held.timer.unref();
      }
    }
  }

  async stop(): Promise<void> {
    for (const document of [...this.#held.keys()]) await this.#drop(document);
    this.#pictures.clear();
  }

  #hold(document: string, source: { read(): AsyncIterable<Buffer> }): Held {
    const known = this.#held.get(document);
    if (known) return known;
    for (const [other, held] of this.#held)
      if (this.#held.size >= documents && held.users === 0) void this.#drop(other);
    const held: Held = { path: Promise.resolve(""), folder: "", users: 0, timer: undefined };
    held.path = this.#write(held, source);
    held.path.catch(() => this.#held.delete(document));
    this.#held.set(document, held);
    return held;
  }

  async #write(held: Held, source: { read(): AsyncIterable<Buffer> }): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    held.folder = await mkdtemp(join(this.#folder, "reading-"));
    const path = join(held.folder, "document.pdf");
    try {
      await pipeline(source.read(), createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      await rm(held.folder, { recursive: true, force: true });
      throw error;
    }
    return path;
  }

  async #drop(document: string): Promise<void> {
    const held = this.#held.get(document);
    if (!held) return;
    this.#held.delete(document);
    clearTimeout(held.timer);
    await held.path.catch(() => {});
    if (held.folder !== "") await rm(held.folder, { recursive: true, force: true });
  }

  async #forgetOldest(): Promise<void> {
    for (const [key, picture] of this.#pictures) {
      if (this.#bytes <= memory) return;
      this.#pictures.delete(key);
      this.#bytes -= (await picture).length;
    }
  }
}
