import {
  countDueMessages,
  listRecordRooms,
  listRoomNames,
  type RecordRoom,
} from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { countDueFiles } from "#core/files/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import type { RetentionRule } from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import { listHeldRecords, rememberHeldRooms } from "../held-records.ts";
import { decideKeepRecords, recordsRules } from "../policy.ts";
import { findRetentionSetting } from "../settings.ts";
import { dueBefore, ruleOf } from "../terms.ts";

const findOpen = statement<{ id: string }>(
  "governance.find-open-disposal",
  "select id from disposal where tenant_id = $1 and state in ('proposed', 'approved', 'running')",
);
const findSince = statement<{ id: string }>(
  "governance.find-disposal-since",
  "select id from disposal where tenant_id = $1 and made_at >= $2 limit 1",
);
const insertDisposal = statement<{ id: string }>(
  "governance.insert-disposal",
  `insert into disposal (tenant_id, id, state, made_at, made_by, setting) values ($1, $2, 'proposed', $3, $4, $5::jsonb)
   on conflict (tenant_id) where state in ('proposed', 'approved', 'running') do nothing returning id`,
);
const insertItem = statement<never>(
  "governance.insert-disposal-item",
  `insert into disposal_item (tenant_id, disposal_id, room_id, room_name, rule, before, messages, files, oldest, newest,
                              is_held)
   values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $11)`,
);

type Due = {
  room: RecordRoom;
  rule: RetentionRule;
  before: Date;
  messages: number;
  files: number;
  oldest: Date | null;
  newest: Date | null;
};

/**
 * Once a day: remembers in which rooms people under hold are, and in a month in which there was none yet makes the list of
 * what is due.
 */
export async function listDueByTheClock(database: Database, tenantId: string, now: Date): Promise<void> {
  const monthBegan = new Date(`${dateInJapan(now).slice(0, 7)}-01T00:00:00+09:00`);
  const isWanted = await database.transaction(scopeOf(tenantId), async (tx) => {
    await rememberHeldRooms(tx, tenantId);
    return !(await tx.first(findOpen, [tenantId])) && !(await tx.first(findSince, [tenantId, monthBegan]));
  });
  if (isWanted) await makeList(database, now, { tenantId, system: "disposal" }, recordsRules.byTheClock);
}

/** The same by hand, at once. Gives its id. */
export async function listDue(database: Database, clock: Clock, actor: Actor): Promise<string> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const open = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.first(findOpen, [actor.tenantId]),
  );
  const made = open ? undefined : await makeList(database, clock.now(), actor, rule);
  if (made) return made;
  throw new AppError("conflict", {
    reason: open
      ? "終わっていない廃棄の一覧があります"
      : "保存期間が満了した記録はありません。法的保全のものは含みません",
    reasonEn: open ? "there is a list that is not finished" : "nothing is due for disposal",
  });
}

/** Gives undefined when nothing is due. Rooms are looked through one by one, so that no statement runs long. */
async function makeList(
  database: Database,
  now: Date,
  by: Actor | { tenantId: string; system: string },
  rule: Rule,
): Promise<string | undefined> {
  const { tenantId } = by;
  const scope = scopeOf(tenantId);
  const start = await database.transaction(scope, async (tx) => {
    const setting = await findRetentionSetting(tx, tenantId, dateInJapan(now));
    return setting && { setting, rooms: await listRecordRooms(tx, tenantId) };
  });
  if (!start) return undefined;
  const found: Due[] = [];
  for (const room of start.rooms) {
    const applied = ruleOf(start.setting.value, room);
    const before = applied && dueBefore(applied, room, now);
    if (!before) continue;
    const due = await database.transaction(scope, async (tx) => {
      const { personIds: heldPeople } = await listHeldRecords(tx, tenantId);
      const where = { roomId: room.id, before, heldPeople };
      return {
        ...(await countDueMessages(tx, tenantId, where)),
        files: await countDueFiles(tx, tenantId, where),
      };
    });
    if (due.messages + due.files > 0) found.push({ room, rule: applied, before, ...due });
  }
  return database.transaction(scope, async (tx) => {
    const { roomIds } = await listHeldRecords(tx, tenantId);
    const held = new Set(roomIds);
    if (found.every(({ room }) => held.has(room.id))) return undefined;
    const id = newId(now.getTime());
    const setting = JSON.stringify({ id: start.setting.id, source: start.setting.source });
    const madeBy = "personId" in by ? by.personId : null;
    if (!(await tx.first(insertDisposal, [tenantId, id, now, madeBy, setting]))) return undefined;
    const names = await listRoomNames(
      tx,
      tenantId,
      found.map(({ room }) => room.id),
    );
    for (const { room, before, messages, files, oldest, newest, ...due } of found)
      await tx.run(insertItem, [
        tenantId,
        id,
        room.id,
        room.kind === "direct" ? null : (names.get(room.id) ?? null),
        JSON.stringify(due.rule),
        before,
        messages,
        files,
        oldest,
        newest,
        held.has(room.id),
      ]);
    await recordAudit(tx, by, now, {
      action: "disposal.listed",
      subjectId: id,
      rule,
      facts: { rooms: found.length, held: found.filter(({ room }) => held.has(room.id)).length },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "records"));
    return id;
  });
}
