import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { RoomKind } from "../../contract.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";

/** A room as far as it matters for how long what is said there is kept. */
export type RecordRoom = { id: string; kind: RoomKind; classification: string; archivedAt: Date | null };

const columns = `r.id, r.kind, r.classification, r.archived_at as "archivedAt"`;
const listAll = statement<RecordRoom>(
  "chat.list-record-rooms",
  `select ${columns} from room r join room_counter c on c.tenant_id = r.tenant_id and c.room_id = r.id
    where r.tenant_id = $1 and c.last_seq > 0 order by r.id`,
);
const findOne = statement<RecordRoom>(
  "chat.find-record-room",
  `select ${columns} from room r where r.tenant_id = $1 and r.id = $2`,
);
const listOf = statement<{ room_id: string }>(
  "chat.list-rooms-of-people",
  "select distinct room_id from room_member where tenant_id = $1 and person_id = any($2::uuid[])",
);

/** Every room in which something was said, without anything of it. */
export function listRecordRooms(tx: Transaction, tenantId: string): Promise<RecordRoom[]> {
  return tx.all(listAll, [tenantId]);
}

/** A room for one who may read it. */
export async function getRecordRoom(tx: Transaction, actor: Actor, roomId: string): Promise<RecordRoom> {
  if (!isId(roomId)) throw notFound();
  assertAllowed(actor, decideReadRoom(await findRoomFacts(tx, actor.tenantId, roomId, actor.personId)));
  return (await tx.first(findOne, [actor.tenantId, roomId]))!;
}

/** In which rooms any of these people are now. */
export async function listRoomIdsOf(
  tx: Transaction,
  tenantId: string,
  personIds: readonly string[],
): Promise<string[]> {
  return (await tx.all(listOf, [tenantId, personIds])).map(({ room_id }) => room_id);
}
