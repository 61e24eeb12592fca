import { type DedicatedConnection, scopeOf, statement } from "#core/db/index.ts";
import { epochOf, firstPositionOfEpoch } from "./positions.ts";

/** How far a municipality's stream is numbered, as the sealer that holds the fence remembers it. */
export type StreamHead = { fence: number; position: number; snapshotXmax: number; snapshotXip: number[] };

/** An event with its place in the stream. `fields` is JSON text without the braces. */
export type SealedEvent = {
  position: number;
  type: string;
  topicId: string | null;
  personId: string | null;
  effect: string | null;
  fields: string;
};

export type SealRow = {
  type: string;
  topic_id: string | null;
  person_id: string | null;
  effect: string | null;
  fields: string;
  head_position: number | null;
  snapshot_xmax: number | null;
  snapshot_xip: number[] | null;
};

/*
 * Fresh rows are those that the last seal's snapshot could not see: written by a transaction that was then running (xip)
 * or had not begun (≥ xmax). What this statement sees of them is committed; it numbers it in the order of id and
 * remembers its own snapshot. So every committed row is numbered exactly once, a long transaction holds up nobody, and
 * no row of the outbox is ever updated. Rows of one room keep the order of their seq, because the room's lock is held
 * from drawing the id until the commit.
 *
 * The same statement ends a transaction that takes the seal along. A snapshot does not name its own transaction, whose
 * rows the statement does see: the remembered one ends behind it, and names whatever began between as running.
 */
const sealWith = (name: string, head: string) =>
  statement<SealRow>(
    name,
    `with fresh as materialized (
     select id, type, topic_id, person_id, effect, fields from outbox
      where tenant_id = $1 and transaction_number >= $2
      union all
     select id, type, topic_id, person_id, effect, fields from outbox
      where tenant_id = $1 and transaction_number = any($3::bigint[])
   ), counted as (
     select count(*) as n, array_agg(id order by id) as ids from fresh
   ), own as (
     select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax,
            pg_current_xact_id_if_assigned()::text::bigint as own
   ), moved as (
     update stream_head h
        set position = h.position + c.n,
            snapshot_xmax = greatest(o.xmax, o.own + 1),
            snapshot_xip = array(select x::text::bigint from pg_snapshot_xip(pg_current_snapshot()) x)
                           || array(select generate_series(o.xmax, o.own - 1))
       from counted c, own o
      where h.tenant_id = $1 and h.fence = $4 and h.position = $5 and c.n > 0 ${head}
     returning h.position, h.snapshot_xmax, h.snapshot_xip, c.ids, c.n
   ), written as (
     insert into stream_batch (tenant_id, last_position, first_position, outbox_ids, sealed_at)
     select $1, position, position - n + 1, ids, now() from moved
   )
   select f.type, f.topic_id, f.person_id, f.effect, f.fields,
          m.position as head_position, m.snapshot_xmax, m.snapshot_xip
     from fresh f left join moved m on true
    order by f.id`,
  );
const seal = sealWith("realtime.seal", "");
/** Somebody else who holds the head (a leader before us) keeps no message waiting: then nothing is sealed along. */
export const sealAlong = sealWith(
  "realtime.seal-along",
  `and exists (select from stream_head f where f.tenant_id = $1 for no key update skip locked)`,
);

const announce = statement<never>("realtime.announce-seal", "select pg_notify('chonai_sealed', $1)");

/** Another sealer has taken over, or the row was changed behind our back: this one must stop. */
export class FenceLost extends Error {}

/** Numbers everything that is committed and not yet numbered; changes `head` accordingly. */
export async function sealStream(
  connection: DedicatedConnection,
  tenantId: string,
  head: StreamHead,
  announceToNodes: boolean,
): Promise<SealedEvent[]> {
  const [rows] = await connection.pipeline<[SealRow[], unknown?]>(scopeOf(tenantId), (tx) => {
    const sealed = tx.all(seal, sealValues(tenantId, head));
    return announceToNodes ? [sealed, tx.run(announce, [tenantId])] : [sealed];
  });
  return takeSealed(tenantId, head, rows);
}

