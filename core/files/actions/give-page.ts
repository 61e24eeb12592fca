import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { zoneWords } from "#shared/zone-words.ts";
import type { PagePictures } from "../page-pictures.ts";
import type { Readings } from "../readings.ts";
import type { FileServices } from "../services.ts";
import { type Given, giveBytes } from "./give-bytes.ts";

export type Viewing = {
  readonly services: FileServices;
  readonly readings: Readings;
  readonly pictures: PagePictures;
};

/** Short, since it stands on every page many times. */
const shortNames: Record<string, string> = { lgwan: "LGWAN", internet: "インターネット", public: "公開" };

/**
 * A page as a picture. Outside LGWAN it bears who looks, when and where, for all to see, and the reading's mark, which a screenshot
 * keeps; it is made for this request alone.
 *
 * @returns PNG
 */
export async function givePage(
  { services, readings, pictures }: Viewing,
  actor: Actor,
  fileId: string,
  wanted: { page: number; width: number; version?: number },
): Promise<Buffer> {
  const given = await giveBytes(services, readings, actor, fileId, {
    bytes: "pages",
    part: `page ${wanted.page}`,
    version: wanted.version,
  });
  if (wanted.page > (given.file.page_count ?? 0)) throw notFound();
  const picture = await draw(services, pictures, given, actor.tenantId, wanted.page, wanted.width);
  return markFor(services, actor, given, picture);
}

/** A small picture of the first page, for messages and lists. */
export async function giveThumbnail(
  { services, readings, pictures }: Viewing,
  actor: Actor,
  fileId: string,
  version: number | undefined,
): Promise<Buffer> {
  const given = await giveBytes(services, readings, actor, fileId, {
    bytes: "pages",
    part: "thumbnail",
    version,
  });
  const picture = await draw(services, pictures, given, actor.tenantId, 1, 480);
  return markFor(services, actor, given, picture);
}

function draw(
  services: FileServices,
  pictures: PagePictures,
  given: Given,
  tenantId: string,
  page: number,
  width: number,
): Promise<Buffer> {
  const key = `${tenantId} ${given.source.name}`;
  return pictures.draw(key, page, width, async () => {
    if (given.source.role === "clean-pdf")
      return pictures.withFile(key, given, (pdf) => services.sanitiser.renderPage(pdf, page, width));
    const bytes = await buffer(given.read());
    return sharp(bytes, { limitInputPixels: 100_000_000 })
      .rotate()
      .resize({ width, withoutEnlargement: true })
      .png()
      .toBuffer();
  });
}

const findReader = statement<{ name: string; login_id: string }>(
  "files.find-reader",
  `select p.name, a.login_id from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.id = $2`,
);

async function markFor(
  { database, sanitiser, clock }: FileServices,
  actor: Actor,
  given: Given,
  picture: Buffer,
): Promise<Buffer> {
  if (actor.zone === "lgwan") return picture;
  const [reader, operator] = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    Promise.all([
      tx.first(findReader, [actor.tenantId, actor.personId]),
      actor.operatorId ? tx.first(findReader, [actor.tenantId, actor.operatorId]) : undefined,
    ]),
  );
  const when = clock.now().toLocaleString("ja-JP", {
    timeZone: "Asia/Tokyo",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const who = [reader?.name, operator?.name].filter(Boolean).join("／");
  return sanitiser.mark(picture, {
    visible: [
      `${who} ${reader?.login_id ?? ""}`,
      `${when} ${shortNames[actor.zone] ?? zoneWords(actor.zone).ja}`,
    ],
    invisible: given.mark,
  });
}
