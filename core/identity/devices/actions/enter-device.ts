import { recordAudit } from "#core/audit/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Keyring } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import type { Zones } from "#core/zones/index.ts";
import { dateInJapan } from "#shared/time.ts";
import { callTo, listHolders } from "../../actions/duty-calls.ts";
import type { DeviceApproval } from "../device-contract.ts";
import { deviceNumber } from "../device-number.ts";
import { deviceRules } from "../device-policy.ts";
import { decideDeviceEntry, findDeviceRule, ownConsentText } from "../device-rule.ts";
import { sealDeviceTicket } from "../device-ticket.ts";

const askApproval = statement<never>(
  "identity.ask-device-approval",
  `update device set approval = 'waiting', requested_at = $3
    where tenant_id = $1 and id = $2 and approval = 'unasked'`,
);

const listOfficers = statement<{ person_id: string }>(
  "identity.list-systems-officers-of-person",
  `select distinct r.person_id from person p
     join section_role r on r.tenant_id = p.tenant_id and r.section_id = p.section_id and r.role = 'systems-officer'
     join account a on a.tenant_id = r.tenant_id and a.id = r.person_id and a.disabled_at is null
    where p.tenant_id = $1 and p.id = $2 and r.person_id <> $2 and r.valid_from <= $3
      and (r.valid_until is null or r.valid_until > $3)`,
);

/** Who is called to decide about somebody's device: their section's systems officer; where it has none, the office of accounts. */
async function listDeciding(
  tx: Transaction,
  tenantId: string,
  personId: string,
  now: Date,
): Promise<string[]> {
  const officers = await tx.all(listOfficers, [tenantId, personId, dateInJapan(now)]);
  if (officers.length > 0) return officers.map((row) => row.person_id);
  return listHolders(tx, tenantId, "accounts", now, [personId]);
}

/** A sign-in that the device alone stands in the way of: what was noted of the device is kept, and its cookie is given. */
export class DeviceRefused extends AppError {
  readonly deviceSecret: string;

  constructor(
    code: "device-not-approved" | "device-cut-off",
    facts: AppError["facts"],
    deviceSecret: string,
  ) {
    super(code, facts);
    this.deviceSecret = deviceSecret;
  }
}

export type DeviceAtSignIn = { approval: DeviceApproval; secret: string };

/**
 * Decides whether somebody who has shown password and second factor may come in on this device, and asks for its approval
 * where it must be asked for. Answers until when at the longest, or the refusal, to be thrown behind the commit.
 */
export async function enterDevice(
  tx: Transaction,
  keyring: Keyring,
  actor: Actor,
  device: DeviceAtSignIn,
  now: Date,
  zones: Zones,
): Promise<{ until: Date | null } | { refused: DeviceRefused }> {
  const { tenantId, personId, deviceId } = actor;
  const rule = await findDeviceRule(tx, tenantId);
  const account = { kind: actor.kind, class: actor.accountClass, administers: actor.offices.length > 0 };
  const entry = decideDeviceEntry(rule, account, actor.zone, device.approval, now, zones);
  if (entry.kind === "out" && entry.why === "device-cut-off")
    return { refused: new DeviceRefused("device-cut-off", {}, device.secret) };
  const isAsked = entry.kind === "in" ? entry.asks : device.approval === "unasked";
  if (isAsked && (await tx.run(askApproval, [tenantId, deviceId, now])) > 0) {
    await recordAudit(tx, actor, now, {
      action: "device.approval-asked",
      subjectId: deviceId,
      rule: deviceRules.own,
      facts: { zone: actor.zone, withinGrace: entry.kind === "in" },
    });
    const deciding = await listDeciding(tx, tenantId, personId, now);
    await publish(tx, now, callTo(deciding, "devices", deviceId, now));
  }
  if (entry.kind === "in") return { until: entry.until };
  const facts = {
    number: deviceNumber(deviceId),
    isRefused: device.approval === "refused",
    ticket: sealDeviceTicket(keyring, { tenantId, accountId: personId, deviceId }, now),
    allowsPersonal: rule.allowsPersonal,
    consentText: rule.consentText ?? ownConsentText,
  };
  return { refused: new DeviceRefused("device-not-approved", facts, device.secret) };
}
