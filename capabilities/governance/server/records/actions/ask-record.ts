import { listRecordRooms, listRoomNames, noteInspection } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type CrossingTables, decideCrossing } from "#core/crossing/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { enqueue } from "#core/jobs/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId, newId } from "#shared/ids.ts";
import { formatMoment } from "#shared/time.ts";
import type { AskRecordExport, DecideRecords, RecordExportList } from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import { decideConsentToRecords, decideKeepRecords, decideSeeRecords } from "../policy.ts";
import { writeRecordOf } from "./write-record.ts";

type Row = {
  id: string;
  room_id: string;
  reason: string;
  state: "waiting" | "refused" | "running" | "done" | "failed";
  asked_by: string;
  asked_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  up_to_seq: number | null;
  written_seq: number;
  blob_name: string | null;
  length: number | null;
  digest: Buffer | null;
  expires_at: Date | null;
};
const columns = `id, room_id, reason, state, asked_by, asked_at, decided_by, decided_at, up_to_seq, written_seq, blob_name,
          length, digest, expires_at`;
const insert = statement<never>(
  "governance.insert-record-export",
  `insert into record_export (tenant_id, id, room_id, reason, state, asked_by, asked_at)
   values ($1, $2, $3, $4, 'waiting', $5, $6)`,
);
const listAll = statement<Row>(
  "governance.list-record-exports",
  `select ${columns} from record_export where tenant_id = $1 order by asked_at desc, id desc limit 100`,
);
const lockOne = statement<Row>(
  "governance.lock-record-export",
  `select ${columns} from record_export where tenant_id = $1 and id = $2 for no key update`,
);
const decideOne = statement<never>(
  "governance.decide-record-export",
  `update record_export set state = $3, decided_by = $4, decided_at = $5, decided_because = $6
    where tenant_id = $1 and id = $2`,
);

const askedBy = ({ state, asked_by }: Row) => ({ askedBy: state === "waiting" ? asked_by : null });
const mayFetch = (actor: Actor, row: Row, now: Date) =>
  row.state === "done" && row.expires_at! > now && row.asked_by === actor.personId;

/** Every archive that was asked for, the newest first. */
export async function listRecordExports(
  database: Database,
  clock: Clock,
  actor: Actor,
): Promise<RecordExportList> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listAll, [tenantId]);
    const ids = rows.flatMap(({ asked_by, decided_by }) => (decided_by ? [asked_by, decided_by] : asked_by));
    const [people, rooms] = await Promise.all([
      listPersonSummaries(tx, tenantId, [...new Set(ids)]),
      listRoomNames(
        tx,
        tenantId,
        rows.map(({ room_id }) => room_id),
      ),
    ]);
    return {
      items: rows.map((row) => ({
        id: row.id,
        roomId: row.room_id,
        roomName: rooms.get(row.room_id) ?? row.room_id,
        reason: row.reason,
        state: row.state,
        askedBy: people.get(row.asked_by) ?? null,
        askedAt: row.asked_at.toISOString(),
        decidedBy: row.decided_by ? (people.get(row.decided_by) ?? null) : null,
        decidedAt: row.decided_at?.toISOString() ?? null,
        written: row.written_seq,
        messages: row.up_to_seq ?? 0,
        digest: row.digest?.toString("hex") ?? null,
        length: row.length,
        expiresAt: row.expires_at?.toISOString() ?? null,
        mayDecide: decideConsentToRecords(actor, askedBy(row)).kind === "allow",
        mayFetch: mayFetch(actor, row, now),
      })),
    };
  });
}

/** Asks for the official record of a room that may be read and taken out on the LGWAN side. */
export async function askRecordExport(
  {
    database,
    clock,
    crossing,
  }: { database: Database; clock: Clock; crossing: Pick<CrossingTables, "tableOf"> },
  actor: Actor,
  { roomId, reason }: AskRecordExport,
): Promise<string> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  const id = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const room = (await listRecordRooms(tx, tenantId)).find((each) => each.id === roomId);
    if (!room) throw notFound();
    const table = await crossing.tableOf(tenantId, tx);
    const question = { deed: "read", zone: "lgwan", kind: "staff", origin: null } as const;
    const classification = room.classification as "2";
    assertAllowed(actor, decideCrossing(table, { ...question, offices: [...actor.offices], classification }));
    await tx.run(insert, [tenantId, id, roomId, reason, personId, now]);
    await recordAudit(tx, actor, now, {
      action: "record-export.asked",
      subjectId: roomId,
      rule,
      facts: { export: id, reason },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "audit"));
  });
  return id;
}

/** The second person consents or refuses. With the consent it is written, and the members of the room are told. */
export async function decideRecordExport(
  database: Database,
  clock: Clock,
  actor: Actor,
  exportId: string,
  { consents, reason }: DecideRecords,
): Promise<void> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await getExport(tx, tenantId, exportId);
    const rule = assertAllowed(actor, decideConsentToRecords(actor, askedBy(row)));
    const values = [tenantId, exportId, consents ? "running" : "refused", personId, now, reason];
    await tx.run(decideOne, values);
    if (consents) await enqueue(tx, tenantId, writeRecordOf, { exportId }, { key: exportId, maxAttempts: 5 });
    await recordAudit(tx, actor, now, {
      action: consents ? "record-export.consented" : "record-export.refused",
      subjectId: row.room_id,
      rule,
      facts: { export: exportId, reason },
    });
    const told = { roomIds: [row.room_id], requestedBy: row.asked_by };
    const at = formatMoment(now);
    const lines = consents ? await noteInspection(tx, tenantId, now, { ...told, from: at, to: at }) : [];
    await publish(tx, now, [...lines, ...(await tellOffice(tx, tenantId, now, "records", "audit"))]);
  });
}

/** The archive, for whoever asked for it, for a day. Each fetching is recorded. */
export async function fetchRecord(
  database: Database,
  clock: Clock,
  actor: Actor,
  exportId: string,
): Promise<{ name: string; blob: { name: string; length: number } }> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await getExport(tx, tenantId, exportId);
    if (!mayFetch(actor, row, now))
      throw new AppError("conflict", {
        reason: "この書き出しは、いま受け取れません。もう一度申し出てください",
        reasonEn: "this archive cannot be fetched now; ask for it again",
      });
    const names = await listRoomNames(tx, tenantId, [row.room_id]);
    await recordAudit(tx, actor, now, {
      action: "record-export.fetched",
      subjectId: row.room_id,
      rule,
      facts: { export: exportId },
    });
    return {
      name: `記録_${names.get(row.room_id) ?? ""}_${exportId.slice(0, 8)}.zip`,
      blob: { name: row.blob_name!, length: row.length! },
    };
  });
}

async function getExport(tx: Transaction, tenantId: string, exportId: string): Promise<Row> {
  const row = isId(exportId) ? await tx.first(lockOne, [tenantId, exportId]) : undefined;
  if (!row) throw notFound();
  return row;
}
