import { onceByKey, scopeOf } from "#core/db/index.ts";
import { type RequestStream, readForm } from "#core/http/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { type KnownFile, UploadFields } from "../contract.ts";
import { fileLimits } from "../limits/contract.ts";
import { describeFiles, findFile } from "../queries/find-files.ts";
import type { FileServices } from "../services.ts";
import { keepBlob } from "./keep-blob.ts";
import { checkOffer, checkShare, type Offer, receiveFile } from "./receive-file.ts";

/** What fields and length say together. */
export function offerOf(fields: UploadFields, name: string, length: number): Offer {
  return {
    roomId: fields.roomId,
    folderId: fields.folderId ?? null,
    fileId: fields.fileId ?? null,
    isForLibrary: fields.purpose === "library",
    name: fields.name ?? name,
    classification: fields.classification ?? null,
    length,
  };
}

export function parseFields(given: unknown): UploadFields {
  const result = UploadFields.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AppError("invalid-request", {
    where: ["body", ...(issue?.path ?? [])].join("."),
    reason: issue?.message ?? "",
  });
}

/** A whole file in one request. The same key again is the same file; the bytes go to the disk as they come. */
export async function uploadFile(
  services: FileServices,
  actor: Actor,
  stream: RequestStream | undefined,
  key: string,
): Promise<{ status: number; body: KnownFile }> {
  if (!stream) throw new AppError("unsupported-media-type");
  const { tenantId } = actor;
  const { database, clock, store } = services;
  const form = await readForm(stream, { fileBytes: fileLimits.formBytes, fieldBytes: 4096, fields: 10 });
  try {
    const fields = parseFields(form.fields);
    const offer = offerOf(fields, form.file.name, 0);
    // Before a byte of it is kept; and again with everything else when it is there.
    await database.transaction(scopeOf(tenantId), async (tx) => {
      await checkOffer(tx, services, actor, offer);
      await checkShare(tx, actor, 0, clock.now());
    });
    const arrived = await store.receive(tenantId, form.file.bytes);
    if (form.file.isCut()) {
      await store.drop(arrived);
      throw new AppError("file-too-large", { limit: `${fileLimits.formBytes / 1024 ** 2} MB` });
    }
    const blob = await keepBlob(services, tenantId, arrived);
    return await database.transaction(scopeOf(tenantId), async (tx) => {
      const call = {
        tenantId,
        accountId: actor.personId,
        key,
        route: "files.upload-file",
        request: { fields, name: offer.name, blob: blob.name },
        at: clock.now(),
      };
      return onceByKey(tx, call, async () => {
        await checkShare(tx, actor, blob.length, clock.now());
        const id = await receiveFile(tx, services, actor, { ...offer, length: blob.length }, blob);
        const row = (await findFile(tx, tenantId, id))!;
        const table = await services.tables.tableOf(tenantId, tx);
        const [known] = await describeFiles(tx, { rooms: services.rooms, table }, actor, [row]);
        return { status: 201, body: known! };
      });
    });
  } finally {
    form.file.bytes.resume();
  }
}
