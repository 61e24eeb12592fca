import { chatFileRooms, chatRoutes, makeChatReaches } from "#capabilities/chat/index.ts";
import { governanceRoutes } from "#capabilities/governance/index.ts";
import { guestRoutes } from "#capabilities/guests/index.ts";
import { CrossingTables, crossingRoutes } from "#core/crossing/index.ts";
import { Database } from "#core/db/index.ts";
import { equipmentRoutes } from "#core/equipment/index.ts";
import { BlobStore, fileRoutes, makeFolderDriver, PagePictures } from "#core/files/index.ts";
import type { Route } from "#core/http/index.ts";
import {
  Guesses,
  identityRoutes,
  OpenId,
  RefusedSignIns,
  Saml,
  Sessions,
  Tenants,
} from "#core/identity/index.ts";
import { Keyring, silentLogger, systemClock } from "#core/kernel/index.ts";
import { licenceRoutes } from "#core/licences/index.ts";
import { makePushHosts, reachRoutes } from "#core/reach/index.ts";
import { rulesRoutes } from "#core/rules/index.ts";
import { Zones } from "#core/zones/index.ts";
import { makeSanitiserDouble } from "./sanitiser-double.ts";

const nowhere = new Database({ host: "/nowhere", port: 1, user: "", password: undefined, database: "" });

/** The routes of the program, without a database behind them: for tests of their promises and for their documents. */
export function allRoutes(): Route[] {
  const keyring = new Keyring(Buffer.alloc(32));
  const crossing = new CrossingTables(nowhere, systemClock);
  return [
    ...identityRoutes({
      database: nowhere,
      clock: systemClock,
      keyring,
      sessions: new Sessions(nowhere, systemClock, async () => false),
      tenants: new Tenants(nowhere, systemClock),
      guesses: new Guesses(nowhere, systemClock, keyring),
      accountEnds: { wake: () => {} },
      refusedSignIns: new RefusedSignIns(nowhere, systemClock),
      openId: new OpenId({
        clock: systemClock,
        keyring,
        log: silentLogger,
        outgoing: { hosts: [], proxy: undefined, withoutProxy: [] },
        zones: new Zones(),
      }),
      saml: new Saml({ clock: systemClock, log: silentLogger }),
      log: silentLogger,
      outgoing: { hosts: [], proxy: undefined, withoutProxy: [] },
      signInConditions: [],
      roommates: async () => [],
      organisationListeners: [],
      limits: { messageCharacters: 1, mentions: 1 },
      listDemoPeople: async () => [],
      isSetUp: async () => true,
      zones: new Zones(),
    }),
    ...reachRoutes({
      database: nowhere,
      clock: systemClock,
      reaches: makeChatReaches(crossing),
      roommates: async () => [],
      zones: new Zones(),
      push: {
        publicKey: "",
        hosts: makePushHosts([]),
        send: async () => ({ status: 0, retryAfterSeconds: undefined, reason: "" }),
        onSubscribed: () => {},
      },
    }),
    ...licenceRoutes({ database: nowhere, clock: systemClock }),
    ...equipmentRoutes({ database: nowhere, clock: systemClock, crossing, onSessionEnded: () => {} }),
    ...rulesRoutes({ database: nowhere, clock: systemClock, keyring }),
    ...crossingRoutes({
      database: nowhere,
      clock: systemClock,
      crossing,
      stock: { listRoomGroups: async () => [] },
      zones: new Zones(),
      listeners: [],
    }),
    ...chatRoutes({ database: nowhere, clock: systemClock, crossing }),
    ...fileRoutes(
      {
        database: nowhere,
        clock: systemClock,
        store: new BlobStore(makeFolderDriver("/nowhere"), keyring, "/nowhere"),
        rooms: chatFileRooms,
        tables: crossing,
        sanitiser: makeSanitiserDouble(),
        workFolder: "/nowhere",
      },
      new PagePictures("/nowhere"),
    ),
    ...guestRoutes({
      database: nowhere,
      clock: systemClock,
      keyring,
      tenants: { list: async () => [] },
      limits: { messageCharacters: 1, mentions: 1 },
      onEndsChanged: () => {},
      onSessionEnded: () => {},
    }),
    ...governanceRoutes({
      database: nowhere,
      clock: systemClock,
      crossing,
      store: new BlobStore(makeFolderDriver("/nowhere"), keyring, "/nowhere"),
    }),
  ];
}
