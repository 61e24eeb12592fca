import type { Keyring } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";

/** That somebody has just shown password and second factor on a device which may not be used yet. */
export type DeviceTicket = { tenantId: string; accountId: string; deviceId: string; until: number };

const purpose = "device-ticket";
const goodFor = 30 * 60_000;

/** Lets the sign-in page say more about the device without asking for everything again; good for half an hour. */
export function sealDeviceTicket(
  keyring: Keyring,
  device: { tenantId: string; accountId: string; deviceId: string },
  now: Date,
): string {
  const { tenantId, accountId, deviceId } = device;
  const contents = JSON.stringify({ accountId, deviceId, until: now.getTime() + goodFor });
  return `${tenantId}.${keyring.seal(purpose, tenantId, Buffer.from(contents)).toString("base64url")}`;
}

/** What a ticket says; undefined for one that is too old or that we did not make. */
export function openDeviceTicket(keyring: Keyring, ticket: string, now: Date): DeviceTicket | undefined {
  const [tenantId = "", sealed = ""] = ticket.split(".");
  if (!isId(tenantId)) return undefined;
  try {
    const opened = keyring.open(purpose, tenantId, Buffer.from(sealed, "base64url"));
    const contents = JSON.parse(opened.toString()) as Omit<DeviceTicket, "tenantId">;
    return contents.until > now.getTime() ? { tenantId, ...contents } : undefined;
  } catch {
    return undefined;
  }
}
