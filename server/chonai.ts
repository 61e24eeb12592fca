import { mentionLimit, messageCharacterLimit } from "#capabilities/chat/contract.ts";
import {
  chatFileRooms,
  chatGates,
  chatRoutes,
  chatWithdrawals,
  listRoommates,
  makeChatReaches,
  makeListTopics,
} from "#capabilities/chat/index.ts";
import {
  disposalTask,
  findChainStanding,
  governanceRoutes,
  listDueByTheClock,
  listHeldRecords,
  makeInspectionReaches,
  openUseReviews,
  recordTask,
  tellFinishedInspections,
  writeAllTraces,
} from "#capabilities/governance/index.ts";
import { guestRoutes, lookThroughGuests, makeGuestReaches } from "#capabilities/guests/index.ts";
import { AuditSealer, RefusedDeeds } from "#core/audit/index.ts";
import {
  beginCrossing,
  type CrossingTable,
  CrossingTables,
  crossingRoutes,
  Reading,
  readerOf,
  readingOf,
} from "#core/crossing/index.ts";
import {
  type ConnectionSettings,
  Database,
  forgetIdempotencyKeys,
  installationScope,
} from "#core/db/index.ts";
import { equipmentRoutes, makeMediaReaches, warnOfOverdueMedia } from "#core/equipment/index.ts";
import {
  BlobStore,
  clearLeftovers,
  type FileServices,
  fileRoutes,
  forgetOldFiles,
  inspectTask,
  PagePictures,
  placesOf,
  resumeInspections,
  type StorageDriver,
  sweepBlobs,
} from "#core/files/index.ts";
import {
  createListener,
  describeApi,
  type Listener,
  RateLimiter,
  type Route,
  serveStream,
} from "#core/http/index.ts";
import type { SignInPage } from "#core/identity/contract.ts";
import {
  AccountEnds,
  beginDay,
  findInstallation,
  forgetOldSignIns,
  Guesses,
  identityRoutes,
  OpenId,
  type OutgoingSettings,
  RefusedSignIns,
  Saml,
  Sessions,
  stopDisabled,
  Tenants,
  visiblePeople,
} from "#core/identity/index.ts";
import { JobRunner, type Schedule, type Task } from "#core/jobs/index.ts";
import type { Clock, Keyring, Logger } from "#core/kernel/index.ts";
import { licenceRoutes } from "#core/licences/index.ts";
import {
  joinReaches,
  makeDeviceReaches,
  makeHidesPresence,
  makePushHosts,
  makeSendPush,
  openVapid,
  PushWorker,
  reachRoutes,
} from "#core/reach/index.ts";
import { Realtime, StreamConnection, type StreamServices, type StreamSession } from "#core/realtime/index.ts";
import { expectAgreement, makeRulesReaches, rulesRoutes, rulesTasks } from "#core/rules/index.ts";
import type { Sanitiser } from "#core/sanitise/index.ts";
import { type FurtherZone, type ListenerSettings, Zones } from "#core/zones/index.ts";
import { nameZones } from "#shared/zone-words.ts";
import { crossingStock } from "./crossing-stock.ts";
import { giveMemoryBack } from "./give-memory-back.ts";
import { organisationListeners } from "./organisation-listeners.ts";

export type ChonaiOptions = {
  database: ConnectionSettings;
  poolSize: number;
  listeners: readonly ListenerSettings[];
  /** Zones beside LGWAN and Internet; each needs a listener. */
  furtherZones: readonly FurtherZone[];
  keyring: Keyring;
  clock: Clock;
  log: Logger;
  webRoot: string | undefined;
  checkAnswers: boolean;
  rateFactor: number;
  cluster: boolean;
  files: {
    /** Where contents lie, sealed. */
    driver: StorageDriver;
    /** A folder of this machine for what arrives and what is being looked at. */
    folder: string;
    sanitiser: Sanitiser;
  };
  push: {
    /** Of whom a push service asks when something is wrong: `mailto:` or `https:`. */
    contact: string;
    /** The proxy to the Internet; straight when undefined. */
    proxy: string | undefined;
    /** Hosts of push services beside the known ones. */
    hosts: readonly string[];
    /** A certificate authority beside the built-in ones, PEM. */
    ca: string | undefined;
  };
  /** Where identity providers and other people's directories may be asked. */
  outgoing: OutgoingSettings;
  listDemoPeople: (zone: ListenerSettings["zone"], at: Date) => Promise<SignInPage["demoPeople"]>;
};

