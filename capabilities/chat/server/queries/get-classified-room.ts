import type { Classification } from "#core/crossing/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { ClassifiedRoom, RoomKind } from "../../contract.ts";
import { decideLowerClass } from "../policy.ts";

const findRoom = statement<{
  kind: string;
  name: string | null;
  member_count: number;
  classification: string;
}>(
  "chat.find-classified-room",
  `select r.kind, r.name, c.member_count, r.classification
     from room r join room_counter c on c.tenant_id = $1 and c.room_id = r.id
    where r.tenant_id = $1 and r.id = $2`,
);

/** The room with this number, for who may give it another class. */
export async function getClassifiedRoom(
  database: Database,
  actor: Actor,
  roomId: string,
): Promise<ClassifiedRoom> {
  assertAllowed(actor, decideLowerClass(actor));
  if (!isId(roomId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), (tx) =>
    readClassifiedRoom(tx, actor.tenantId, roomId),
  );
}

export async function readClassifiedRoom(
  tx: Transaction,
  tenantId: string,
  roomId: string,
): Promise<ClassifiedRoom> {
  const row = await tx.first(findRoom, [tenantId, roomId]);
  if (!row) throw notFound();
  return {
    id: roomId,
    kind: row.kind as RoomKind,
    name: row.name,
    memberCount: row.member_count,
    classification: row.classification as Classification,
  };
}
