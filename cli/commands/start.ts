import { existsSync, readFileSync } from "node:fs";
import { Database } from "#core/db/index.ts";
import { createInstallation, findInstallation, issueSetUpCode, Tenants } from "#core/identity/index.ts";
import { createLogger, type Keyring, type Logger, OperatorError, systemClock } from "#core/kernel/index.ts";
import { type ListenerSettings, readZoneFile, type TlsFiles } from "#core/zones/index.ts";
import { demoPeopleOf, placeDemoDocuments, prepareDemo } from "#server/demo/index.ts";
import { type Chonai, resealUnderNewestKey, startChonai } from "#server/index.ts";
import { nameZones, zoneWords } from "#shared/zone-words.ts";
import { readArguments, readNumber } from "../arguments.ts";
import { checkKey } from "../check-key.ts";
import { readFileSettings } from "../file-settings.ts";
import { type OpenInstallation, openInstallation } from "../installation.ts";
import { migrateChecked } from "../migrate-checked.ts";

const zones = ["lgwan", "internet"] as const;

/** `chonai start`: opens everything, serves until Ctrl-C, closes everything. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {
    "port-base": { type: "string", default: process.env.CHONAI_PORT_BASE ?? "8080" },
    listen: { type: "string", default: process.env.CHONAI_LISTEN ?? "127.0.0.1" },
    empty: { type: "boolean", default: false },
    "log-level": { type: "string", default: process.env.CHONAI_LOG_LEVEL ?? "warn" },
    "listen-lgwan": { type: "string", default: process.env.CHONAI_LISTEN_LGWAN },
    "listen-internet": { type: "string", default: process.env.CHONAI_LISTEN_INTERNET },
    "separated-by-port": { type: "boolean", default: process.env.CHONAI_SEPARATED_BY_PORT === "1" },
    "trusted-proxies": { type: "string", default: process.env.CHONAI_TRUSTED_PROXIES ?? "" },
    "trusted-proxies-lgwan": { type: "string", default: process.env.CHONAI_TRUSTED_PROXIES_LGWAN },
    "trusted-proxies-internet": { type: "string", default: process.env.CHONAI_TRUSTED_PROXIES_INTERNET },
    "shared-addresses": { type: "string", default: process.env.CHONAI_SHARED_ADDRESSES ?? "" },
    "secure-cookies": { type: "boolean", default: process.env.CHONAI_SECURE_COOKIES === "1" },
    "tls-certificate": { type: "string", default: process.env.CHONAI_TLS_CERTIFICATE },
    "tls-key": { type: "string", default: process.env.CHONAI_TLS_KEY },
    "tls-certificate-lgwan": { type: "string", default: process.env.CHONAI_TLS_CERTIFICATE_LGWAN },
    "tls-key-lgwan": { type: "string", default: process.env.CHONAI_TLS_KEY_LGWAN },
    "tls-certificate-internet": { type: "string", default: process.env.CHONAI_TLS_CERTIFICATE_INTERNET },
    "tls-key-internet": { type: "string", default: process.env.CHONAI_TLS_KEY_INTERNET },
    cluster: { type: "boolean", default: process.env.CHONAI_CLUSTER === "1" },
    "pool-size": { type: "string", default: process.env.CHONAI_POOL_SIZE ?? "10" },
    "push-contact": {
      type: "string",
      default: process.env.CHONAI_PUSH_CONTACT ?? "mailto:push@chonai.invalid",
    },
    "push-proxy": { type: "string", default: process.env.CHONAI_PUSH_PROXY ?? process.env.HTTPS_PROXY },
    "push-hosts": { type: "string", default: process.env.CHONAI_PUSH_HOSTS ?? "" },
    "outgoing-proxy": {
      type: "string",
      default: process.env.CHONAI_OUTGOING_PROXY ?? process.env.HTTPS_PROXY,
    },
    "outgoing-without-proxy": {
      type: "string",
      default: process.env.CHONAI_OUTGOING_WITHOUT_PROXY ?? process.env.NO_PROXY ?? "",
    },
    "outgoing-hosts": { type: "string", default: process.env.CHONAI_OUTGOING_HOSTS ?? "" },
    zones: { type: "string", default: process.env.CHONAI_ZONES },
    "rate-factor": { type: "string", default: process.env.CHONAI_RATE_FACTOR ?? "1" },
  });
  const portBase = readNumber("port-base", values["port-base"], 1, 65_000);
  const further = values.zones === undefined ? { zones: [], listeners: [] } : openZoneFile(values.zones);
  const base: ListenerSettings[] = zones.map((zone, index) => {
    const tls = tlsFiles(
      values[`tls-certificate-${zone}`] ?? values["tls-certificate"],
      values[`tls-key-${zone}`] ?? values["tls-key"],
    );
    return {
      zone,
      host: values[`listen-${zone}`] ?? values.listen,
      port: portBase + index,
      trustedProxies: list(values[`trusted-proxies-${zone}`] ?? values["trusted-proxies"]),
      sharedAddresses: list(values["shared-addresses"]),
      secureCookies: values["secure-cookies"] || tls !== undefined,
      tls,
    };
  });
  const listeners = [...base, ...further.listeners];
  const log = createLogger({ level: values["log-level"] });
  let stopRequested = false;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        stopRequested = true;
        resolve();
      });
  });

  const installation = await openInstallation(values.data, log);
  let chonai: Chonai | undefined;
  let files: ReturnType<typeof readFileSettings> | undefined;
  try {
    for (const notice of installation.postgres?.notices ?? []) console.log(`${notice.ja}\n${notice.en}`);
    await migrateChecked(installation);
    const first = await prepareFirstStart(installation, values.empty, log);
    if (!first.isDemo && !values["separated-by-port"]) refuseSharedAddress(listeners);
    if (stopRequested) return 0;
    files = readFileSettings(values.data, installation.keyring, log);
    // Behind the listeners: nobody waits for the virus scanner, files do.
    files.sanitiser
      .start()
      .catch((error) => log.warn({ reason: String(error) }, "the virus scanner could not be started"));
    chonai = await startChonai({
      database: installation.application,
      poolSize: readNumber("pool-size", values["pool-size"], 2, 200),
      listeners,
      furtherZones: further.zones,
      keyring: installation.keyring,
      clock: systemClock,
      log,
      webRoot: findWebRoot(),
      checkAnswers: false,
      rateFactor: readNumber("rate-factor", values["rate-factor"], 1, 1000),
      cluster: values.cluster,
      files,
      push: {
        contact: values["push-contact"],
        proxy: values["push-proxy"] || undefined,
        hosts: list(values["push-hosts"]),
        // Node reads NODE_EXTRA_CA_CERTS by itself.
        ca: undefined,
      },
      outgoing: {
        hosts: list(values["outgoing-hosts"]),
        proxy: values["outgoing-proxy"] || undefined,
        withoutProxy: list(values["outgoing-without-proxy"]),
      },
      listDemoPeople: demoPeopleOf(first.isDemo ? values.data : undefined),
    }).catch(explainPort);
    const addresses = chonai.addresses.map(
      ({ host, port }, index) =>
        `${listeners[index]?.tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}/`,
    );
    installation.announce({ addresses });
    greet(chonai, addresses, first);
    if (first.isDemo) await addDemoDocuments(chonai, log);
    await stopped;
    console.log("\n終了しています… / Stopping…");
    return 0;
  } finally {
    await chonai?.stop();
    await files?.sanitiser.stop();
    await installation.close();
  }
}

/** The demo's documents come behind the greeting; without them it is a demo all the same. */
async function addDemoDocuments(chonai: Chonai, log: Logger): Promise<void> {
  const demo = (await chonai.tenants.list()).find((tenant) => tenant.isDemo);
  if (!demo) return;
  try {
    const documents = await placeDemoDocuments(chonai.files, demo.id);
    log.info({ documents }, "documents of the demo are there");
  } catch (error) {
    log.warn({ reason: String(error) }, "the documents of the demo could not be made");
  }
}

