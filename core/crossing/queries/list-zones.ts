import { type Database, scopeOf } from "#core/db/index.ts";
import { countLiveSessions } from "#core/identity/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { ListenerSettings, Zones } from "#core/zones/index.ts";
import { zoneWords } from "#shared/zone-words.ts";
import type { ZoneItem, ZoneList } from "../contract.ts";
import { decideEditCrossing } from "../policy.ts";

/** The zones as they are set up at the server, for who administers the rules: they are read here and changed there. */
export async function listZones(
  services: { database: Database; clock: Clock; zones: Zones; listeners: readonly ListenerSettings[] },
  actor: Actor,
): Promise<ZoneList> {
  const { database, clock, zones, listeners } = services;
  assertAllowed(actor, decideEditCrossing(actor));
  const live = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    countLiveSessions(tx, actor.tenantId, clock.now()),
  );
  const ids = [...new Set([...listeners.map(({ zone }) => zone), ...zones.further.map(({ id }) => id)])];
  return { items: ids.map((id) => describe(id)) };

  function describe(id: string): ZoneItem {
    return {
      id,
      ...zoneWords(id),
      kind: zones.sideOf(id) === "lgwan" ? "closed" : "outside",
      isBase: zones.find(id) === undefined,
      needsSecondFactor: zones.needsSecondFactor(id),
      needsApprovedDevice: zones.needsApprovedDevice(id),
      listeners: listeners
        .filter(({ zone }) => zone === id)
        .map(({ host, port, tls, trustedProxies, sharedAddresses }) => ({
          address: host,
          port,
          isTls: tls !== undefined,
          trustedProxies: [...trustedProxies],
          sharedAddresses: [...sharedAddresses],
        })),
      destinations: id === "internet" ? null : [...(zones.find(id)?.destinations ?? [])],
      liveSessions: live.get(id) ?? 0,
    };
  }
}
