import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { listHolderDevices } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { LinkDeviceRequest } from "../contract.ts";
import { decideKeepEquipment } from "../policy.ts";

const hold = statement<{
  number: string;
  holder_id: string | null;
  section_id: string | null;
  device_id: string | null;
}>(
  "equipment.hold-for-link",
  "select number, holder_id, section_id, device_id from equipment where tenant_id = $1 and id = $2 for no key update",
);
const link = statement<never>(
  "equipment.link-device",
  "update equipment set device_id = $3, changed_at = $4 where tenant_id = $1 and id = $2",
);
const note = statement<never>(
  "equipment.note-link",
  `insert into equipment_event (tenant_id, id, equipment_id, at, what, by_id, holder_id, section_id, note)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

/** Notes which of its holder's browsers is the one on a thing, so that its loss cuts that one off. Again changes nothing. */
export async function linkDevice(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
  equipmentId: string,
  { deviceId }: LinkDeviceRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideKeepEquipment(actor));
  if (!isId(equipmentId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const held = await tx.first(hold, [tenantId, equipmentId]);
    if (!held) throw notFound();
    if (held.device_id === deviceId) return;
    const devices = held.holder_id ? await listHolderDevices(tx, tenantId, held.holder_id) : [];
    const device = devices.find(({ id }) => id === deviceId);
    if (deviceId !== null && !device)
      throw new AppError("invalid-request", { where: "body.deviceId", reason: "not its holder's" });
    const what = deviceId === null ? "unlinked" : "linked";
    await tx.run(link, [tenantId, equipmentId, deviceId, now]);
    await tx.run(note, [
      tenantId,
      newId(now.getTime()),
      equipmentId,
      now,
      what,
      actor.personId,
      held.holder_id,
      held.section_id,
      device ? [device.name, device.number].filter(Boolean).join(" ") : "",
    ]);
    await recordAudit(tx, actor, now, {
      action: `equipment.${what}`,
      subjectId: equipmentId,
      rule,
      facts: { number: held.number, device: deviceId ?? held.device_id },
    });
  });
}