type FirstStart = { isDemo: boolean; demoLines: string[]; setUpCode: string | undefined };

/** Decides at the first start what this installation is, for good: a demo, or empty and waiting for its set-up. */
async function prepareFirstStart(
  installation: OpenInstallation,
  empty: boolean,
  log: Logger,
): Promise<FirstStart> {
  const database = new Database(installation.application, { poolSize: 4, applicationName: "chonai start" });
  try {
    const known =
      (await findInstallation(database)) ??
      (await createInstallation(database, systemClock, { isDemo: !empty, keyId: installation.keyring.id }));
    checkKey(known, installation.keyring);
    await resealAfterRotation(database, installation.keyring);
    if (known.isDemo) {
      const demoLines = await prepareDemo(
        database,
        installation.keyring,
        systemClock,
        installation.dataDirectory,
        log,
      );
      return { isDemo: true, demoLines, setUpCode: undefined };
    }
    const isSetUp = (await new Tenants(database, systemClock).list()).length > 0;
    return { isDemo: false, demoLines: [], setUpCode: isSetUp ? undefined : await issueSetUpCode(database) };
  } finally {
    await database.close();
  }
}

/** With a key that is newer than the one that this data knows, everything is sealed anew before anybody is served. */
async function resealAfterRotation(database: Database, keyring: Keyring): Promise<void> {
  const tenants = await new Tenants(database, systemClock).list();
  const resealed = await resealUnderNewestKey(
    database,
    keyring,
    systemClock,
    tenants.map(({ id }) => id),
  );
  if (resealed > 0)
    console.log(
      `鍵が新しくなったため、${resealed}件を封じ直しました。 / The key has changed: ${resealed} secrets were sealed anew.`,
    );
}

