import type { Database } from "#core/db/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";

export type DeviceServices = { database: Database; clock: Clock; keyring: Keyring };
