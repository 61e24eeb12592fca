import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "#core/kernel/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { SanitiserUnavailable } from "../sanitiser.ts";
import type { ClamdAddress } from "./clamd-client.ts";

const programs = ["/usr/sbin/clamd", "/usr/bin/clamd", "/usr/local/sbin/clamd"];
/** The daemon reads streams up to this; ClamAV itself reads no file above 2 GiB. */
const streamLimit = "2040M";
const firstPause = 1000;
const longestPause = 60_000;
/** How often definitions are looked for that are not there yet. */
const definitionsEvery = 5000;
const noDefinitions = "no virus definitions yet: files are held until they are imported (chonai definitions)";
/** Socket paths end at 107 bytes. */
const socketPathLimit = 100;

/** ClamAV's daemon as it must be for us: our definitions only, nothing of what it cannot look into passes as clean. */
const configuration = `
LocalSocket /work/clamd.sock
LocalSocketMode 600
FixStaleSocket yes
DatabaseDirectory /definitions/current
TemporaryDirectory /work/tmp
Foreground yes
LogSyslog no
LogTime no
ExitOnOOM yes
MaxThreads 4
MaxQueue 100
ReadTimeout 120
CommandReadTimeout 30
SelfCheck 60
ConcurrentDatabaseReload no
StreamMaxLength ${streamLimit}
MaxScanSize 4000M
MaxFileSize ${streamLimit}
MaxScanTime 300000
MaxRecursion 12
MaxFiles 20000
AlertExceedsMax yes
AlertBrokenExecutables yes
AlertOLE2Macros no
HeuristicScanPrecedence yes
OfficialDatabaseOnly no
`;

/**
 * ClamAV's daemon, started and watched by us in the sandbox: its own user, no network, our definitions read-only. When
 * it ends it is started again; until it answers, scanning is refused.
 */
export class ClamdProcess {
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #definitions: string;
  readonly #log: Logger;
  #run = "";
  #child: ChildProcess | undefined;
  #pause = firstPause;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #lastWords = "";

  /**
   * @param folder of the daemon's own: its socket and work; made new at every start
   * @param definitions the folder in which `current` leads to the definitions
   */
  constructor(sandbox: Sandbox, folder: string, definitions: string, log: Logger) {
    this.#sandbox = sandbox;
    this.#folder = folder;
    this.#definitions = definitions;
    this.#log = log;
  }

  static isInstalled(): boolean {
    return programs.some((path) => existsSync(path));
  }

  get address(): ClamdAddress {
    return { socket: join(this.#run, "clamd.sock") };
  }

  /** What it last said, for the page that tells why it does not answer. */
  get lastWords(): string {
    return this.#lastWords;
  }

  async start(): Promise<void> {
    const program = programs.find((path) => existsSync(path));
    if (!program)
      throw new SanitiserUnavailable("clamd", {
        ja: "ClamAV（clamav-daemon）が導入されていません。導入するまでファイルは保留されます。",
        en: "ClamAV (clamav-daemon) is not installed. Files wait until it is.",
      });
    await rm(this.#folder, { recursive: true, force: true });
    const isShort = Buffer.byteLength(join(this.#folder, "clamd.sock")) <= socketPathLimit;
    this.#run = isShort ? this.#folder : await mkdtemp(join(tmpdir(), "chonai-clamd-"));
    await mkdir(join(this.#run, "tmp"), { recursive: true, mode: 0o700 });
    await writeFile(join(this.#run, "clamd.conf"), configuration);
    await this.#spawn(program);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    if (this.#run) await rm(this.#run, { recursive: true, force: true });
  }

  /** Without definitions there is nothing to start: said once, and looked for again in silence. */
  async #spawn(program: string): Promise<void> {
    if (!existsSync(join(this.#definitions, "current"))) {
      if (this.#lastWords !== noDefinitions) this.#log.warn({ folder: this.#definitions }, noDefinitions);
      this.#lastWords = noDefinitions;
      this.#spawnLater(program, definitionsEvery);
      return;
    }
    const child = await this.#sandbox.serve(this.#run, {
      program,
      args: ["--config-file=/work/clamd.conf"],
      limits: { seconds: Number.POSITIVE_INFINITY, memory: 6144, fileSize: 4096, processes: 64 },
      mounts: [{ from: this.#definitions, to: "/definitions" }],
    });
    this.#child = child;
    const listen = (bytes: Buffer) => {
      this.#lastWords = bytes.toString("utf8").trim().split("\n").at(-1) ?? "";
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    const startedAt = Date.now();
    child.once("error", (error) => {
      this.#lastWords = error.message;
    });
    child.once("close", () => {
      if (this.#isStopped) return;
      if (Date.now() - startedAt > longestPause) this.#pause = firstPause;
      this.#log.warn(
        { says: this.#lastWords, again: this.#pause },
        "ClamAV's daemon ended, starting it again",
      );
      this.#spawnLater(program, this.#pause);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    });
  }

  #spawnLater(program: string, pause: number): void {
    this.#timer = setTimeout(() => {
      this.#spawn(program).catch((error) => this.#log.warn({ reason: String(error) }, "ClamAV's daemon"));
    }, pause);
    this.#timer.unref();
  }
}
