import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { SealedEvent } from "./seal-stream.ts";

type LogRow = {
  position: number;
  type: string;
  topic_id: string | null;
  person_id: string | null;
  effect: string | null;
  fields: string;
};

type HeadRow = { position: number; forgotten_position: number };

const findHead = statement<HeadRow>(
  "realtime.find-head",
  "select position, forgotten_position from stream_head where tenant_id = $1",
);

/** Where a municipality's stream ends and where its log begins; undefined before its first seal. */
export async function findStreamHead(
  database: Database,
  tenantId: string,
): Promise<{ position: number; forgottenPosition: number } | undefined> {
  const row = await database.transaction(scopeOf(tenantId), (tx) => tx.first(findHead, [tenantId]));
  return row && { position: row.position, forgottenPosition: row.forgotten_position };
}

const readBatches = statement<LogRow>(
  "realtime.read-log",
  `select position, type, topic_id, person_id, effect, fields
     from (select p.position, o.type, o.topic_id, o.person_id, o.effect, o.fields,
                  sum(octet_length(o.fields)) over (order by p.position) - octet_length(o.fields) as bytes_before
             from (select b.first_position + i.place - 1 as position, i.id
                     from (select first_position, outbox_ids from stream_batch
                            where tenant_id = $1 and last_position > $2 order by last_position limit $3) b
                    cross join lateral unnest(b.outbox_ids) with ordinality as i (id, place)) p
             join outbox o on o.tenant_id = $1 and o.id = p.id
            where p.position > $2) e
    where bytes_before < $4
    order by position`,
);

/** What one read of the log takes: by seals, and by bytes, because many clients read at once and wait for their lines. */
const batchesRead = 100;
const bytesRead = 1024 * 1024;

/**
 * Events after a position in order, everybody's; the caller delivers only what its reader may have. A page may be short,
 * but an empty page means the end of the log.
 */
export async function readStreamLog(
  database: Database,
  tenantId: string,
  after: number,
): Promise<SealedEvent[]> {
  const rows = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(readBatches, [tenantId, after, batchesRead, bytesRead]),
  );
  return rows.map((row) => ({
    position: row.position,
    type: row.type,
    topicId: row.topic_id,
    personId: row.person_id,
    effect: row.effect,
    fields: row.fields,
  }));
}

const forgetBatches = statement<{ last_position: number; outbox_ids: number[] }>(
  "realtime.forget-batches",
  `with old as (
     select last_position from stream_batch where tenant_id = $1 and sealed_at < $2
      order by last_position limit $3
   ) delete from stream_batch b using old where b.tenant_id = $1 and b.last_position = old.last_position
   returning b.last_position, b.outbox_ids`,
);
const forgetEvents = statement<never>(
  "realtime.forget-events",
  "delete from outbox where tenant_id = $1 and id = any($2::bigint[])",
);
const moveForgotten = statement<never>(
  "realtime.move-forgotten",
  "update stream_head set forgotten_position = greatest(forgotten_position, $2) where tenant_id = $1",
);

/** Removes what is older than the log's retention, in small steps; returns how many events went. */
export async function forgetStreamBefore(
  database: Database,
  tenantId: string,
  before: Date,
): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const gone = await database.transaction(scopeOf(tenantId), async (tx) => {
      const batches = await tx.all(forgetBatches, [tenantId, before, 1000]);
      if (batches.length === 0) return 0;
      await tx.run(forgetEvents, [tenantId, batches.flatMap((batch) => batch.outbox_ids)]);
      await tx.run(moveForgotten, [tenantId, Math.max(...batches.map((batch) => batch.last_position))]);
      return batches.reduce((sum, batch) => sum + batch.outbox_ids.length, 0);
    });
    if (gone === 0) return forgotten;
    forgotten += gone;
  }
}
