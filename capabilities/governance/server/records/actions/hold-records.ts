import { listRoomNames } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { DecideRecords, LegalHoldList, LegalHoldState, PlaceHold } from "../../../contract.ts";
import { lockHolds, rememberHeldRooms } from "../held-records.ts";
import { decideConsentToRecords, decideKeepRecords, decideSeeRecords } from "../policy.ts";

type Row = {
  id: string;
  kind: "room" | "person";
  subject_id: string;
  state: LegalHoldState;
  reason: string;
  placed_by: string;
  placed_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  release_by: string | null;
  release_because: string | null;
  ended_at: Date | null;
};

const columns = `id, kind, subject_id, state, reason, placed_by, placed_at, decided_by, decided_at, release_by,
          release_because, ended_at`;
const listAll = statement<Row>(
  "governance.list-legal-holds",
  `select ${columns} from legal_hold where tenant_id = $1
    order by ended_at is not null, placed_at desc, id desc limit 200`,
);
const lockOne = statement<Row>(
  "governance.lock-legal-hold",
  `select ${columns} from legal_hold where tenant_id = $1 and id = $2 for no key update`,
);
const insert = statement<never>(
  "governance.insert-legal-hold",
  `insert into legal_hold (tenant_id, id, kind, subject_id, state, reason, placed_by, placed_at)
   values ($1, $2, $3, $4, 'waiting', $5, $6, $7)`,
);
const settle = statement<never>(
  "governance.settle-legal-hold",
  `update legal_hold set state = $3, decided_by = $4, decided_at = $5, ended_by = $6, ended_at = $7
    where tenant_id = $1 and id = $2`,
);
const askRelease = statement<never>(
  "governance.ask-release-of-hold",
  `update legal_hold set state = 'releasing', release_by = $3, release_at = $4, release_because = $5
    where tenant_id = $1 and id = $2`,
);
const settleRelease = statement<never>(
  "governance.settle-release-of-hold",
  `update legal_hold set state = $3, ended_by = $4, ended_at = $5 where tenant_id = $1 and id = $2`,
);

/** Whose question waits: that of placing, or that of ending. */
const askedBy = ({ state, placed_by, release_by }: Row) => ({
  askedBy: state === "waiting" ? placed_by : state === "releasing" ? release_by : null,
});

/** Every hold, those that stand first. */
export async function listLegalHolds(database: Database, actor: Actor): Promise<LegalHoldList> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listAll, [tenantId]);
    const subjects = rows.map(({ subject_id }) => subject_id);
    const others = rows.flatMap((row) => [row.placed_by, row.decided_by, row.release_by]);
    const ids = [...subjects, ...others].filter((id) => id !== null);
    const [people, rooms] = await Promise.all([
      listPersonSummaries(tx, tenantId, [...new Set(ids)]),
      listRoomNames(tx, tenantId, subjects),
    ]);
    const person = (id: string | null) => (id === null ? null : (people.get(id) ?? null));
    return {
      items: rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        subjectId: row.subject_id,
        subjectName: people.get(row.subject_id)?.name ?? rooms.get(row.subject_id) ?? row.subject_id,
        state: row.state,
        reason: row.reason,
        placedBy: person(row.placed_by),
        placedAt: row.placed_at.toISOString(),
        decidedBy: person(row.decided_by),
        decidedAt: row.decided_at?.toISOString() ?? null,
        releaseBy: person(row.release_by),
        releaseBecause: row.release_because,
        endedAt: row.ended_at?.toISOString() ?? null,
        mayDecide: decideConsentToRecords(actor, askedBy(row)).kind === "allow",
        mayRelease: row.state === "standing" && decideKeepRecords(actor).kind === "allow",
      })),
    };
  });
}

/** Places a hold: it holds from now on, and waits for its second person. */
export async function placeHold(
  database: Database,
  clock: Clock,
  actor: Actor,
  { kind, subjectId, reason }: PlaceHold,
): Promise<string> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  const id = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await lockHolds(tx, tenantId);
    const known = kind === "room" ? listRoomNames : listPersonSummaries;
    if ((await known(tx, tenantId, [subjectId])).size === 0) throw notFound();
    await tx.run(insert, [tenantId, id, kind, subjectId, reason, personId, now]);
    await rememberHeldRooms(tx, tenantId);
    await recordAudit(tx, actor, now, {
      action: "legal-hold.placed",
      subjectId,
      rule,
      facts: { hold: id, kind, reason },
    });
  });
  return id;
}

/** The second person consents to a hold or to its end, or refuses. */
export async function decideHold(
  database: Database,
  clock: Clock,
  actor: Actor,
  holdId: string,
  { consents, reason }: DecideRecords,
): Promise<void> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await lockHolds(tx, tenantId);
    const row = await getHold(tx, tenantId, holdId);
    const rule = assertAllowed(actor, decideConsentToRecords(actor, askedBy(row)));
    const end = [personId, now];
    const none = [null, null];
    if (row.state === "waiting")
      await tx.run(settle, [
        tenantId,
        holdId,
        consents ? "standing" : "refused",
        personId,
        now,
        ...(consents ? none : end),
      ]);
    else
      await tx.run(settleRelease, [
        tenantId,
        holdId,
        consents ? "released" : "standing",
        ...(consents ? end : none),
      ]);
    const placing = consents ? "legal-hold.confirmed" : "legal-hold.refused";
    const ending = consents ? "legal-hold.released" : "legal-hold.kept";
    const action = row.state === "waiting" ? placing : ending;
    const facts = { hold: holdId, kind: row.kind, reason };
    await recordAudit(tx, actor, now, { action, subjectId: row.subject_id, rule, facts });
  });
}

/** Asks to end a hold; it stands until a second person consents. */
export async function releaseHold(
  database: Database,
  clock: Clock,
  actor: Actor,
  holdId: string,
  reason: string,
): Promise<void> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await getHold(tx, tenantId, holdId);
    if (row.state !== "standing")
      throw new AppError("conflict", {
        reason: "この法的保全は、いま解除を申し出ることができません",
        reasonEn: "this hold cannot be ended now",
      });
    await tx.run(askRelease, [tenantId, holdId, personId, now, reason]);
    await recordAudit(tx, actor, now, {
      action: "legal-hold.release-asked",
      subjectId: row.subject_id,
      rule,
      facts: { hold: holdId, kind: row.kind, reason },
    });
  });
}

async function getHold(tx: Transaction, tenantId: string, holdId: string): Promise<Row> {
  const row = isId(holdId) ? await tx.first(lockOne, [tenantId, holdId]) : undefined;
  if (!row) throw notFound();
  return row;
}
