import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { batchByKey, type Clock } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { OwnStatus, PersonStatus } from "../contract.ts";

type StatusRow = {
  person_id: string;
  status: string | null;
  words: string | null;
  until: Date | null;
  hides_presence: boolean;
  changed_at: Date;
};

const listRows = statement<StatusRow>(
  "reach.list-statuses",
  `select person_id, status, words, until, hides_presence, changed_at from person_status
    where tenant_id = $1 and person_id = any($2::uuid[])`,
);

/**
 * What people have said about where they are; who has said nothing is left out.
 *
 * @param visible whom the actor may see; undefined when everybody
 */
export async function listStatuses(
  database: Database,
  clock: Clock,
  actor: Actor,
  ids: readonly string[],
  visible: readonly string[] | undefined,
): Promise<PersonStatus[]> {
  const seen = visible && new Set(visible);
  const asked = ids.filter((id) => isId(id) && (!seen || seen.has(id)));
  const rows = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.all(listRows, [actor.tenantId, asked]),
  );
  return rows.map((row) => {
    const { hidesPresence: _, ...status } = toStatus(row, clock.now());
    return status;
  });
}

/** What the actor has said. */
export async function getOwnStatus(database: Database, clock: Clock, actor: Actor): Promise<OwnStatus> {
  const row = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.first(listRows, [actor.tenantId, [actor.personId]]),
  );
  if (row) return toStatus(row, clock.now());
  return {
    personId: actor.personId,
    status: null,
    words: null,
    until: null,
    hidesPresence: false,
    changedAt: new Date(0).toISOString(),
  };
}

function toStatus(row: StatusRow, now: Date): OwnStatus {
  const isOver = row.until !== null && row.until <= now;
  return {
    personId: row.person_id,
    status: isOver ? null : (row.status as PersonStatus["status"]),
    words: isOver ? null : row.words,
    until: isOver ? null : (row.until?.toISOString() ?? null),
    hidesPresence: row.hides_presence,
    changedAt: row.changed_at.toISOString(),
  };
}

/** Whether a person hides that they are at a screen; read together when many clients come back together. */
export function makeHidesPresence(
  database: Database,
): (tenantId: string, personId: string) => Promise<boolean> {
  return batchByKey<string, boolean>({
    maxBatch: 500,
    run: async (tenantId, personIds) => {
      const rows = await database.transaction(scopeOf(tenantId), (tx) =>
        tx.all(listRows, [tenantId, [...new Set(personIds)]]),
      );
      const hidden = new Set(rows.filter((row) => row.hides_presence).map((row) => row.person_id));
      return personIds.map((id) => hidden.has(id));
    },
  });
}
