import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "#core/db/index.ts";
import { makeFolderDriver, type StorageDriver } from "#core/files/index.ts";
import { createInstallation } from "#core/identity/index.ts";
import { type Clock, createLogger, Keyring, silentLogger, systemClock } from "#core/kernel/index.ts";
import type { Zone } from "#core/policy/index.ts";
import type { Sanitiser } from "#core/sanitise/index.ts";
import type { FurtherZone, ListenerSettings } from "#core/zones/index.ts";
import { type Chonai, type ChonaiOptions, startChonai } from "#server/index.ts";
import { ApiClient } from "./api-client.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { buildSession } from "./factories.ts";
import { makeSanitiserDouble } from "./sanitiser-double.ts";

export type TestServer = {
  readonly chonai: Chonai;
  database: Database;
  testDatabase: TestDatabase;
  keyring: Keyring;
  /** The root of the keyring, for tests that change it. */
  testKey: Buffer;
  /** Where its files lie. */
  folder: string;
  url: (zone: Zone) => string;
  /** A client with a live session of this person in a zone. */
  as: (person: { id: string; tenantId: string }, zone?: Zone) => Promise<ApiClient>;
  /** A client without a session. */
  anonymous: (zone?: Zone) => ApiClient;
  /** Stops it, does something, and starts it on the same database and other ports. */
  restart: (meanwhile: () => Promise<void>) => Promise<void>;
  stop: () => Promise<void>;
};

/** A whole server on a database of its own, on free ports of the loopback address; every answer is checked. */
export async function startTestServer(
  given: {
    clock?: Clock;
    rateFactor?: number;
    webRoot?: string;
    isDemo?: boolean;
    log?: boolean;
    /** A push service of the test: its host and certificate. */
    push?: { hosts: readonly string[]; ca: string; proxy?: string };
    /** Hosts of this machine that play the part of other systems. */
    outgoingHosts?: readonly string[];
    /** Who looks into files: a double that knows a few kinds, unless the test is about the real one. */
    sanitiser?: Sanitiser;
    driver?: StorageDriver;
    /** How the listeners differ from those on loopback without proxies and TLS. */
    listeners?: Partial<Omit<ListenerSettings, "zone" | "port">>;
    /** Zones beside LGWAN and Internet: each gets a listener. */
    furtherZones?: readonly FurtherZone[];
  } = {},
): Promise<TestServer> {
  const testDatabase = await createTestDatabase();
  const database = testDatabase.open();
  const clock = given.clock ?? systemClock;
  const testKey = randomBytes(32);
  const keyring = new Keyring(testKey);
  const folder = await mkdtemp(join(tmpdir(), "chonai-files-"));
  await createInstallation(database, clock, { isDemo: given.isDemo ?? false, keyId: keyring.id });
  const settings: ChonaiOptions = {
    database: testDatabase.application,
    poolSize: 6,
    listeners: ["lgwan", "internet", ...(given.furtherZones ?? []).map(({ id }) => id)].map((zone) => ({
      zone,
      host: "127.0.0.1",
      port: 0,
      trustedProxies: [],
      sharedAddresses: [],
      secureCookies: false,
      ...given.listeners,
    })),
    furtherZones: given.furtherZones ?? [],
    keyring,
    clock,
    log: given.log ? createLogger({ level: "debug" }) : silentLogger,
    webRoot: given.webRoot,
    checkAnswers: true,
    rateFactor: given.rateFactor ?? 100,
    cluster: false,
    files: {
      driver: given.driver ?? makeFolderDriver(folder),
      folder,
      sanitiser: given.sanitiser ?? makeSanitiserDouble(),
    },
    push: {
      contact: "mailto:push@chonai.invalid",
      proxy: given.push?.proxy,
      hosts: given.push?.hosts ?? [],
      ca: given.push?.ca,
    },
    outgoing: { hosts: given.outgoingHosts ?? [], proxy: undefined, withoutProxy: [] },
    listDemoPeople: async () => [],
  };
  let chonai = await startChonai(settings);
  const url = (zone: Zone) =>
    `http://127.0.0.1:${chonai.addresses.find((address) => address.zone === zone)!.port}`;
  return {
    get chonai() {
      return chonai;
    },
    database,
    testDatabase,
    keyring,
    testKey,
    folder,
    url,
    as: async (person, zone = "lgwan") =>
      new ApiClient(url(zone), (await buildSession(database, person, { zone })).token),
    anonymous: (zone = "lgwan") => new ApiClient(url(zone), undefined),
    restart: async (meanwhile) => {
      await chonai.stop();
      await meanwhile();
      chonai = await startChonai(settings);
    },
    stop: async () => {
      await chonai.stop();
      await testDatabase.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
