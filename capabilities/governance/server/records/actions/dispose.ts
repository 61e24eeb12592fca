import { createHash } from "node:crypto";
import { disposeDrafts, disposeMessages, disposeReadPositions } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import {
  disposeFilesOfLibrary,
  disposeFilesOfMessages,
  type FileServices,
  removeContents,
} from "#core/files/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { defineTask, type Task } from "#core/jobs/index.ts";
import { publish } from "#core/realtime/publish.ts";
import type { DisposalCertificate } from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import {
  type DisposalRow,
  getDisposalItem,
  type ItemRow,
  listDisposalItems,
  lockDisposal,
  nameOfRoom,
} from "../disposal-rows.ts";
import { listHeldRecords } from "../held-records.ts";
import { recordsRules } from "../policy.ts";
import { disposeOfRecords } from "./dispose-task.ts";

export type DisposalServices = Pick<FileServices, "database" | "clock" | "store">;

/** Messages, and files of a library, that go in one transaction: some tens of milliseconds. */
const atOnce = 200;
const filesAtOnce = 50;

const noteBatch = statement<never>(
  "governance.note-disposed",
  `update disposal_item set after_seq = $4, gone_messages = gone_messages + $5, gone_versions = gone_versions + $6,
          gone_files = gone_files + $7, gone_bytes = gone_bytes + $8, digest = $9
    where tenant_id = $1 and disposal_id = $2 and room_id = $3`,
);
const noteHeld = statement<never>(
  "governance.note-item-held",
  "update disposal_item set is_held = true, done_at = $4 where tenant_id = $1 and disposal_id = $2 and room_id = $3",
);
const noteDone = statement<never>(
  "governance.note-item-done",
  "update disposal_item set done_at = $4 where tenant_id = $1 and disposal_id = $2 and room_id = $3",
);
const findMunicipality = statement<{ name: string }>(
  "governance.find-name-of-municipality",
  "select name from tenant where id = $1",
);
const finish = statement<never>(
  "governance.finish-disposal",
  `update disposal set state = 'done', finished_at = $3, certificate = $4, digest = $5
    where tenant_id = $1 and id = $2`,
);

/** What is left to do behind the second person's consent. It may be stopped anywhere and goes on where it was. */
export function disposalTask(services: DisposalServices): Task {
  return defineTask(disposeOfRecords, ({ disposalId }, { tenantId }) =>
    dispose(services, tenantId, disposalId),
  );
}

export async function dispose(
  services: DisposalServices,
  tenantId: string,
  disposalId: string,
): Promise<void> {
  const { database } = services;
  const items = await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await lockDisposal(tx, tenantId, disposalId);
    return row?.state === "running" ? listDisposalItems(tx, tenantId, disposalId) : [];
  });
  const due = items.filter((item) => !item.is_held && item.excluded_by === null && item.done_at === null);
  for (const { room_id } of due) while (await takeBatch(services, tenantId, disposalId, room_id));
  if (items.length > 0) await certify(services, tenantId, disposalId);
}

/** Returns whether there may be more of this room. Whether it is under hold is asked each time, and nobody places one meanwhile. */
async function takeBatch(
  services: DisposalServices,
  tenantId: string,
  disposalId: string,
  roomId: string,
): Promise<boolean> {
  const { database, clock } = services;
  const now = clock.now();
  const { more, blobs } = await database.transaction(scopeOf(tenantId), async (tx) => {
    const held = await listHeldRecords(tx, tenantId);
    const disposal = (await lockDisposal(tx, tenantId, disposalId))!;
    const item = await getDisposalItem(tx, tenantId, disposalId, roomId);
    if (item.done_at !== null) return { more: false, blobs: [] };
    const key = [tenantId, disposalId, roomId];
    if (held.roomIds.includes(roomId)) {
      await tx.run(noteHeld, [...key, now]);
      await note(tx, tenantId, now, "disposal.room-held", item, disposalId);
      return { more: false, blobs: [] };
    }
    const due = { roomId, before: item.before, heldPeople: held.personIds };
    const byId = disposal.approved_by!;
    const taken = await disposeMessages(tx, tenantId, now, {
      ...due,
      afterSeq: item.after_seq,
      limit: atOnce,
      byId,
    });
    const seqs = taken.messages.map(({ seq }) => seq);
    const files =
      seqs.length > 0
        ? await disposeFilesOfMessages(tx, tenantId, { ...due, seqs })
        : await disposeFilesOfLibrary(tx, tenantId, { ...due, limit: filesAtOnce });
    const isDone = seqs.length === 0 && files.ids.length < filesAtOnce;
    const afterSeq = seqs.at(-1) ?? item.after_seq;
    if (seqs.length + files.ids.length > 0)
      await tx.run(noteBatch, [
        ...key,
        afterSeq,
        seqs.length,
        taken.versions,
        files.ids.length,
        files.bytes,
        chainDigest(item.digest, [
          ...taken.messages.map(({ seq, id, sentAt }) => `message ${seq} ${id} ${sentAt.toISOString()}`),
          ...files.ids.map((id) => `file ${id}`),
        ]),
      ]);
    const events = [...taken.events, ...files.events];
    if (isDone) {
      await disposeDrafts(tx, tenantId, due);
      if (afterSeq > 0)
        events.push(...(await disposeReadPositions(tx, tenantId, { roomId, upTo: afterSeq })));
      await tx.run(noteDone, [...key, now]);
      const gone = { ...item, gone_files: item.gone_files + files.ids.length };
      await note(tx, tenantId, now, "disposal.room-done", gone, disposalId);
    }
    await publish(tx, now, events);
    return { more: !isDone, blobs: files.blobs };
  });
  await removeContents(services, tenantId, blobs);
  return more;
}