/** The running program: one node. */
export type Chonai = {
  addresses: readonly { zone: ListenerSettings["zone"]; host: string; port: number }[];
  routes: readonly Route[];
  database: Database;
  tenants: Tenants;
  realtime: Realtime;
  auditSealer: AuditSealer;
  pushWorker: PushWorker;
  files: FileServices;
  stop(): Promise<void>;
};

const version = "0.1.0";
/** Streams live long; that their sessions still stand is looked up this often, whatever ended them. */
const recheckEvery = 60_000;
/** Repeated refusals of a minute are one entry of the audit record. */
const tellRefusedEvery = 60_000;

/**
 * Assembles the modules from this explicit list and starts them: database, sealers, listeners. Everything it starts is
 * ended by `stop`, in the opposite order.
 */
export async function startChonai(options: ChonaiOptions): Promise<Chonai> {
  const { clock, log, keyring } = options;
  const database = new Database(options.database, {
    poolSize: options.poolSize,
    forbidNesting: options.checkAnswers,
  });
  const tenants = new Tenants(database, clock);
  const zones = new Zones(options.furtherZones);
  nameZones(options.furtherZones);
  const sessions = new Sessions(database, clock, (tenantId) => tenants.has(tenantId), zones);
  const limiter = new RateLimiter(clock, options.rateFactor);
  const crossing = new CrossingTables(database, clock);
  /** The table of each municipality as its streams were last told of it. */
  const announced = new Map<string, CrossingTable>();
  const reaches = joinReaches([
    makeChatReaches(crossing),
    makeGuestReaches(clock),
    makeRulesReaches(clock),
    makeDeviceReaches(clock),
    makeMediaReaches(clock),
    makeInspectionReaches(clock),
  ]);
  const refusedSignIns = new RefusedSignIns(database, clock);
  const refusedDeeds = new RefusedDeeds(database, clock);
  const installation = await findInstallation(database);
  if (!installation) throw new Error("the installation's row is missing: run `chonai migrate` first");
  let isSetUp = false;

  const listTenantIds = async () => (await tenants.list()).map((tenant) => tenant.id);
  const realtime = new Realtime({
    database,
    clock,
    log,
    epoch: installation.epoch,
    cluster: options.cluster,
    listTenantIds,
    onSessionEnded: (sessionId) => sessions.forget(sessionId),
    withdrawals: chatWithdrawals,
    gates: chatGates,
    onRightsChanged: (tenantId) => void reopenStreams(tenantId),
  });
  const accountEnds = new AccountEnds({
    database,
    clock,
    log,
    listTenantIds,
    onSessionEnded: (sessionId) => sessions.forget(sessionId),
  });
  const auditSealer = new AuditSealer({
    database,
    key: { id: keyring.id, key: keyring.derive("audit-chain") },
    log,
    listTenantIds,
  });
  database.routeAnnouncements({
    isHere: () => realtime.isHere(),
    takeAlong: (tenantId) => realtime.takeAlong(tenantId),
    wake: (tenantId, isSealed) => {
      if (!isSealed) realtime.wake(tenantId);
      auditSealer.wake(tenantId);
    },
  });
  await realtime.start();
  await auditSealer.start();

  const hosts = makePushHosts(options.push.hosts);
  const vapid = await openVapid(database, keyring, clock, options.push.contact);
  const send = makeSendPush({ vapid, hosts, zones, proxy: options.push.proxy, ca: options.push.ca });
  const isActive = (tenantId: string, personId: string) =>
    realtime.knownDispatcher(tenantId)?.presence.isActive(personId) ?? false;
  const pushWorker = new PushWorker({
    database,
    clock,
    log,
    reaches,
    send,
    listTenantIds,
    isActive,
  });
  const hidesPresence = makeHidesPresence(database);

  const places = placesOf(options.files.folder);
  await clearLeftovers(options.files.folder);
  const files: FileServices = {
    database,
    clock,
    store: new BlobStore(options.files.driver, keyring, places.arriving),
    rooms: chatFileRooms,
    tables: crossing,
    sanitiser: options.files.sanitiser,
    workFolder: places.work,
  };
  const pictures = new PagePictures(places.reading);

  const routes: Route[] = [
    ...identityRoutes({
      database,
      clock,
      keyring,
      sessions,
      tenants,
      guesses: new Guesses(database, clock, keyring, options.rateFactor),
      refusedSignIns,
      openId: new OpenId({ clock, keyring, log, outgoing: options.outgoing, zones }),
      saml: new Saml({ clock, log }),
      log,
      outgoing: options.outgoing,
      signInConditions: [expectAgreement(keyring)],
      accountEnds,
      roommates: listRoommates,
      organisationListeners,
      limits: { messageCharacters: messageCharacterLimit, mentions: mentionLimit },
      listDemoPeople: options.listDemoPeople,
      isSetUp: async () => {
        isSetUp ||= (await tenants.list()).length > 0;
        return isSetUp;
      },
      zones,
    }),
    ...reachRoutes({
      database,
      clock,
      reaches,
      roommates: listRoommates,
      zones,
      push: {
        publicKey: vapid.publicKey,
        hosts,
        send,
        onSubscribed: (tenantId) => pushWorker.follow(tenantId),
      },
    }),
    ...licenceRoutes({ database, clock }),
    ...equipmentRoutes({
      database,
      clock,
      crossing,
      onSessionEnded: (sessionId) => sessions.forget(sessionId),
    }),
    ...rulesRoutes({ database, clock, keyring }),
    ...chatRoutes({ database, clock, crossing }),
    ...crossingRoutes({
      database,
      clock,
      crossing,
      stock: crossingStock,
      zones,
      listeners: options.listeners,
    }),
    ...fileRoutes(files, pictures),
    ...guestRoutes({
      database,
      clock,
      keyring,
      tenants,
      limits: { messageCharacters: messageCharacterLimit, mentions: mentionLimit },
      onEndsChanged: () => accountEnds.wake(),
      onSessionEnded: (sessionId) => sessions.forget(sessionId),
    }),
    ...governanceRoutes({ database, clock, crossing, store: files.store }),
  ];
  const openApi = describeApi(routes, version);

  const tasks: Task[] = [
    ...rulesTasks(database, clock, (sessionId) => sessions.forget(sessionId)),
    beginCrossing({ database, clock }),
    inspectTask(files),
    disposalTask(files),
    recordTask(files),
  ];
  const schedules: Schedule[] = [
    {
      name: "identity.begin-day",
      at: { hour: 0, minute: 0 },
      run: async () => {
        const services = { database, clock, keyring, organisationListeners, importProgress: new Map() };
        for (const tenantId of await listTenantIds()) await beginDay(services, tenantId);
      },
    },
    {
      name: "guests.look-through",
      at: { hour: 8, minute: 0 },
      run: async () => {
        for (const tenantId of await listTenantIds()) {
          await lookThroughGuests(database, tenantId, clock.now());
          accountEnds.wake();
        }
      },
    },
    {
      name: "equipment.warn-overdue",
      at: { hour: 8, minute: 30 },
      run: async () => {
        for (const tenantId of await listTenantIds())
          await warnOfOverdueMedia(database, tenantId, clock.now());
      },
    },
    {
      name: "governance.open-use-reviews",
      at: { hour: 5, minute: 10 },
      run: async () => {
        for (const tenantId of await listTenantIds()) await openUseReviews(database, tenantId, clock.now());
      },
    },
    {
      name: "governance.list-due",
      at: { hour: 4, minute: 10 },
      run: async () => {
        for (const tenantId of await listTenantIds())
          await listDueByTheClock(database, tenantId, clock.now());
      },
    },
    {
      name: "identity.stop-disabled",
      at: { every: 60 },
      run: async () => {
        const services = { database, clock, keyring, log, outgoing: options.outgoing };
        for (const tenantId of await listTenantIds())
          await stopDisabled({ ...services, onSessionEnded: (id) => sessions.forget(id) }, tenantId);
      },
    },
    { name: "governance.watch-audit", at: { every: 1 }, run: watchAudit },
    { name: "realtime.forget-old", at: { hour: 3, minute: 10 }, run: () => realtime.forgetOld() },
    { name: "identity.forget-old", at: { hour: 3, minute: 20 }, run: forgetOldEverywhere },
    {
      name: "files.resume",
      at: { every: 1 },
      run: async () => {
        for (const tenantId of await listTenantIds()) await resumeInspections(files, tenantId);
      },
    },
    {
      name: "files.sweep",
      at: { hour: 3, minute: 40 },
      run: async () => {
        for (const tenantId of await listTenantIds()) {
          await forgetOldFiles(files, tenantId, listHeldRecords);
          const blobs = await sweepBlobs(files, tenantId);
          log.info({ tenantId, blobs }, "contents to which nothing refers were removed");
        }
      },
    },
  ];
  const jobs = new JobRunner({ database, log, tasks, schedules, isAlone: !options.cluster });
  let recheck: NodeJS.Timeout | undefined;
  let tellRefused: NodeJS.Timeout | undefined;
  const listRooms = makeListTopics(database);
  // The directory's topic bears the municipality's id: who sees it whole hears of its changes, a guest does not.
  const listTopics = async ({ tenantId, personId, seesOnlyRoommates, gate }: StreamSession) => {
    const rooms = await listRooms(tenantId, personId);
    const open = rooms.filter((room) => gate.decide(room).kind === "allow").map(({ id }) => id);
    const closed = rooms.filter((room) => gate.decide(room).kind !== "allow").map(({ id }) => id);
    return { open: seesOnlyRoommates ? open : [...open, tenantId], closed };
  };
  const listeners: Listener[] = [];
  const stops: (() => void)[] = [];
  const addresses: Chonai["addresses"][number][] = [];
  try {
    for (const settings of options.listeners) {
      const listener = createListener(settings, {
        routes,
        authenticate: async (zone, token) => (await sessions.authenticate(zone, token)).actor,
        limiter,
        log,
        webRoot: options.webRoot,
        checkAnswers: options.checkAnswers,
        onRefused: (deed) => refusedDeeds.note(deed),
        isHealthy: () => database.transaction(installationScope, async () => true),
        openApi: () => openApi,
      });
      const services: StreamServices = {
        database,
        clock,
        realtime,
        tenantOf: (token) => sessions.tenantOf(token),
        authenticate: async (token) => {
          const { actor, expiresAt } = await sessions.authenticate(settings.zone, token, "as it is now");
          return {
            tenantId: actor.tenantId,
            personId: actor.personId,
            sessionId: actor.sessionId,
            expiresAt,
            seesOnlyRoommates: visiblePeople(actor, []) !== undefined,
            gate: await crossing.readingOf(actor.tenantId, readerOf(actor)),
          };
        },
        topicsOf: listTopics,
        hidesPresence,
      };
      stops.push(serveStream(listener, log, (wire) => new StreamConnection(wire, services)));
      const port = await listener.start();
      listeners.push(listener);
      addresses.push({ zone: settings.zone, host: settings.host, port });
    }
  } catch (error) {
    await stop();
    throw error;
  }

  recheck = setInterval(() => {
    recheckSessions(realtime, sessions).catch((error) =>
      log.warn({ reason: String(error) }, "live sessions could not be checked, trying again"),
    );
  }, recheckEvery);
  recheck.unref();
  tellRefused = setInterval(() => {
    refusedSignIns
      .flush()
      .catch((error) => log.warn({ reason: String(error) }, "refused sign-ins could not be recorded"));
    refusedDeeds
      .flush()
      .catch((error) => log.warn({ reason: String(error) }, "refused deeds could not be recorded"));
    sessions
      .writeUse()
      .catch((error) => log.warn({ reason: String(error) }, "the use of sessions could not be written"));
  }, tellRefusedEvery);
  tellRefused.unref();
  accountEnds.start();
  jobs.start();
  pushWorker.start();
  stops.push(giveMemoryBack(log));

  /** Sessions that may read other rooms than before start afresh, also those that came back a moment too early. */
  async function reopenStreams(tenantId: string): Promise<void> {
    crossing.forget(tenantId);
    const before = announced.get(tenantId);
    try {
      const table = await crossing.tableOf(tenantId);
      announced.set(tenantId, table);
      for (const subscriber of [...(realtime.knownDispatcher(tenantId)?.subscribers() ?? [])]) {
        const { gate } = subscriber;
        const keyBy = (one: CrossingTable) => gate instanceof Reading && readingOf(one, gate.reader).key;
        const now = keyBy(table);
        if (gate.key !== now || (before && keyBy(before) !== now)) subscriber.close("reset");
      }
    } catch (error) {
      log.warn({ reason: String(error) }, "streams are closed, since what they may tell could not be read");
      for (const subscriber of [...(realtime.knownDispatcher(tenantId)?.subscribers() ?? [])])
        subscriber.close("reset");
    }
  }

  /** Makes the record searchable, tells of inspections that are over, and raises the alarm when the chain falls behind. */
  async function watchAudit(): Promise<void> {
    for (const tenantId of await listTenantIds()) {
      await writeAllTraces(database, tenantId);
      await tellFinishedInspections(database, clock, tenantId);
      const { age, isAlarming } = await findChainStanding(database, tenantId, clock.now());
      if (isAlarming) log.error({ tenantId, seconds: age }, "audit entries are waiting for their link");
    }
  }

  async function forgetOldEverywhere(): Promise<void> {
    for (const tenantId of await listTenantIds()) {
      const forgotten = await forgetOldSignIns(database, tenantId, clock.now());
      const keys = await forgetIdempotencyKeys(database, tenantId, clock.now());
      log.info({ tenantId, ...forgotten, keys }, "old sessions, devices and keys were removed");
    }
  }

  async function stop(): Promise<void> {
    clearInterval(recheck);
    clearInterval(tellRefused);
    await jobs.stop();
    for (const end of stops) end();
    await Promise.all(listeners.map((listener) => listener.stop()));
    await refusedSignIns
      .flush()
      .catch((error) => log.warn({ reason: String(error) }, "refused sign-ins could not be recorded"));
    await pictures.stop();
    await refusedDeeds
      .flush()
      .catch((error) => log.warn({ reason: String(error) }, "refused deeds could not be recorded"));
    await accountEnds.stop();
    await pushWorker.stop();
    await realtime.stop();
    await auditSealer.stop();
    await database.close();
  }

  return { addresses, routes, database, tenants, realtime, auditSealer, pushWorker, files, stop };
}

/** Closes the streams of sessions that are over: revoked, expired earlier than thought, or ended behind our back. */
async function recheckSessions(realtime: Realtime, sessions: Sessions): Promise<void> {
  for (const [tenantId, dispatcher] of realtime.dispatchers()) {
    const ids = [...new Set([...dispatcher.subscribers()].map((subscriber) => subscriber.sessionId))];
    if (ids.length === 0) continue;
    sessions.noteUsed(tenantId, ids);
    const ended = new Set(await sessions.listEnded(tenantId, ids));
    for (const subscriber of [...dispatcher.subscribers()])
      if (ended.has(subscriber.sessionId)) subscriber.close("session-ended");
  }
}
