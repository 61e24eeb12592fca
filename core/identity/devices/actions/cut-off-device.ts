import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, noteDecision, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { sessionEnded } from "../../actions/end-sessions.ts";
import { todayInJapan } from "../../today.ts";
import type { CutOffDeviceRequest } from "../device-contract.ts";
import { decideDevice, decideDevices, deviceRules } from "../device-policy.ts";
import type { DeviceServices } from "../device-services.ts";
import { findAndHoldDevice, type HeldDevice, holdDevice } from "../hold-device.ts";
import { listOfficerSections } from "../officer-sections.ts";

// The same browser has a row for each account that was used on it: a lost phone is lost for all of them.
const cutOff = statement<{ id: string }>(
  "identity.cut-off-devices",
  `update device set approval = 'cut-off', cut_off_at = $4, cut_off_because = $5, wiped_at = null
    where tenant_id = $1 and (id = $2 or ($6 and secret_hash = $3)) and approval <> 'cut-off'
   returning id`,
);
const endSessions = statement<{ id: string; account_id: string }>(
  "identity.end-sessions-of-devices",
  `update session set ended_at = $3
    where tenant_id = $1 and device_id = any($2::uuid[]) and ended_at is null and expires_at > $3
   returning id, account_id`,
);

/**
 * Takes somebody's device out of use at once: its sessions end, their streams close, nothing is pushed to it, and it deletes
 * what it kept at its next contact. Returns the sessions that ended.
 */
export async function cutOffDevice(
  { database, clock }: DeviceServices,
  actor: Actor,
  deviceId: string,
  input: CutOffDeviceRequest,
): Promise<string[]> {
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const officerOf = await listOfficerSections(tx, actor, todayInJapan(clock));
    // Whoever may not decide about devices at all does not learn which there are.
    assertAllowed(actor, decideDevices(actor, officerOf));
    const device = await holdDevice(tx, actor.tenantId, deviceId);
    const rule = assertAllowed(actor, decideDevice(actor, officerOf, { sectionId: device.section_id }));
    return end(tx, actor, device, input, rule, clock.now(), "every account");
  });
}

/** Reports one's own device lost, from another one, or takes the consent for one's own phone back. */
export async function cutOffOwnDevice(
  { database, clock }: DeviceServices,
  actor: Actor,
  deviceId: string,
  input: CutOffDeviceRequest,
): Promise<string[]> {
  noteDecision(actor, deviceRules.own);
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const device = await holdDevice(tx, actor.tenantId, deviceId);
    if (device.account_id !== actor.personId) throw notFound();
    return end(tx, actor, device, input, deviceRules.own, clock.now(), "this account");
  });
}

/**
 * Cuts off the browser on a thing that was reported lost, for every account that was used there. Whoever calls has decided;
 * one that is cut off already, or forgotten, stays so. Publishes last.
 */
export async function cutOffLost(
  tx: Transaction,
  actor: Actor,
  deviceId: string,
  rule: Rule,
  now: Date,
): Promise<string[]> {
  const device = await findAndHoldDevice(tx, actor.tenantId, deviceId);
  if (!device || device.approval === "cut-off") return [];
  return end(tx, actor, device, { because: "lost" }, rule, now, "every account");
}

async function end(
  tx: Transaction,
  actor: Actor,
  device: HeldDevice,
  input: CutOffDeviceRequest,
  rule: Rule,
  now: Date,
  forWhom: "this account" | "every account",
): Promise<string[]> {
  const { tenantId } = actor;
  const rows = await tx.all(cutOff, [
    tenantId,
    device.id,
    device.secret_hash,
    now,
    input.because,
    forWhom === "every account",
  ]);
  if (rows.length === 0)
    throw new AppError("conflict", {
      reason: "この端末はすでに利用を停止されています",
      reasonEn: "the device has been taken out of use already",
    });
  const ended = await tx.all(endSessions, [tenantId, rows.map((row) => row.id), now]);
  const facts = { because: input.because, sessionsEnded: ended.length, holder: device.account_id };
  await recordAudit(
    tx,
    actor,
    now,
    ...rows.map(({ id }) => ({
      action: "device.cut-off",
      subjectId: id,
      rule,
      facts: { ...facts, ...(input.note && { note: input.note }) },
    })),
  );
  await publish(
    tx,
    now,
    ended.map((session) => sessionEnded(session.account_id, session.id)),
  );
  return ended.map((session) => session.id);
}
