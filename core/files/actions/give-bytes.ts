import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Decision } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { classOf, decideGiveBytes, decideSeeFile, type FileBytes, type FileFacts } from "../policy.ts";
import { type FileRow, factsOf, findFile } from "../queries/find-files.ts";
import { mayReadAsText } from "../queries/text-readers.ts";
import { readRange } from "../read-range.ts";
import type { Readings } from "../readings.ts";
import type { FileServices } from "../services.ts";
import type { Blob } from "../storage/index.ts";
import { type CarryOutUse, countCarryOut, findUsableCarryOut } from "./count-carry-out.ts";
import { carryOutChanged } from "./tell-carry-out.ts";

/** What of a file is wanted. `part` says it in the record: `content`, `page 3`, `thumbnail`, `search`. */
export type Wanted = {
  readonly bytes: FileBytes;
  readonly part: string;
  readonly version?: number;
  /** An approved request by which the contents are asked for. */
  readonly carryOut?: string;
  /** The Range header: what goes on after a break was counted when it began. */
  readonly range?: string | undefined;
  /** Of several things that were made of it, the PDF. */
  readonly asPdf?: boolean;
};

/** What is given out: the original or something that was made of it. */
export type Source = Blob & { readonly role: string; readonly mime: string; readonly extension: string };
export type Given = {
  readonly file: FileRow;
  readonly source: Source;
  /** Names this reading, for page images. */
  readonly mark: Buffer;
  /** Contents, or a range of them (end exclusive). */
  read(range?: { start: number; end: number }): AsyncIterable<Buffer>;
};

const listProducts = statement<{
  role: string;
  blob_name: string;
  length: number;
  mime: string;
  extension: string;
}>(
  "files.list-products",
  `select role, blob_name, length, mime, extension from file_product
    where tenant_id = $1 and file_id = $2 and number = $3 order by place`,
);

/**
 * The one way out of the store: contents, pages, thumbnails, search and text of every file pass here, for every screen and
 * every program. It asks the policy (membership, state, the crossing table for the zone in which the actor is now), writes
 * the reading into the record and hands out what may be read; nothing else reads the store for a request.
 *
 * @throws AppError `not-found`, or `forbidden` with the rule and whom to ask
 */
export async function giveBytes(
  services: FileServices,
  readings: Readings,
  actor: Actor,
  fileId: string,
  wanted: Wanted,
): Promise<Given> {
  if (!isId(fileId)) throw notFound();
  const now = services.clock.now();
  const { tenantId } = actor;
  const { begun } = readings;
  const { given, kept } = await services.database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await findFile(tx, tenantId, fileId, wanted.version ?? null);
    if (!file) throw notFound();
    const rooms = await services.rooms.list(tx, tenantId, actor.personId, [file.room_id]);
    const table = await services.tables.tableOf(tenantId, tx);
    const facts = factsOf(file, rooms.get(file.room_id));
    const carryOut = await carryOutOf(tx, actor, file, {
      wanted,
      seen: decideSeeFile(table, actor, facts),
      facts,
      now,
    });
    const rule = assertAllowed(
      actor,
      decideGiveBytes(table, actor, facts, wanted.bytes, {
        carryOut: carryOut !== undefined,
        text: wanted.bytes === "text" && (await mayReadAsText(tx, actor)),
      }),
    );
    const source = await chooseSource(tx, tenantId, file, wanted);
    const download = carryOut && downloadOf(actor, carryOut, source, wanted.range);
    const goesOn =
      download !== undefined && download.start > 0 && begun.goOn(download.key, download.length, now);
    const reading = readings.open(actor, file, `${wanted.part} ${source.role}`, now);
    const { mark } = reading;
    // Each download by request is an entry; otherwise each part of a reading is one.
    if (carryOut ? !goesOn : reading.isNew) {
      if (carryOut) await countCarryOut(tx, actor, carryOut);
      await recordAudit(tx, actor, now, {
        action: carryOut ? "file.carried-out" : actions[wanted.bytes],
        subjectId: file.id,
        rule,
        facts: {
          room: file.room_id,
          version: file.number,
          part: wanted.part,
          as: source.role,
          mark: mark.toString("hex"),
          ...(carryOut && { carryOut: carryOut.id }),
        },
      });
      if (carryOut) await publish(tx, now, carryOutChanged([actor.personId], now));
    }
    return {
      kept: () => {
        reading.keep();
        if (download && !goesOn) begun.begin(download.key, source.length, now);
      },
      given: {
        file,
        source,
        mark,
        read: (range?: { start: number; end: number }) => {
          const bytes = services.store.read(tenantId, source, range);
          return download && goesOn
            ? counted(bytes, (sent) => begun.giveBack(download.key, download.length - sent))
            : bytes;
        },
      },
    };
  });
  // Only what the record has counts as read and as begun.
  kept();
  return given;
}

/** The request by which contents are asked for. What somebody may not know of any more is not found, with a request as without. */
async function carryOutOf(
  tx: Transaction,
  actor: Actor,
  file: FileRow,
  { wanted, seen, facts, now }: { wanted: Wanted; seen: Decision; facts: FileFacts; now: Date },
): Promise<CarryOutUse | undefined> {
  if (wanted.bytes !== "content" || wanted.carryOut === undefined) return undefined;
  assertAllowed(actor, seen);
  return findUsableCarryOut(tx, actor, file, { id: wanted.carryOut, classification: classOf(facts), now });
}

/** A download by request: whose it is, and which bytes are asked for now. */
function downloadOf(
  actor: Actor,
  { id }: CarryOutUse,
  source: Source,
  range: string | undefined,
): { key: string; start: number; length: number } {
  const asked = readRange(range, source.length);
  const { start, end } = typeof asked === "object" ? asked : { start: 0, end: source.length };
  return { key: `${actor.sessionId} ${id}`, start, length: end - start };
}

async function* counted(bytes: AsyncIterable<Buffer>, onEnd: (sent: number) => void): AsyncGenerator<Buffer> {
  let sent = 0;
  try {
    for await (const part of bytes) {
      sent += part.length;
      yield part;
    }
  } finally {
    onEnd(sent);
  }
}

const actions: Record<FileBytes, string> = {
  content: "file.downloaded",
  pages: "file.page-read",
  text: "file.text-read",
};

/** Originals are given out only of what comes from LGWAN; of everything else what the sanitiser made of it. */
async function chooseSource(
  tx: Transaction,
  tenantId: string,
  file: FileRow,
  wanted: Wanted,
): Promise<Source> {
  const products = (await tx.all(listProducts, [tenantId, file.id, file.number])).map(
    ({ role, blob_name: name, length, mime, extension }): Source => ({ role, name, length, mime, extension }),
  );
  const first = (...roles: string[]) =>
    roles.flatMap((role) => products.filter((product) => product.role === role)).at(0);
  const isPdf = wanted.bytes !== "content" || wanted.asPdf === true;
  const paged = isPdf ? first("clean-pdf", ...(wanted.bytes === "content" ? [] : ["image"])) : undefined;
  if (paged) return paged;
  if (isPdf) throw notFound();
  if (file.origin === "lgwan")
    return {
      role: "original",
      name: file.blob_name,
      length: file.length,
      mime: file.mime ?? "application/octet-stream",
      extension: "",
    };
  const best = first("macro-free", "image", "archive", "text", "clean-pdf");
  if (!best) throw notFound();
  return best;
}
