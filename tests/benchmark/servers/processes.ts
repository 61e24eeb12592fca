import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import net from "node:net";
import { sleep } from "../harness/driver.ts";

/** A child process that this one ends by its id and nothing else. */
export type Started = { pid: number; output: () => string; stop: (signal: NodeJS.Signals) => Promise<void> };

export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Started {
  const child: ChildProcess = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (bytes: Buffer) => {
    output = (output + bytes.toString()).slice(-4000);
  };
  child.stdout!.on("data", keep);
  child.stderr!.on("data", keep);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  return {
    pid: child.pid!,
    output: () => output,
    async stop(signal) {
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
      await ended;
      clearTimeout(late);
      process.off("exit", end);
    },
  };
}

/** Asks until the answer is true; an error that shows the process's last words when it never is. */
export async function until(
  what: string,
  within: number,
  test: () => Promise<boolean>,
  process?: Started,
): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await test().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what} does not come up\n${process?.output() ?? ""}`);
    await sleep(10);
  }
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A port of the loopback address such that it and the next one are free, below those that clients get. */
export async function findPortBase(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 6000) * 2;
    if (!(await canConnect(port)) && !(await canConnect(port + 1))) return port;
  }
}
