import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { callTo } from "../../actions/duty-calls.ts";
import { endSessionsOf } from "../../actions/end-sessions.ts";
import { todayInJapan } from "../../today.ts";
import type { DecideDeviceRequest } from "../device-contract.ts";
import { decideApproveDevice, decideDevice, decideDevices } from "../device-policy.ts";
import { findDeviceRule } from "../device-rule.ts";
import type { DeviceServices } from "../device-services.ts";
import { holdDevice } from "../hold-device.ts";
import { listOfficerSections } from "../officer-sections.ts";

const decide = statement<never>(
  "identity.decide-device",
  `update device set approval = $3, owned = $4, decided_at = $5, decided_by = $6, decision_note = $7
    where tenant_id = $1 and id = $2`,
);
const restore = statement<never>(
  "identity.restore-device",
  `update device set approval = $3, decided_at = $4, decided_by = $5, cut_off_at = null, cut_off_because = null,
          wiped_at = null
    where tenant_id = $1 and id = $2`,
);
const listSessionsOf = statement<{ id: string }>(
  "identity.list-live-sessions-of-device",
  "select id from session where tenant_id = $1 and device_id = $2 and ended_at is null and expires_at > $3",
);

/** Approves a device or refuses it; refused, its sessions end. Returns the sessions that ended. */
export async function decideAboutDevice(
  { database, clock }: DeviceServices,
  actor: Actor,
  deviceId: string,
  input: DecideDeviceRequest,
): Promise<string[]> {
  const now = clock.now();
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const officerOf = await listOfficerSections(tx, actor, todayInJapan(clock));
    assertAllowed(actor, decideDevices(actor, officerOf));
    const device = await holdDevice(tx, tenantId, deviceId);
    const holder = { personId: device.account_id, sectionId: device.section_id };
    const rule = assertAllowed(actor, decideApproveDevice(actor, officerOf, holder));
    if (device.approval === "cut-off")
      throw conflict("利用を停止されている端末です", "the device is cut off");
    if (input.isApproved && input.owned === "personal") {
      if (!(await findDeviceRule(tx, tenantId)).allowsPersonal)
        throw conflict("私物の端末は認められていません", "personal devices are not allowed");
    }
    const approval = input.isApproved ? "approved" : "refused";
    await tx.run(decide, [
      tenantId,
      deviceId,
      approval,
      input.owned,
      now,
      actor.personId,
      input.note?.trim() || null,
    ]);
    const events = [];
    const ids: string[] = [];
    if (!input.isApproved)
      for (const session of await tx.all(listSessionsOf, [tenantId, deviceId, now])) {
        const ended = await endSessionsOf(tx, tenantId, device.account_id, now, { only: session.id });
        ids.push(...ended.ids);
        events.push(...ended.events);
      }
    await recordAudit(tx, actor, now, {
      action: `device.${approval}`,
      subjectId: deviceId,
      rule,
      facts: { holder: device.account_id, owned: input.owned, note: input.note?.trim() || null },
    });
    await publish(tx, now, [...events, ...callTo([device.account_id], "devices", deviceId, now)]);
    return ids;
  });
}

/** Gives a device back that was cut off, because it was found: approved, as whoever does this answers for it. */
export async function restoreDevice(
  { database, clock }: DeviceServices,
  actor: Actor,
  deviceId: string,
  reason: string,
): Promise<void> {
  const now = clock.now();
  const { tenantId } = actor;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const officerOf = await listOfficerSections(tx, actor, todayInJapan(clock));
    assertAllowed(actor, decideDevices(actor, officerOf));
    const device = await holdDevice(tx, tenantId, deviceId);
    assertAllowed(actor, decideDevice(actor, officerOf, { sectionId: device.section_id }));
    const holder = { personId: device.account_id, sectionId: device.section_id };
    const rule = assertAllowed(actor, decideApproveDevice(actor, officerOf, holder));
    if (device.approval !== "cut-off")
      throw conflict("利用を停止されていない端末です", "the device is not cut off");
    await tx.run(restore, [tenantId, deviceId, "approved", now, actor.personId]);
    await recordAudit(tx, actor, now, {
      action: "device.restored",
      subjectId: deviceId,
      rule,
      facts: { holder: device.account_id, reason },
    });
  });
}

const conflict = (reason: string, reasonEn: string) => new AppError("conflict", { reason, reasonEn });
