import type { Database } from "#core/db/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import type { Zones } from "#core/zones/index.ts";
import type { OpenId } from "./open-id.ts";
import type { Saml } from "./saml/saml.ts";

export type ProviderServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  openId: OpenId;
  saml: Saml;
  zones: Zones;
};