function note(
  tx: Transaction,
  tenantId: string,
  now: Date,
  action: "disposal.room-held" | "disposal.room-done",
  item: ItemRow,
  disposalId: string,
): Promise<void> {
  return recordAudit(tx, { tenantId, system: "disposal" }, now, {
    action,
    subjectId: item.room_id,
    rule: recordsRules.auditConsents,
    facts: { disposal: disposalId, messages: item.gone_messages, files: item.gone_files },
  });
}

/** Writes the certificate in the transaction that ends the disposal; its digest stands in the audit record. */
async function certify(
  { database, clock }: { database: Database; clock: DisposalServices["clock"] },
  tenantId: string,
  disposalId: string,
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await lockDisposal(tx, tenantId, disposalId);
    if (row?.state !== "running") return;
    const items = await listDisposalItems(tx, tenantId, disposalId);
    const certificate = await writeCertificate(tx, tenantId, row, items, now);
    const text = `${JSON.stringify(certificate, null, 2)}\n`;
    const digest = createHash("sha256").update(text).digest();
    await tx.run(finish, [tenantId, disposalId, now, text, digest]);
    await recordAudit(tx, { tenantId, system: "disposal" }, now, {
      action: "disposal.finished",
      subjectId: disposalId,
      rule: recordsRules.auditConsents,
      facts: {
        messages: items.reduce((sum, { gone_messages }) => sum + gone_messages, 0),
        files: items.reduce((sum, { gone_files }) => sum + gone_files, 0),
        digest: digest.toString("hex"),
      },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "records", "audit"));
  });
}

async function writeCertificate(
  tx: Transaction,
  tenantId: string,
  row: DisposalRow,
  items: readonly ItemRow[],
  now: Date,
): Promise<DisposalCertificate> {
  const people = await listPersonSummaries(tx, tenantId, [row.approved_by!, row.decided_by!]);
  const name = (id: string | null) => people.get(id ?? "")?.name ?? id ?? "";
  const isKept = (item: ItemRow) => item.excluded_by !== null || (item.is_held && item.gone_messages === 0);
  return {
    format: "chonai-disposal-certificate-1",
    municipality: (await tx.first(findMunicipality, [tenantId]))!.name,
    id: row.id,
    source: row.setting.source,
    madeAt: row.made_at.toISOString(),
    approved: {
      by: name(row.approved_by),
      at: row.approved_at!.toISOString(),
      because: row.approved_because!,
    },
    consented: {
      by: name(row.decided_by),
      at: row.decided_at!.toISOString(),
      because: row.decided_because!,
    },
    finishedAt: now.toISOString(),
    rooms: items
      .filter((item) => !isKept(item))
      .map((item) => ({
        id: item.room_id,
        name: nameOfRoom(item),
        rule: item.rule,
        writtenBefore: item.before.toISOString(),
        messages: item.gone_messages,
        earlierTexts: item.gone_versions,
        files: item.gone_files,
        bytes: item.gone_bytes,
        oldest: item.oldest?.toISOString() ?? null,
        newest: item.newest?.toISOString() ?? null,
        digest: item.digest?.toString("hex") ?? null,
      })),
    kept: items.filter(isKept).map((item) => ({
      id: item.room_id,
      name: nameOfRoom(item),
      because: item.excluded_because ?? "法的保全",
    })),
  };
}

/** SHA-256 over the digest before and the lines of a batch: the same list of ids gives the same digest. */
function chainDigest(before: Buffer | null, lines: readonly string[]): Buffer {
  return createHash("sha256")
    .update(before ?? Buffer.alloc(0))
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest();
}
