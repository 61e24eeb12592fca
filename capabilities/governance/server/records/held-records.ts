import { listRoomIdsOf } from "#capabilities/chat/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";

const shareHolds = statement<never>(
  "governance.share-legal-holds",
  "select pg_advisory_xact_lock_shared(hashtextextended('legal holds ' || $1::text, 0))",
);
const ownHolds = statement<never>(
  "governance.own-legal-holds",
  "select pg_advisory_xact_lock(hashtextextended('legal holds ' || $1::text, 0))",
);
const listStanding = statement<{ id: string; kind: "room" | "person"; subject_id: string }>(
  "governance.list-standing-holds",
  "select id, kind, subject_id from legal_hold where tenant_id = $1 and ended_at is null",
);
const listHeldRooms = statement<{ room_id: string }>(
  "governance.list-rooms-of-holds",
  `select distinct r.room_id from legal_hold_room r join legal_hold h on h.tenant_id = r.tenant_id and h.id = r.hold_id
    where r.tenant_id = $1 and h.ended_at is null`,
);
const addRooms = statement<never>(
  "governance.add-rooms-of-hold",
  `insert into legal_hold_room (tenant_id, hold_id, room_id) select $1, $2, r.id from unnest($3::uuid[]) as r (id)
   on conflict do nothing`,
);

/** While somebody places a hold or ends one, nobody disposes of anything, and the other way round. */
export function lockHolds(tx: Transaction, tenantId: string): Promise<number> {
  return tx.run(ownHolds, [tenantId]);
}

/**
 * What nobody may dispose of as long as this transaction lasts: rooms under hold, rooms in which somebody under hold is or
 * was, and these people, whose messages and files stay wherever they are.
 */
export async function listHeldRecords(
  tx: Transaction,
  tenantId: string,
): Promise<{ roomIds: string[]; personIds: string[] }> {
  await tx.run(shareHolds, [tenantId]);
  const holds = await tx.all(listStanding, [tenantId]);
  if (holds.length === 0) return { roomIds: [], personIds: [] };
  const of = (kind: "room" | "person") =>
    holds.filter((hold) => hold.kind === kind).map(({ subject_id }) => subject_id);
  const personIds = of("person");
  const remembered = await tx.all(listHeldRooms, [tenantId]);
  const present = personIds.length > 0 ? await listRoomIdsOf(tx, tenantId, personIds) : [];
  const roomIds = new Set([...of("room"), ...remembered.map(({ room_id }) => room_id), ...present]);
  return { roomIds: [...roomIds], personIds };
}

/** Remembers in which rooms people under hold are now, so that who is taken out of one leaves it held. */
export async function rememberHeldRooms(tx: Transaction, tenantId: string): Promise<void> {
  for (const { id, kind, subject_id } of await tx.all(listStanding, [tenantId]))
    if (kind === "person")
      await tx.run(addRooms, [tenantId, id, await listRoomIdsOf(tx, tenantId, [subject_id])]);
}
