import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { PageWords } from "#core/sanitise/index.ts";
import { searchKey } from "#shared/text.ts";
import type { FilePlaces } from "../contract.ts";
import { giveBytes } from "./give-bytes.ts";
import type { Viewing } from "./give-page.ts";

const placesShown = 200;

/**
 * Where words stand in a document: pages and rectangles, and not a letter of the text. Who may see the pages may find their way in
 * them.
 */
export async function givePlaces(
  { services, readings, pictures }: Viewing,
  actor: Actor,
  fileId: string,
  wanted: { q: string; version?: number },
): Promise<FilePlaces> {
  const given = await giveBytes(services, readings, actor, fileId, {
    bytes: "pages",
    part: "search",
    version: wanted.version,
  });
  if (given.source.role !== "clean-pdf") return { items: [] };
  const key = `${actor.tenantId} ${given.source.name}`;
  const pages = await pictures.withFile(key, given, (pdf) => services.sanitiser.pageWords(pdf));
  const words = searchKey(wanted.q);
  if (words === "") throw notFound();
  return { items: pages.flatMap((page) => findIn(page, words)).slice(0, placesShown) };
}

/** Finds words that may run over several of the page's own. */
function findIn(page: PageWords, words: string): FilePlaces["items"] {
  const starts: number[] = [];
  let all = "";
  for (const word of page.words) {
    starts.push(all.length);
    all += searchKey(word.text);
  }
  const found: FilePlaces["items"] = [];
  for (let at = all.indexOf(words); at >= 0; at = all.indexOf(words, at + words.length)) {
    const rectangles = page.words
      .filter((_, i) => starts[i]! < at + words.length && (starts[i + 1] ?? all.length) > at)
      .map(({ left, top, right, bottom }) => ({
        left: left / page.width,
        top: top / page.height,
        width: (right - left) / page.width,
        height: (bottom - top) / page.height,
      }));
    found.push({ page: page.page, rectangles });
  }
  return found;
}
