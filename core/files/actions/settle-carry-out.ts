import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listCurrentPeople } from "#core/identity/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, deny, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import {
  type CarryOutFacts,
  carryOutRules,
  decideDecideCarryOut,
  decideWithdrawCarryOut,
  findApprovingRule,
} from "../carry-out-policy.ts";
import type { DecideCarryOut, WithdrawCarryOut } from "../contract.ts";
import { askCrossing, classOf } from "../policy.ts";
import {
  type CarryOutRow,
  carryOutFactsOf,
  findEnd,
  isNews,
  listApprovers,
  listOwnersOf,
  lockCarryOut,
} from "../queries/carry-outs.ts";
import { factsOf, findFile } from "../queries/find-files.ts";
import type { FileServices } from "../services.ts";
import { carryOutChanged } from "./tell-carry-out.ts";

const writeDecision = statement<never>(
  "files.write-carry-out-decision",
  `update file_carry_out set is_approved = $3, decided_by = $4, decided_at = $5, note = $6, expires_at = $7,
          seen_at = coalesce(seen_at, $5) where tenant_id = $1 and id = $2`,
);
// What an approver takes back is news for the requester again.
const writeWithdrawal = statement<never>(
  "files.write-carry-out-withdrawal",
  `update file_carry_out set withdrawn_by = $3, withdrawn_at = $4, note = coalesce($5, note),
          told_at = case when $3 = requested_by then coalesce(told_at, $4) end
    where tenant_id = $1 and id = $2`,
);
const writeSeen = statement<never>(
  "files.write-carry-out-seen",
  "update file_carry_out set seen_at = $3 where tenant_id = $1 and id = $2",
);
const writeTold = statement<never>(
  "files.write-carry-out-told",
  "update file_carry_out set told_at = $3 where tenant_id = $1 and id = $2",
);

type Held = { row: CarryOutRow; request: CarryOutFacts };

/** Does something with a request that is held until the end, and tells those whom it concerns. */
async function withRequest(
  services: FileServices,
  actor: Actor,
  carryOutId: string,
  now: Date,
  work: (tx: Transaction, held: Held) => Promise<boolean>,
): Promise<void> {
  if (!isId(carryOutId)) throw notFound();
  const { tenantId } = actor;
  await services.database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await lockCarryOut(tx, tenantId, carryOutId);
    if (!row) throw notFound();
    const request = carryOutFactsOf(row, await listOwnersOf(tx, services.rooms, tenantId, [row]));
    if (!(await work(tx, { row, request }))) return;
    const told = [row.requested_by, ...(await listApprovers(tx, tenantId, request))];
    await publish(tx, now, carryOutChanged(told, now));
  });
}

/** Approves or refuses. An approval is for what the requester might carry out at this moment; its time begins now. */
export function decideCarryOut(
  services: FileServices,
  actor: Actor,
  carryOutId: string,
  { approves, reason }: DecideCarryOut,
): Promise<void> {
  const now = services.clock.now();
  return withRequest(services, actor, carryOutId, now, async (tx, { row, request }) => {
    const rule = assertAllowed(actor, decideDecideCarryOut(actor, request, now));
    if (approves) await expectCarriable(tx, services, actor, row);
    const expiresAt = approves ? new Date(now.getTime() + row.hours * 3_600_000) : null;
    await tx.run(writeDecision, [actor.tenantId, row.id, approves, actor.personId, now, reason, expiresAt]);
    const action = approves ? "carry-out.approved" : "carry-out.refused";
    await record(tx, actor, now, row, { action, rule, reason });
    return true;
  });
}

/** Asks for the requester what their download will be asked, so that nobody approves what cannot happen. */
async function expectCarriable(
  tx: Transaction,
  services: FileServices,
  actor: Actor,
  row: CarryOutRow,
): Promise<void> {
  const { tenantId } = actor;
  const [file, rooms, table, people] = await Promise.all([
    findFile(tx, tenantId, row.file_id, row.number),
    services.rooms.list(tx, tenantId, row.requested_by, [row.room_id]),
    services.tables.tableOf(tenantId, tx),
    listCurrentPeople(tx, tenantId, [row.requested_by]),
  ]);
  const room = rooms.get(row.room_id);
  const requester = people.get(row.requested_by);
  const end = findEnd(row, { file, room, isMember: Boolean(room?.role && requester) });
  if (end) assertAllowed(actor, deny(end, { ja: "申請した人", en: "who asked" }));
  const facts = factsOf(file!, room);
  const traveller = { zone: row.zone, kind: requester!.kind, offices: [] };
  assertAllowed(
    actor,
    askCrossing(table, traveller, "carry-out", { ...facts, classification: classOf(facts) }),
  );
}

/** Takes a request back: the requester at any time, and who may decide it once it was approved, with a reason. */
export function withdrawCarryOut(
  services: FileServices,
  actor: Actor,
  carryOutId: string,
  { reason }: WithdrawCarryOut,
): Promise<void> {
  const now = services.clock.now();
  return withRequest(services, actor, carryOutId, now, async (tx, { row, request }) => {
    const rule = assertAllowed(actor, decideWithdrawCarryOut(actor, request, now));
    if (row.requested_by !== actor.personId && reason === null)
      throw new AppError("invalid-request", { where: "body.reason" });
    await tx.run(writeWithdrawal, [actor.tenantId, row.id, actor.personId, now, reason]);
    await record(tx, actor, now, row, { action: "carry-out.withdrawn", rule, reason });
    return true;
  });
}

/** Somebody has it before their eyes: who may decide a request, or its requester what was decided. Said once. */
export function seeCarryOut(services: FileServices, actor: Actor, carryOutId: string): Promise<void> {
  const now = services.clock.now();
  return withRequest(services, actor, carryOutId, now, async (tx, { row, request }) => {
    const { tenantId, personId } = actor;
    if (row.requested_by === personId) {
      const rule = assertAllowed(actor, { kind: "allow", by: carryOutRules.own });
      if (!isNews(row)) return false;
      await tx.run(writeTold, [tenantId, row.id, now]);
      await record(tx, actor, now, row, { action: "carry-out.answer-seen", rule, reason: null });
      return true;
    }
    const by = findApprovingRule(actor, request);
    const rule = assertAllowed(
      actor,
      by ? { kind: "allow", by } : { kind: "hidden", because: carryOutRules.notConcerned },
    );
    if (row.seen_at !== null || actor.zone !== "lgwan") return false;
    await tx.run(writeSeen, [tenantId, row.id, now]);
    await record(tx, actor, now, row, { action: "carry-out.seen", rule, reason: null });
    return true;
  });
}

function record(
  tx: Transaction,
  actor: Actor,
  now: Date,
  row: CarryOutRow,
  { action, rule, reason }: { action: string; rule: Rule; reason: string | null },
): Promise<void> {
  return recordAudit(tx, actor, now, {
    action,
    subjectId: row.file_id,
    rule,
    facts: { carryOut: row.id, room: row.room_id, version: row.number, requester: row.requested_by, reason },
  });
}