/** What `seal` asks for. */
export function sealValues(tenantId: string, head: StreamHead): unknown[] {
  return [tenantId, head.snapshotXmax, head.snapshotXip, head.fence, head.position];
}

/** The events of a seal that is committed; changes `head` accordingly. */
export function takeSealed(tenantId: string, head: StreamHead, rows: readonly SealRow[]): SealedEvent[] {
  const last = rows[0];
  if (!last) return [];
  if (last.head_position === null) throw new FenceLost(`stream of ${tenantId} was taken over`);
  head.position = last.head_position;
  head.snapshotXmax = last.snapshot_xmax!;
  head.snapshotXip = last.snapshot_xip!;
  const first = head.position - rows.length + 1;
  return rows.map((row, index) => ({
    position: first + index,
    type: row.type,
    topicId: row.topic_id,
    personId: row.person_id,
    effect: row.effect,
    fields: row.fields,
  }));
}

type HeadRow = {
  fence: number;
  position: number;
  snapshot_xmax: number;
  snapshot_xip: number[];
  cluster: string | null;
  current_xmax: number;
  current_cluster: string;
};

const takeOver = statement<HeadRow>(
  "realtime.take-over",
  `insert into stream_head (tenant_id, fence, position, snapshot_xmax, snapshot_xip, forgotten_position, cluster)
   values ($1, 1, $2, 0, '{}', $2, current_timeline())
   on conflict (tenant_id) do update set fence = stream_head.fence + 1
   returning fence, position, snapshot_xmax, snapshot_xip, cluster, current_timeline() as current_cluster,
             pg_snapshot_xmax(pg_current_snapshot())::text::bigint as current_xmax`,
);

const beginEpoch = statement<{ position: number }>(
  "realtime.begin-epoch",
  `update stream_head set position = $3, forgotten_position = $3, cluster = current_timeline()
    where tenant_id = $1 and fence = $2 returning position`,
);

/**
 * Raises the fence of a municipality's stream and returns its head. A new epoch begins when the installation's has
 * risen, and when this is another timeline than the one that numbered last: a standby that was promoted, or a recovery
 * to a point in time, may have lost positions that clients have seen. What was committed and not numbered yet is
 * numbered in the new epoch.
 *
 * @param epoch the installation's epoch
 */
export async function takeOverStream(
  connection: DedicatedConnection,
  tenantId: string,
  epoch: number,
): Promise<StreamHead> {
  const [rows] = await connection.pipeline<[HeadRow[]]>(scopeOf(tenantId), (tx) => [
    tx.all(takeOver, [tenantId, firstPositionOfEpoch(epoch)]),
  ]);
  const row = rows[0]!;
  // Numbers of another cluster cannot be compared. `chonai start` and `chonai migrate` renumber before anybody serves.
  if (row.snapshot_xmax > row.current_xmax)
    throw new Error(`the stream of ${tenantId} was restored from another cluster: run chonai migrate`);
  const head = {
    fence: row.fence,
    position: row.position,
    snapshotXmax: row.snapshot_xmax,
    snapshotXip: row.snapshot_xip,
  };
  const isElsewhere = row.cluster !== null && row.cluster !== row.current_cluster;
  const current = epochOf(row.position);
  if (!isElsewhere && current >= epoch) return head;
  const position = firstPositionOfEpoch(Math.max(isElsewhere ? current + 1 : current, epoch));
  const [begun] = await connection.pipeline<[{ position: number }[]]>(scopeOf(tenantId), (tx) => [
    tx.all(beginEpoch, [tenantId, row.fence, position]),
  ]);
  if (!begun[0]) throw new FenceLost(`stream of ${tenantId} was taken over`);
  return { ...head, position };
}
