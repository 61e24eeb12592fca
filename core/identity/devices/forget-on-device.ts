import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { readDeviceSecret } from "../device-secret.ts";
import { hashToken } from "../tokens.ts";
import { deviceRules } from "./device-policy.ts";

const findCutOff = statement<{ id: string }>(
  "identity.find-cut-off-device",
  `select id from device
    where tenant_id = $1 and secret_hash = $2 and approval = 'cut-off' and wiped_at is null limit 1`,
);
const noteWiped = statement<{ id: string }>(
  "identity.note-wiped-device",
  `update device set wiped_at = $3
    where tenant_id = $1 and secret_hash = $2 and approval = 'cut-off' and wiped_at is null
   returning id`,
);

/**
 * Devices that were cut off and must still delete what they kept. The page before one is in asks with every contact; a device
 * is known by its cookie, which says nothing to anybody else.
 */
export class DevicesToForget {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether the device with this cookie must delete what it kept for one of these municipalities. */
  async mustForget(tenantIds: readonly string[], deviceSecret: string | undefined): Promise<boolean> {
    const secret = readDeviceSecret(deviceSecret);
    if (!secret) return false;
    for (const tenantId of tenantIds) {
      const find = [tenantId, hashToken(secret)];
      if (await this.#database.transaction(scopeOf(tenantId), (tx) => tx.first(findCutOff, find)))
        return true;
    }
    return false;
  }

  /** The device says that it has deleted everything. It is believed: what it kept was on it alone. */
  async noteForgotten(tenantIds: readonly string[], deviceSecret: string | undefined): Promise<void> {
    const secret = readDeviceSecret(deviceSecret);
    if (!secret) return;
    const now = this.#clock.now();
    for (const tenantId of tenantIds)
      await this.#database.transaction(scopeOf(tenantId), async (tx) => {
        const rows = await tx.all(noteWiped, [tenantId, hashToken(secret), now]);
        const entries = rows.map(({ id }) => ({
          action: "device.wiped",
          subjectId: id,
          rule: deviceRules.own,
          facts: {},
        }));
        if (entries.length > 0) await recordAudit(tx, { tenantId, system: "device" }, now, ...entries);
      });
  }
}
