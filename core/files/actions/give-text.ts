import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { PageWords } from "#core/sanitise/index.ts";
import type { FileText } from "../contract.ts";
import { giveBytes } from "./give-bytes.ts";
import type { Viewing } from "./give-page.ts";

/** The words of a page, for those who were named and those who may have the contents. */
export async function giveText(
  { services, readings, pictures }: Viewing,
  actor: Actor,
  fileId: string,
  wanted: { page: number; version?: number | undefined },
): Promise<FileText> {
  const given = await giveBytes(services, readings, actor, fileId, {
    bytes: "text",
    part: `text ${wanted.page}`,
    version: wanted.version,
  });
  const pageCount = given.file.page_count ?? 0;
  if (wanted.page > pageCount) throw notFound();
  if (given.source.role !== "clean-pdf") return { page: wanted.page, pageCount, lines: [] };
  const key = `${actor.tenantId} ${given.source.name}`;
  const pages = await pictures.withFile(key, given, (pdf) => services.sanitiser.pageWords(pdf));
  const page = pages.find((each) => each.page === wanted.page);
  return { page: wanted.page, pageCount, lines: page ? linesOf(page) : [] };
}

/** Words that follow each other at one height are a line. */
function linesOf({ words }: PageWords): string[] {
  const lines: { text: string; middle: number }[] = [];
  for (const { text, top, bottom } of words) {
    const last = lines.at(-1);
    if (last && top < last.middle && last.middle < bottom) last.text += ` ${text}`;
    else lines.push({ text, middle: (top + bottom) / 2 });
  }
  return lines.map((line) => line.text);
}