/**
 * Outside the loopback address each zone listens on an address of its own: on a shared one, whoever reaches the
 * Internet side's port reaches the LGWAN side's too, and needs no second factor there. `--separated-by-port` says that
 * something in front (a container's published ports, a proxy, a firewall) keeps the ports apart.
 */
function refuseSharedAddress(listeners: readonly ListenerSettings[]): void {
  const reachable = listeners.filter(({ host }) => !isLoopback(host));
  for (const one of reachable)
    for (const other of reachable)
      if (one.zone !== other.zone && isSameAddress(one.host, other.host)) {
        const [a, b] = [zoneWords(one.zone), zoneWords(other.zone)];
        throw new OperatorError({
          ja:
            `${a.ja}と${b.ja}が同じアドレスで待ち受けています。--listen-lgwan と --listen-internet（ほかのゾーンは --zones のファイル）で別のアドレスを指定してください。` +
            "前段の機器でポートを分けている場合に限り、--separated-by-port を付けて起動できます。",
          en:
            `${a.en} and ${b.en} would listen on the same address. Give each its own with --listen-lgwan and --listen-internet ` +
            "(further zones: in the file of --zones), or say --separated-by-port when something in front keeps the ports apart.",
        });
      }
}

function isSameAddress(one: string, other: string): boolean {
  const isWildcard = (host: string) => host === "0.0.0.0" || host === "::";
  return one === other || isWildcard(one) || isWildcard(other);
}

/** Reads the file of further zones and gives them their names, before anything is started. */
function openZoneFile(path: string): ReturnType<typeof readZoneFile> {
  const further = readZoneFile(readTextFile(path));
  nameZones(further.zones);
  return further;
}

function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new OperatorError(
      {
        ja: `ゾーンの定義ファイル ${path} を開けません。場所と読み取りの権限を確かめてください。`,
        en: `The file of zones ${path} cannot be opened. Check where it is and who may read it.`,
      },
      { cause },
    );
  }
}

const isLoopback = (host: string) => host === "localhost" || host === "::1" || /^127\./.test(host);

function greet(chonai: Chonai, addresses: readonly string[], first: FirstStart): void {
  const lines = chonai.addresses.map(({ zone }, index) => `  ${zoneLabel(zone)}${addresses[index]}`);
  console.log(`\nChonai を起動しました。 / Chonai is running.\n${lines.join("\n")}`);
  if (first.demoLines.length > 0) console.log(`\n${first.demoLines.join("\n")}`);
  if (first.setUpCode)
    console.log(
      `\n初期設定: 上のアドレスを開き、次のコードを入力してください（一度だけ使えます）。` +
        `\nSet-up: open an address above and enter this one-time code.\n\n  ${first.setUpCode}`,
    );
  console.log("\n終了するには Ctrl-C を押してください。 / Press Ctrl-C to stop.\n");
}

/** The built web client; the launcher builds it before it calls this command. */
function findWebRoot(): string | undefined {
  const root = new URL("../../dist/web/", import.meta.url).pathname;
  return existsSync(root) ? root : undefined;
}

function tlsFiles(certificate: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (certificate && key) return { certificate, key };
  if (!certificate && !key) return undefined;
  throw new OperatorError({
    ja: "TLS には証明書と鍵の両方が必要です。--tls-certificate と --tls-key を指定してください。",
    en: "TLS needs both a certificate and its key: --tls-certificate and --tls-key.",
  });
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

function explainPort(error: unknown): never {
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === "EADDRINUSE")
    throw new OperatorError(
      {
        ja: `ポート ${port} は使用中です。--port-base 9080 のように別の番号を指定してください。`,
        en: `Port ${port} is in use. Choose another with --port-base 9080.`,
      },
      { cause: error },
    );
  if (code === "EADDRNOTAVAIL" || code === "EACCES")
    throw new OperatorError(
      {
        ja: `${address}:${port} では待ち受けできません。--listen と --port-base を確かめてください。`,
        en: `Cannot listen on ${address}:${port}. Check --listen and --port-base.`,
      },
      { cause: error },
    );
  throw error;
}

/** A zone's name, as wide in the terminal as all the others. */
function zoneLabel(zone: string): string {
  const label = zoneWords(zone).ja;
  return label + " ".repeat(Math.max(2, 18 - widthOf(label)));
}

/** In a terminal a Japanese letter is as wide as two of the Latin ones. */
function widthOf(words: string): number {
  return [...words].reduce((width, letter) => width + (letter > "\u2e7f" ? 2 : 1), 0);
}
