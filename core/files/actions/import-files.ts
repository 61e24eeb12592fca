import { Readable } from "node:stream";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import type { Zone } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { FileFamily } from "../contract.ts";
import { fileRules } from "../policy.ts";
import type { FileServices } from "../services.ts";
import { keepBlob } from "./keep-blob.ts";
import { tellFile } from "./tell-file.ts";

/** A file that the program itself has made, with the picture of its one page. */
export type ImportedFile = {
  readonly roomId: string;
  readonly name: string;
  readonly uploadedBy: string;
  readonly at: Date;
  readonly origin: Zone;
  /** The message with which it came; null: it was put into the library. */
  readonly messageSeq: number | null;
  readonly type: { family: FileFamily; mime: string; extension: string };
  readonly contents: Uint8Array;
  /** PNG or, where it is a photo, JPEG; null for what has no pages. */
  readonly page: Uint8Array | null;
};

const insertFile = statement<never>(
  "files.import-file",
  `insert into file (tenant_id, id, room_id, name, search_key, uploaded_by, created_at, shared_at, message_seq, version,
                     revision, changed_at)
   values ($1, $2, $3, $4, $5, $6, $7, $7, $8, 1, 1, $7)`,
);
const insertVersion = statement<never>(
  "files.import-version",
  `insert into file_version (tenant_id, file_id, number, blob_name, length, origin, uploaded_by, uploaded_at, state, mime,
                             extension, family, removed, pages, page_count, worked_at)
   values ($1, $2, 1, $3, $4, $5, $6, $7, 'released', $8, $9, $10, '{}', $11, $12, $7)`,
);
const insertPage = statement<never>(
  "files.import-page",
  `insert into file_product (tenant_id, file_id, number, place, role, blob_name, length, mime, extension)
   values ($1, $2, 1, 0, 'image', $3, $4, $5, $6)`,
);

/** Puts files that nobody brought into rooms, inspected as it were: for the demo alone, whose contents are the program's own. */
export async function importFiles(
  services: FileServices,
  tenantId: string,
  files: readonly ImportedFile[],
): Promise<void> {
  const { database, store, clock } = services;
  const keep = async (bytes: Uint8Array) =>
    keepBlob(services, tenantId, await store.receive(tenantId, Readable.from([bytes])));
  for (const file of files) {
    const blob = await keep(file.contents);
    const page = file.page && (await keep(file.page));
    const id = newId(file.at.getTime());
    const { family, mime, extension } = file.type;
    await database.transaction(scopeOf(tenantId), async (tx) => {
      const values = [tenantId, id, file.roomId, file.name, searchKey(file.name), file.uploadedBy, file.at];
      await tx.run(insertFile, [...values, file.messageSeq]);
      await tx.run(insertVersion, [
        tenantId,
        id,
        blob.name,
        blob.length,
        file.origin,
        file.uploadedBy,
        file.at,
        mime,
        extension,
        family,
        page ? "ready" : "impossible",
        page ? 1 : null,
      ]);
      const picture = family === "image" ? [mime, extension] : ["image/png", "png"];
      if (page) await tx.run(insertPage, [tenantId, id, page.name, page.length, ...picture]);
      const now = clock.now();
      await recordAudit(tx, { tenantId, system: "demo" }, now, {
        action: "file.uploaded",
        subjectId: id,
        rule: fileRules.memberUploads,
        facts: { room: file.roomId, version: 1, bytes: blob.length, isForLibrary: file.messageSeq === null },
      });
      await tellFile(tx, now, {
        id,
        roomId: file.roomId,
        revision: 1,
        uploadedBy: file.uploadedBy,
        isShared: true,
      });
    });
  }
}
