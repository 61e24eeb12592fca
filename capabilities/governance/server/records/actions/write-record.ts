import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  listRecordRooms,
  listRoomNames,
  unsafeDescribeForRecord,
  unsafeListForRecord,
} from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { decideCrossing } from "#core/crossing/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { type FileServices, keepBlob, unsafeListReleased } from "#core/files/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { defineTask, type Task, taskName } from "#core/jobs/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { ZipWriter } from "#core/sanitise/index.ts";
import { cleanFileName, withExtension } from "#shared/file-name.ts";
import { formatMoment } from "#shared/time.ts";
import type { RecordedFile, RecordedMessage, RecordOfRoom } from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import { aboutRecord } from "../about-record.ts";
import { type PrintedMessage, writeFlatText } from "../flat-text.ts";
import { recordsRules } from "../policy.ts";

export type RecordServices = FileServices;
export const writeRecordOf = taskName("governance.write-record", z.object({ exportId: z.uuid() }));

/** Messages that are read at once, and that one PDF holds. */
const page = 500;
const messagesOfPdf = 1500;
const filesAtOnce = 100;
/** The archive lies in the store for so long: what nothing refers to is swept a day later. */
const hours = 24;
/** In case it cannot be written: said to the offices after so many tries. */
const tries = 5;

type Row = {
  id: string;
  room_id: string;
  reason: string;
  state: string;
  asked_by: string;
  decided_by: string | null;
};
const findRunning = statement<Row>(
  "governance.find-record-to-write",
  `select id, room_id, reason, state, asked_by, decided_by from record_export
    where tenant_id = $1 and id = $2 and state = 'running'`,
);
const noteProgress = statement<never>(
  "governance.note-record-progress",
  "update record_export set up_to_seq = $3, written_seq = $4 where tenant_id = $1 and id = $2",
);
const finish = statement<never>(
  "governance.finish-record",
  `update record_export set state = 'done', blob_name = $3, length = $4, digest = $5, finished_at = $6, expires_at = $7
    where tenant_id = $1 and id = $2`,
);
const giveUp = statement<never>(
  "governance.give-record-up",
  "update record_export set state = 'failed', finished_at = $3 where tenant_id = $1 and id = $2",
);
const findMunicipality = statement<{ name: string }>(
  "governance.find-municipality-of-record",
  "select name from tenant where id = $1",
);

/** Writes an archive behind the second person's consent; a process that dies begins anew. */
export function recordTask(services: RecordServices): Task {
  return defineTask(writeRecordOf, async ({ exportId }, { tenantId, attempt }) => {
    try {
      await writeRecord(services, tenantId, exportId);
    } catch (error) {
      if (attempt >= tries) await fail(services, tenantId, exportId);
      throw error;
    }
  });
}

