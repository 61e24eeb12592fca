import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = new URL("../../cli/main.ts", import.meta.url).pathname;

/** A data folder for one test; PostgreSQL's own user may pass through it. */
export function makeDataFolder(): { path: string; remove: () => void } {
  const parent = mkdtempSync(join(tmpdir(), "chonai-program-"));
  chmodSync(parent, 0o711);
  return { path: join(parent, "data"), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Two neighbouring ports that are free now, so that both zones have one. */
export async function findPortBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const base = 20_000 + Math.floor(Math.random() * 20_000);
    if ((await isFree(base)) && (await isFree(base + 1))) return base;
  }
  throw new Error("no two free ports");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The program as an operator runs it: its own process, its words on the console, its exit code. */
export class Program {
  readonly child: ChildProcess;
  output = "";
  readonly ended: Promise<number | null>;

  constructor(args: readonly string[], environment: Record<string, string> = {}) {
    const { DATABASE_URL: _a, MIGRATION_DATABASE_URL: _b, ...inherited } = process.env;
    this.child = spawn(process.execPath, [main, ...args], {
      env: { ...inherited, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding("utf8").on("data", (text) => {
        this.output += text;
      });
    this.ended = new Promise((resolve) => this.child.once("close", (code) => resolve(code)));
  }

  /** Waits for words on the console; fails with everything that was said when the program ends before. */
  async says(pattern: RegExp, within = 60_000): Promise<RegExpMatchArray> {
    const deadline = Date.now() + within;
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    for (;;) {
      const match = this.output.match(pattern);
      if (match) return match;
      if (hasEnded || Date.now() > deadline) throw new Error(`never said ${pattern}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** As Ctrl-C does; returns the exit code. */
  interrupt(): Promise<number | null> {
    this.child.kill("SIGINT");
    return this.ended;
  }
}
