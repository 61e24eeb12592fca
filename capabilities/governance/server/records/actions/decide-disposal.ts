import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { enqueue } from "#core/jobs/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import type { DecideRecords, Disposal, DisposalList, DisposalPage, ExcludeRoom } from "../../../contract.ts";
import { tellOffice } from "../../actions/tell-office.ts";
import {
  type DisposalRow,
  type DisposalSums,
  listDisposalItems,
  listDisposals,
  lockDisposal,
  nameOfRoom,
} from "../disposal-rows.ts";
import { decideConsentToRecords, decideKeepRecords, decideSeeRecords } from "../policy.ts";
import { disposeOfRecords } from "./dispose-task.ts";

const approve = statement<never>(
  "governance.approve-disposal",
  `update disposal set state = $3, approved_by = $4, approved_at = $5, approved_because = $6
    where tenant_id = $1 and id = $2`,
);
const consent = statement<never>(
  "governance.consent-to-disposal",
  `update disposal set state = $3, decided_by = $4, decided_at = $5, decided_because = $6
    where tenant_id = $1 and id = $2`,
);
const exclude = statement<{ room_id: string }>(
  "governance.exclude-from-disposal",
  `update disposal_item set excluded_by = $4, excluded_because = $5
    where tenant_id = $1 and disposal_id = $2 and room_id = $3 and excluded_by is null returning room_id`,
);

/** Who a list waits for: the office `records`, then a second person. */
const askedBy = ({ state, approved_by }: DisposalRow) => ({
  askedBy: state === "approved" ? approved_by : null,
});

/** Every list of what was due, the newest first. */
export async function listAllDisposals(database: Database, actor: Actor): Promise<DisposalList> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(listDisposals, [tenantId, null]);
    const isOpen = rows.some(({ state }) => state !== "done" && state !== "refused");
    return {
      items: await describe(tx, actor, rows),
      mayMake: !isOpen && decideKeepRecords(actor).kind === "allow",
    };
  });
}

/** One list with its rooms, and the certificate when it is done. */
export async function getDisposal(
  database: Database,
  actor: Actor,
  disposalId: string,
): Promise<DisposalPage> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const row = isId(disposalId) ? await tx.first(listDisposals, [tenantId, disposalId]) : undefined;
    if (!row) throw notFound();
    const items = await listDisposalItems(tx, tenantId, disposalId);
    const people = await listPersonSummaries(tx, tenantId, [
      ...new Set(items.flatMap(({ excluded_by }) => excluded_by ?? [])),
    ]);
    const [disposal] = await describe(tx, actor, [row]);
    return {
      disposal: disposal!,
      source: row.setting.source,
      items: items.map((item) => ({
        roomId: item.room_id,
        roomName: nameOfRoom(item),
        rule: item.rule,
        before: item.before.toISOString(),
        messages: item.messages,
        files: item.files,
        oldest: item.oldest?.toISOString() ?? null,
        newest: item.newest?.toISOString() ?? null,
        isHeld: item.is_held,
        excludedBecause: item.excluded_because,
        excludedBy: item.excluded_by ? (people.get(item.excluded_by) ?? null) : null,
        goneMessages: item.gone_messages,
        goneFiles: item.gone_files,
        isDone: item.done_at !== null,
      })),
      certificate:
        row.certificate && row.digest ? { text: row.certificate, digest: row.digest.toString("hex") } : null,
    };
  });
}

/** Takes a room out of a list that is not approved yet: it stays, and stands on the next list again. */
export async function excludeRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  disposalId: string,
  { roomId, reason }: ExcludeRoom,
): Promise<void> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId, personId } = actor;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await getRow(tx, tenantId, disposalId);
    if (row.state !== "proposed") throw tooLate();
    if (!(await tx.first(exclude, [tenantId, disposalId, roomId, personId, reason]))) throw notFound();
    await recordAudit(tx, actor, clock.now(), {
      action: "disposal.room-excluded",
      subjectId: roomId,
      rule,
      facts: { disposal: disposalId, reason },
    });
  });
}

/** The office `records` approves or refuses a list; then another person of the office `audit`. With their consent it begins. */
export async function decideDisposal(
  database: Database,
  clock: Clock,
  actor: Actor,
  disposalId: string,
  { consents, reason }: DecideRecords,
): Promise<void> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await getRow(tx, tenantId, disposalId);
    const isFirst = row.state === "proposed";
    const rule = assertAllowed(
      actor,
      isFirst ? decideKeepRecords(actor) : decideConsentToRecords(actor, askedBy(row)),
    );
    const going = isFirst ? "approved" : "running";
    const values = [tenantId, disposalId, consents ? going : "refused", personId, now, reason];
    await tx.run(isFirst ? approve : consent, values);
    if (consents && !isFirst)
      await enqueue(tx, tenantId, disposeOfRecords, { disposalId }, { key: disposalId });
    const saying = isFirst ? "disposal.approved" : "disposal.consented";
    await recordAudit(tx, actor, now, {
      action: consents ? saying : "disposal.refused",
      subjectId: disposalId,
      rule,
      facts: { reason },
    });
    await publish(tx, now, await tellOffice(tx, tenantId, now, "records", "audit"));
  });
}

async function describe(
  tx: Transaction,
  actor: Actor,
  rows: readonly (DisposalRow & DisposalSums)[],
): Promise<Disposal[]> {
  const people = await listPersonSummaries(tx, actor.tenantId, [
    ...new Set(rows.flatMap(({ approved_by, decided_by }) => [approved_by ?? [], decided_by ?? []].flat())),
  ]);
  const person = (id: string | null) => (id === null ? null : (people.get(id) ?? null));
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    madeAt: row.made_at.toISOString(),
    rooms: row.rooms,
    messages: row.messages,
    files: row.files,
    goneMessages: row.gone_messages,
    approvedBy: person(row.approved_by),
    approvedAt: row.approved_at?.toISOString() ?? null,
    decidedBy: person(row.decided_by),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBecause: row.decided_because,
    finishedAt: row.finished_at?.toISOString() ?? null,
    mayApprove: row.state === "proposed" && decideKeepRecords(actor).kind === "allow",
    mayConsent: decideConsentToRecords(actor, askedBy(row)).kind === "allow",
  }));
}

async function getRow(tx: Transaction, tenantId: string, disposalId: string): Promise<DisposalRow> {
  const row = isId(disposalId) ? await lockDisposal(tx, tenantId, disposalId) : undefined;
  if (!row) throw notFound();
  return row;
}

function tooLate(): AppError {
  return new AppError("conflict", {
    reason: "この一覧は、もう承認されたか断られています",
    reasonEn: "this list is approved or refused already",
  });
}