export async function writeRecord(
  services: RecordServices,
  tenantId: string,
  exportId: string,
): Promise<void> {
  const { database, clock, store, workFolder } = services;
  const scope = scopeOf(tenantId);
  const row = await database.transaction(scope, (tx) => tx.first(findRunning, [tenantId, exportId]));
  if (!row) return;
  const folder = join(workFolder, `record-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const path = join(folder, "record.zip");
    await ZipWriter.write(path, (zip) => fill(services, tenantId, row, new Archive(zip), folder));
    const digest = createHash("sha256");
    for await (const bytes of createReadStream(path)) digest.update(bytes as Buffer);
    const blob = await keepBlob(services, tenantId, await store.receive(tenantId, createReadStream(path)));
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + hours * 3_600_000);
    const sum = digest.digest();
    await database.transaction(scope, async (tx) => {
      await tx.run(finish, [tenantId, exportId, blob.name, blob.length, sum, now, expiresAt]);
      await recordAudit(tx, { tenantId, system: "records" }, now, {
        action: "record-export.written",
        subjectId: row.room_id,
        rule: recordsRules.auditConsents,
        facts: { export: exportId, bytes: blob.length, digest: sum.toString("hex") },
      });
      await publish(tx, now, await tellOffice(tx, tenantId, now, "records", "audit"));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fail({ database, clock }: RecordServices, tenantId: string, exportId: string): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(giveUp, [tenantId, exportId, clock.now()]);
    await publish(tx, clock.now(), await tellOffice(tx, tenantId, clock.now(), "records"));
  });
}

/** A ZIP that remembers the digest of everything that is put into it. */
class Archive {
  readonly #zip: ZipWriter;
  readonly #digests: string[] = [];

  constructor(zip: ZipWriter) {
    this.#zip = zip;
  }

  async addText(name: string, words: string): Promise<void> {
    const bytes = Buffer.from(words);
    this.#digests.push(`${createHash("sha256").update(bytes).digest("hex")}  ${name}`);
    await this.#zip.addBytes(name, bytes);
  }

  async addFile(name: string, path: string): Promise<void> {
    const digest = createHash("sha256");
    for await (const bytes of createReadStream(path)) digest.update(bytes as Buffer);
    this.#digests.push(`${digest.digest("hex")}  ${name}`);
    await this.#zip.addFile(name, path);
  }

  async end(): Promise<void> {
    await this.#zip.addBytes("digests.txt", Buffer.from(`${this.#digests.join("\n")}\n`));
  }
}

async function fill(
  services: RecordServices,
  tenantId: string,
  row: Row,
  archive: Archive,
  folder: string,
): Promise<void> {
  const { database, clock } = services;
  const about = await database.transaction(scopeOf(tenantId), (tx) =>
    describe(tx, tenantId, row, clock.now()),
  );
  await archive.addText("はじめに.txt", aboutRecord);
  await archive.addText("room.json", `${JSON.stringify(about, null, 2)}\n`);
  await writeMessages(services, tenantId, row, about, archive, folder);
  await writeFiles(services, tenantId, row, about, archive, folder);
  await archive.end();
}

async function describe(tx: Transaction, tenantId: string, row: Row, now: Date): Promise<RecordOfRoom> {
  const room = (await listRecordRooms(tx, tenantId)).find(({ id }) => id === row.room_id)!;
  const { members, lastSeq } = await unsafeDescribeForRecord(tx, tenantId, row.room_id);
  const names = await listRoomNames(tx, tenantId, [row.room_id]);
  const people = await listPersonSummaries(tx, tenantId, [
    ...members.map(({ personId }) => personId),
    row.asked_by,
    row.decided_by!,
  ]);
  const name = (id: string) => people.get(id)?.name ?? id;
  return {
    format: "chonai-record-1",
    municipality: (await tx.first(findMunicipality, [tenantId]))!.name,
    room: {
      id: room.id,
      name: names.get(room.id) ?? room.id,
      kind: room.kind,
      classification: room.classification,
      archivedAt: room.archivedAt?.toISOString() ?? null,
    },
    members: members.map(({ personId, role, joinedAt }) => ({
      id: personId,
      name: name(personId),
      section: people.get(personId)?.sectionName ?? null,
      role,
      joinedAt: joinedAt.toISOString(),
    })),
    messages: lastSeq,
    export: {
      id: row.id,
      askedBy: name(row.asked_by),
      consentedBy: name(row.decided_by!),
      reason: row.reason,
      at: now.toISOString(),
    },
  };
}

/** Page by page into a file of lines, and each 1,500 messages as a PDF: memory holds no more of the room. */
async function writeMessages(
  services: RecordServices,
  tenantId: string,
  row: Row,
  about: RecordOfRoom,
  archive: Archive,
  folder: string,
): Promise<void> {
  const { database, sanitiser } = services;
  const lines = join(folder, "messages.jsonl");
  await writeFile(lines, "");
  let printed: PrintedMessage[] = [];
  let parts = 0;
  const print = async () => {
    if (printed.length === 0 && parts > 0) return;
    const head = [
      `ルーム「${about.room.name}」の記録`,
      `${about.municipality}　書き出し：${formatMoment(about.export.at)}　${about.export.askedBy}（同意：${about.export.consentedBy}）`,
      `理由：${about.export.reason}`,
    ];
    const source = join(folder, "part.fodt");
    await writeFile(source, writeFlatText(head, printed));
    const pdf = await sanitiser.archivePdf(source, folder);
    await archive.addFile(`pdf/${String(++parts).padStart(4, "0")}.pdf`, pdf);
    await rm(pdf, { force: true });
    printed = [];
  };
  for (let after = 0; ; ) {
    const messages = await database.transaction(scopeOf(tenantId), (tx) =>
      readPage(tx, tenantId, row, { after, upTo: about.messages }),
    );
    const last = messages.at(-1);
    if (!last) break;
    after = last.seq;
    await appendFile(lines, messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
    printed.push(...messages.map(toPrinted));
    if (printed.length >= messagesOfPdf) await print();
    await database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(noteProgress, [tenantId, row.id, about.messages, after]),
    );
  }
  await print();
  await archive.addFile("messages.jsonl", lines);
}

async function readPage(
  tx: Transaction,
  tenantId: string,
  row: Row,
  range: { after: number; upTo: number },
): Promise<RecordedMessage[]> {
  const rows = await unsafeListForRecord(tx, tenantId, row.room_id, { ...range, limit: page });
  const ids = rows.flatMap((each) =>
    [each.senderId, each.operatorId, each.deletedBy].filter((id) => id !== null),
  );
  const people = await listPersonSummaries(tx, tenantId, [...new Set(ids)]);
  const name = (id: string) => people.get(id)?.name ?? id;
  return rows.map((each) => ({
    seq: each.seq,
    id: each.id,
    sentAt: each.sentAt.toISOString(),
    sender: {
      id: each.senderId,
      name: name(each.senderId),
      section: people.get(each.senderId)?.sectionName ?? null,
    },
    operator: each.operatorId ? name(each.operatorId) : null,
    body: each.deletedAt ? null : each.body,
    replyTo: each.replyTo,
    threadSeq: each.threadSeq,
    editedAt: each.editedAt?.toISOString() ?? null,
    earlierTexts: each.deletedAt ? [] : each.versions,
    deletion: each.deletedAt
      ? { at: each.deletedAt.toISOString(), by: name(each.deletedBy!), reason: each.deleteReason }
      : null,
  }));
}

function toPrinted(message: RecordedMessage): PrintedMessage {
  const { sender, operator, replyTo, earlierTexts, deletion } = message;
  const section = sender.section ? `（${sender.section}）` : "";
  return {
    seq: message.seq,
    sentAt: new Date(message.sentAt),
    by: `${sender.name}${section}${operator ? `　操作：${operator}` : ""}`,
    body: message.body,
    notes: [
      ...(replyTo === null ? [] : [`${replyTo} への返信`]),
      ...earlierTexts.map(({ version, body }) => `書き直す前（第 ${version} 版）：${body}`),
      ...(deletion ? [`${deletion.by}　${formatMoment(deletion.at)}　${deletion.reason ?? ""}`] : []),
    ],
  };
}

/** Each file as it would be given out on the LGWAN side; one that the table refuses or that is not released stays out. */
async function writeFiles(
  services: RecordServices,
  tenantId: string,
  row: Row,
  about: RecordOfRoom,
  archive: Archive,
  folder: string,
): Promise<void> {
  const { database, store, tables } = services;
  const lines: string[] = [];
  let after = "00000000-0000-0000-0000-000000000000";
  for (let number = 0; ; ) {
    const { files, people, table } = await database.transaction(scopeOf(tenantId), async (tx) => {
      const found = await unsafeListReleased(tx, tenantId, row.room_id, { after, limit: filesAtOnce });
      return {
        files: found,
        people: await listPersonSummaries(tx, tenantId, [
          ...new Set(found.map(({ uploadedBy }) => uploadedBy)),
        ]),
        table: await tables.tableOf(tenantId, tx),
      };
    });
    const last = files.at(-1);
    if (!last) break;
    after = last.id;
    for (const file of files) {
      number++;
      const classification = (file.classification ?? about.room.classification) as "2";
      const decision = decideCrossing(table, {
        deed: "download",
        zone: "lgwan",
        kind: "staff",
        offices: ["records"],
        classification,
        origin: file.origin as "lgwan",
      });
      const refusal =
        decision.kind === "deny" ? decision.because.ja : file.blobName === null ? "公開されていません" : null;
      const name = file.role === "original" ? file.name : withExtension(file.name, file.extension ?? "");
      const path =
        refusal === null ? `files/${String(number).padStart(5, "0")}_${cleanFileName(name)}` : null;
      if (path !== null) {
        const copy = join(folder, "file");
        await writeFile(copy, store.read(tenantId, { name: file.blobName!, length: file.length! }));
        await archive.addFile(path, copy);
        await rm(copy, { force: true });
      }
      const entry: RecordedFile = {
        id: file.id,
        name: file.name,
        messageSeq: file.messageSeq,
        classification,
        uploadedBy: people.get(file.uploadedBy)?.name ?? file.uploadedBy,
        uploadedAt: file.uploadedAt.toISOString(),
        origin: file.origin,
        path,
        form: path === null ? null : file.role,
        leftOutBecause: refusal,
      };
      lines.push(`${JSON.stringify(entry)}\n`);
    }
  }
  await archive.addText("files.jsonl", lines.join(""));
}
