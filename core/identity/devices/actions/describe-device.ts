import { createHash } from "node:crypto";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import type {
  DescribeDeviceRequest,
  DeviceApproval,
  DeviceRequestState,
  NameDeviceRequest,
} from "../device-contract.ts";
import { deviceNumber } from "../device-number.ts";
import { deviceRules } from "../device-policy.ts";
import { findDeviceRule, ownConsentText } from "../device-rule.ts";
import type { DeviceServices } from "../device-services.ts";
import { openDeviceTicket } from "../device-ticket.ts";
import { holdDevice } from "../hold-device.ts";

const describe = statement<never>(
  "identity.describe-device",
  `update device set label = $3, owned = $4, request_note = $5, consented_at = $6, consent_digest = $7
    where tenant_id = $1 and id = $2`,
);
const rename = statement<never>(
  "identity.name-device",
  "update device set label = $3 where tenant_id = $1 and id = $2",
);

/**
 * Takes what somebody says of the device on which their sign-in was refused, and for a personal one the consent. The ticket
 * stands for password and second factor, which they have just shown on it.
 */
export async function describeDevice(
  { database, clock, keyring }: DeviceServices,
  input: DescribeDeviceRequest,
): Promise<DeviceRequestState> {
  const now = clock.now();
  const ticket = openDeviceTicket(keyring, input.ticket, now);
  if (!ticket) throw new AppError("device-ticket-over");
  const { tenantId, accountId, deviceId } = ticket;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rule = await findDeviceRule(tx, tenantId);
    const isPersonal = input.owned === "personal";
    if (isPersonal && !rule.allowsPersonal)
      throw new AppError("conflict", {
        reason: "私物の端末は認められていません",
        reasonEn: "personal devices are not allowed",
      });
    if (isPersonal && input.consents !== true)
      throw new AppError("invalid-request", {
        where: "body.consents",
        reason: "personal devices need consent",
      });
    const device = await holdDevice(tx, tenantId, deviceId);
    if (device.approval === "cut-off") throw new AppError("device-cut-off");
    // What was decided about stays as it was decided.
    const isOpen: boolean = device.approval === "waiting" || device.approval === "unasked";
    if (isOpen) {
      const words = createHash("sha256")
        .update(rule.consentText ?? ownConsentText)
        .digest();
      const consent = isPersonal ? [now, words] : [null, null];
      const note = input.note?.trim() || null;
      await tx.run(describe, [tenantId, deviceId, input.name.trim(), input.owned, note, ...consent]);
      await recordAudit(tx, { tenantId, system: "sign-in" }, now, {
        action: "device.described",
        subjectId: deviceId,
        rule: deviceRules.own,
        facts: { holder: accountId, owned: input.owned, consent: isPersonal ? words.toString("hex") : null },
      });
    }
    return { approval: device.approval satisfies DeviceApproval, number: deviceNumber(deviceId) };
  });
}

/** Gives one's own device another name. */
export async function nameOwnDevice(
  { database, clock }: DeviceServices,
  actor: Actor,
  deviceId: string,
  input: NameDeviceRequest,
): Promise<void> {
  noteDecision(actor, deviceRules.own);
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const device = await holdDevice(tx, actor.tenantId, deviceId);
    if (device.account_id !== actor.personId) throw new AppError("not-found");
    await tx.run(rename, [actor.tenantId, deviceId, input.name.trim()]);
    await recordAudit(tx, actor, now, {
      action: "device.named",
      subjectId: deviceId,
      rule: deviceRules.own,
      facts: {},
    });
  });
}
