import type { Database } from "#core/db/index.ts";
import type { Clock, Keyring, Logger } from "#core/kernel/index.ts";
import type { OutgoingSettings } from "../sso/guarded-fetch.ts";

export type LdapServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  log: Logger;
  outgoing: OutgoingSettings;
  onSessionEnded: (sessionId: string) => void;
};
