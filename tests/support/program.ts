import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const repository = join(import.meta.dirname, "..", "..");

/** A folder for a test's data: others may pass through, since PostgreSQL runs as another user when we are root. */
export function makeDataFolder(): { folder: string; data: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "chonai-program-"));
  chmodSync(folder, 0o755);
  return {
    folder,
    data: join(folder, "data"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Two neighbouring ports that are free now, for `--port-base`. */
export async function findPortBase(): Promise<number> {
  for (;;) {
    const first = await tryListen(0);
    const base = first.port;
    const second = base < 65_000 ? await tryListen(base + 1).catch(() => undefined) : undefined;
    await first.close();
    await second?.close();
    if (second) return base;
  }
}

function tryListen(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : 0,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}

/** Waits until the condition holds; the error says what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 20_000,
): Promise<void> {
  const end = performance.now() + within;
  for (let pause = 5; !(await condition()); pause = Math.min(pause * 1.5, 100)) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain: ${what}`);
    await sleep(pause);
  }
}

/** The program as an operator runs it: a process of its own that can be killed and started again. */
export class Program {
  readonly lgwan: string;
  readonly internet: string;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  /** Everything that all its runs have printed. */
  output = "";

  constructor(given: { data: string; portBase: number; args?: readonly string[]; env?: NodeJS.ProcessEnv }) {
    this.lgwan = `http://127.0.0.1:${given.portBase}`;
    this.internet = `http://127.0.0.1:${given.portBase + 1}`;
    this.#args = [
      ...[join(repository, "cli", "main.ts"), "start", "--data", given.data],
      ...["--port-base", String(given.portBase), ...(given.args ?? [])],
    ];
    this.#env = { ...process.env, NODE_OPTIONS: "", ...given.env };
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get hasEnded(): boolean {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Starts it and returns when it answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, this.#args, {
      cwd: repository,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text: Buffer) => {
        this.output += text;
      });
    await until("the program answers", async () => {
      if (this.hasEnded) throw new Error(`the program has ended:\n${this.output.slice(-4000)}`);
      return fetch(`${this.lgwan}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** kill -9, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await until("the program is gone", () => this.hasEnded);
  }

  /** Asks it to stop, as Ctrl-C does. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.signal("SIGTERM");
    await until("the program stops", () => this.hasEnded);
  }
}

/** Runs a command of the program to its end. */
export function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(repository, "cli", "main.ts"), ...args], {
      cwd: repository,
      env: { ...process.env, NODE_OPTIONS: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => {
        output += text;
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
