import {
  listRoomNames,
  noteInspection,
  unsafeListForInspection,
  unsafeListRoomsOf,
} from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { callTo, listHolders, listPersonSummaries } from "#core/identity/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId, newId } from "#shared/ids.ts";
import { formatMoment } from "#shared/time.ts";
import type {
  DecideInspection,
  InspectedPage,
  Inspection,
  InspectionList,
  InspectionState,
  RequestInspection,
  RoomsToInspect,
} from "../../contract.ts";
import {
  decideAskInspection,
  decideConsentInspection,
  decideReadInspected,
  decideSeeInspections,
  type InspectionFacts,
  inspectionRules,
} from "../inspection-policy.ts";

/** How long a request waits for its second person. */
const waitingDays = 14;
const day = 86_400_000;

type Row = {
  id: string;
  room_ids: string[];
  reason: string;
  days: number;
  later_because: string | null;
  requested_by: string;
  requested_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  decided_because: string | null;
  is_granted: boolean | null;
  expires_at: Date;
  told_at: Date | null;
};

const columns = `id, room_ids, reason, days, later_because, requested_by, requested_at, decided_by, decided_at,
          decided_because, is_granted, expires_at, told_at`;
const insert = statement<never>(
  "governance.insert-inspection",
  `insert into inspection (tenant_id, id, room_ids, reason, days, later_because, requested_by, requested_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const listAll = statement<Row>(
  "governance.list-inspections",
  `select ${columns} from inspection where tenant_id = $1 order by requested_at desc, id desc limit 200`,
);
const lockOne = statement<Row>(
  "governance.lock-inspection",
  `select ${columns} from inspection where tenant_id = $1 and id = $2 for no key update`,
);
const decideOne = statement<never>(
  "governance.decide-inspection",
  `update inspection set is_granted = $3, decided_by = $4, decided_at = $5, decided_because = $6, expires_at = $7,
          told_at = $8 where tenant_id = $1 and id = $2`,
);
const listToTell = statement<Row>(
  "governance.list-inspections-to-tell",
  `select ${columns} from inspection
    where tenant_id = $1 and is_granted and told_at is null and expires_at <= $2 for no key update skip locked`,
);
const markTold = statement<never>(
  "governance.mark-inspection-told",
  "update inspection set told_at = $3 where tenant_id = $1 and id = $2",
);

const factsOf = (row: Row, now: Date): InspectionFacts => ({
  requestedBy: row.requested_by,
  decidedBy: row.decided_by,
  isGranted: row.is_granted,
  isOver: row.expires_at <= now,
});

/** Rooms of a person to ask about. That somebody looked, and whose, is recorded. */
export async function findRoomsToInspect(
  database: Database,
  clock: Clock,
  actor: Actor,
  personId: string,
): Promise<RoomsToInspect> {
  const rule = assertAllowed(actor, decideAskInspection(actor));
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const rooms = await unsafeListRoomsOf(tx, actor.tenantId, personId);
    await recordAudit(tx, actor, clock.now(), {
      action: "inspection.rooms-listed",
      subjectId: personId,
      rule,
      facts: { rooms: rooms.length },
    });
    const names = await listRoomNames(
      tx,
      actor.tenantId,
      rooms.map(({ id }) => id),
    );
    return { items: rooms.map((room) => ({ ...room, name: names.get(room.id) ?? room.id })) };
  });
}

/** Asks to inspect rooms, for a reason and a term that begins with the consent. */
export async function requestInspection(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: RequestInspection,
): Promise<string> {
  const rule = assertAllowed(actor, decideAskInspection(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  const id = newId(now.getTime());
  const roomIds = [...new Set(input.roomIds)];
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if ((await listRoomNames(tx, tenantId, roomIds)).size !== roomIds.length) throw notFound();
    const values = [tenantId, id, roomIds, input.reason, input.days, input.laterBecause, personId, now];
    await tx.run(insert, [...values, new Date(now.getTime() + waitingDays * day)]);
    await recordForRooms(tx, actor, now, "inspection.asked", rule, id, roomIds, {
      reason: input.reason,
      days: input.days,
      laterBecause: input.laterBecause,
    });
    const asked = await listHolders(tx, tenantId, "audit", now, [personId]);
    await publish(tx, now, callTo(asked, "inspections", id, now));
  });
  return id;
}

/** The second person consents or refuses. With the consent the term begins, and the members are told unless later was asked. */
export async function decideInspection(
  database: Database,
  clock: Clock,
  actor: Actor,
  inspectionId: string,
  { consents, reason }: DecideInspection,
): Promise<void> {
  assertAllowed(actor, decideSeeInspections(actor));
  if (!isId(inspectionId)) throw notFound();
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await tx.first(lockOne, [tenantId, inspectionId]);
    if (!row) throw notFound();
    const rule = assertAllowed(actor, decideConsentInspection(actor, factsOf(row, now)));
    const expiresAt = consents ? new Date(now.getTime() + row.days * day) : row.expires_at;
    const isTold = consents && row.later_because === null;
    const values = [consents, personId, now, reason, expiresAt, isTold ? now : null];
    await tx.run(decideOne, [tenantId, inspectionId, ...values]);
    const events = isTold ? await tell(tx, tenantId, now, { ...row, decided_at: now }, expiresAt) : [];
    const action = consents ? "inspection.granted" : "inspection.refused";
    await recordForRooms(tx, actor, now, action, rule, inspectionId, row.room_ids, { reason });
    await publish(tx, now, [...events, ...callTo([row.requested_by], "inspections", inspectionId, now)]);
  });
}

/** A page of one of the rooms, for the two persons of an open inspection. Each page that is read is recorded. */
export async function readInspectedRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  where: { inspectionId: string; roomId: string },
  page: { before: number | undefined; limit: number },
): Promise<InspectedPage> {
  assertAllowed(actor, decideSeeInspections(actor));
  if (!isId(where.inspectionId) || !isId(where.roomId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await tx.first(lockOne, [tenantId, where.inspectionId]);
    if (!row?.room_ids.includes(where.roomId)) throw notFound();
    const rule = assertAllowed(actor, decideReadInspected(actor, factsOf(row, now)));
    const rows = await unsafeListForInspection(tx, tenantId, where.roomId, page);
    const people = await listPersonSummaries(tx, tenantId, [
      ...new Set(
        rows.flatMap(({ senderId, operatorId }) => (operatorId ? [senderId, operatorId] : senderId)),
      ),
    ]);
    await recordAudit(tx, actor, now, {
      action: "inspection.read",
      subjectId: where.roomId,
      rule,
      facts: {
        inspection: where.inspectionId,
        from: rows[0]?.seq ?? null,
        to: rows.at(-1)?.seq ?? null,
      },
    });
    return {
      items: rows.map((message) => ({
        seq: message.seq,
        sentAt: message.sentAt.toISOString(),
        sender: people.get(message.senderId) ?? null,
        operator: message.operatorId ? (people.get(message.operatorId) ?? null) : null,
        body: message.deletedAt ? "" : message.body,
        isEdited: message.editedAt !== null,
        isDeleted: message.deletedAt !== null,
      })),
      before: rows.length === page.limit && rows[0]!.seq > 1 ? rows[0]!.seq : null,
    };
  });
}

/** Every inspection that was asked for, the newest first. */
export async function listInspections(
  database: Database,
  clock: Clock,
  actor: Actor,
): Promise<InspectionList> {
  assertAllowed(actor, decideSeeInspections(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listAll, [tenantId]);
    const [people, names] = await Promise.all([
      listPersonSummaries(tx, tenantId, [
        ...new Set(rows.flatMap((row) => [row.requested_by, ...(row.decided_by ? [row.decided_by] : [])])),
      ]),
      listRoomNames(tx, tenantId, [...new Set(rows.flatMap((row) => row.room_ids))]),
    ]);
    return {
      items: rows.map(
        (row): Inspection => ({
          id: row.id,
          state: stateOf(row, now),
          rooms: row.room_ids.map((id) => ({ id, name: names.get(id) ?? id })),
          reason: row.reason,
          days: row.days,
          laterBecause: row.later_because,
          requestedBy: people.get(row.requested_by)!,
          requestedAt: row.requested_at.toISOString(),
          decidedBy: row.decided_by ? (people.get(row.decided_by) ?? null) : null,
          decidedAt: row.decided_at?.toISOString() ?? null,
          decidedBecause: row.decided_because,
          expiresAt: row.expires_at.toISOString(),
          toldAt: row.told_at?.toISOString() ?? null,
          mayDecide: decideConsentInspection(actor, factsOf(row, now)).kind === "allow",
          mayRead: decideReadInspected(actor, factsOf(row, now)).kind === "allow",
        }),
      ),
    };
  });
}

function stateOf(row: Row, now: Date): InspectionState {
  if (row.is_granted === false) return "refused";
  if (row.expires_at <= now) return "over";
  return row.is_granted ? "open" : "waiting";
}

/** Tells the members of inspections whose term is over and of which they were not told at once. */
export async function tellFinishedInspections(
  database: Database,
  clock: Clock,
  tenantId: string,
): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listToTell, [tenantId, now]);
    if (rows.length === 0) return;
    const events = [];
    for (const row of rows) {
      events.push(...(await tell(tx, tenantId, now, row, row.expires_at)));
      await tx.run(markTold, [tenantId, row.id, now]);
      await recordAudit(tx, { tenantId, system: "inspections" }, now, {
        action: "inspection.told",
        subjectId: row.id,
        rule: inspectionRules.readsForTheTerm,
        facts: { rooms: row.room_ids.length },
      });
    }
    await publish(tx, now, events);
  });
}

function tell(tx: Transaction, tenantId: string, now: Date, row: Row, expiresAt: Date) {
  return noteInspection(tx, tenantId, now, {
    roomIds: row.room_ids,
    requestedBy: row.requested_by,
    from: formatMoment(row.decided_at ?? now),
    to: formatMoment(expiresAt),
  });
}

/** One entry for each room, so that a room's record shows it. */
function recordForRooms(
  tx: Transaction,
  actor: Actor,
  now: Date,
  action: string,
  rule: Rule,
  inspection: string,
  roomIds: readonly string[],
  facts: Readonly<Record<string, string | number | null>>,
): Promise<void> {
  const each = roomIds.map((id) => ({ action, subjectId: id, rule, facts: { inspection, ...facts } }));
  return recordAudit(tx, actor, now, ...each);
}
