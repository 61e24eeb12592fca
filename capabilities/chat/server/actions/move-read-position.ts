import { setTimeout as sleep } from "node:timers/promises";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { batchByKey, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { chatEvents } from "../../contract.ts";
import { decideReadRoom } from "../policy.ts";

type Move = { roomId: string; personId: string; seq: number };
type MovedRow = { room_id: string; person_id: string; read_seq: number; is_moved: boolean };

/*
 * Rows are locked in the order of room and person (FOR NO KEY UPDATE), the order in which sends lock them too. A
 * position never goes back and never beyond the room's last message.
 */
const movePositions = statement<MovedRow>(
  "chat.move-read-positions",
  `with wanted as (
     select room_id, person_id, max(seq) as seq
       from unnest($2::uuid[], $3::uuid[], $4::bigint[]) as w (room_id, person_id, seq) group by 1, 2
   ), held as materialized (
     select m.room_id, m.person_id, m.read_seq, w.seq
       from room_member m join wanted w on m.room_id = w.room_id and m.person_id = w.person_id
      where m.tenant_id = $1
      order by m.room_id, m.person_id for no key update of m
   ), target as materialized (
     select h.room_id, h.person_id, h.read_seq, greatest(h.read_seq, least(h.seq, c.last_seq)) as seq
       from held h join room_counter c on c.tenant_id = $1 and c.room_id = h.room_id
   ), moved as (
     update room_member m set read_seq = t.seq from target t
      where m.tenant_id = $1 and m.room_id = t.room_id and m.person_id = t.person_id and t.seq > t.read_seq
   )
   select room_id, person_id, seq as read_seq, seq > read_seq as is_moved from target`,
);

/** How long readings are collected: five hundred people who read one message make a few events, not five hundred. */
const collectFor = 50;

export type MoveReadPosition = {
  (actor: Actor, roomId: string, seq: number): Promise<{ seq: number }>;
  /** Many rooms of one reader; rooms that the reader is not in are passed over. */
  many(actor: Actor, positions: readonly { roomId: string; seq: number }[]): Promise<void>;
};

/**
 * Makes the action that moves a member's read position forward. It leaves no audit entry: the position itself is the
 * record of reading, and there are more of them than of everything else together.
 */
export function makeMoveReadPosition(database: Database, clock: Clock): MoveReadPosition {
  const moveWithOthers = batchByKey<Move, number | undefined>({
    maxBatch: 1000,
    maxWaiting: 50_000,
    run: async (tenantId, moves) => {
      const rows = await movePositionsTogether(database, clock, tenantId, moves);
      const seqs = new Map(rows.map((row) => [`${row.room_id} ${row.person_id}`, row.read_seq]));
      await sleep(collectFor);
      return moves.map((move) => seqs.get(`${move.roomId} ${move.personId}`));
    },
  });
  const move = (actor: Actor, { roomId, seq }: { roomId: string; seq: number }) =>
    moveWithOthers(actor.tenantId, { roomId, personId: actor.personId, seq });
  const one = async (actor: Actor, roomId: string, seq: number) => {
    if (!isId(roomId)) throw notFound();
    const moved = await move(actor, { roomId, seq });
    const membership = moved === undefined ? null : { role: "member" as const, isAutomatic: false };
    assertAllowed(actor, decideReadRoom({ membership }));
    return { seq: moved! };
  };
  const many = async (actor: Actor, positions: readonly { roomId: string; seq: number }[]) => {
    await Promise.all(positions.map((position) => move(actor, position)));
  };
  return Object.assign(one, { many });
}

function movePositionsTogether(
  database: Database,
  clock: Clock,
  tenantId: string,
  moves: readonly Move[],
): Promise<MovedRow[]> {
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(movePositions, [
      tenantId,
      moves.map((move) => move.roomId),
      moves.map((move) => move.personId),
      moves.map((move) => move.seq),
    ]);
    const byRoom = Map.groupBy(
      rows.filter((row) => row.is_moved),
      (row) => row.room_id,
    );
    await publish(
      tx,
      clock.now(),
      [...byRoom].map(([roomId, moved]) =>
        event(
          chatEvents,
          "read-positions.moved",
          { kind: "topic", topicId: roomId },
          { roomId, positions: moved.map((row) => ({ personId: row.person_id, seq: row.read_seq })) },
        ),
      ),
    );
    return rows;
  });
}
