import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ConnectionSettings } from "#core/db/embedded/index.ts";

export type Started = {
  application: ConnectionSettings;
  owner: ConnectionSettings;
  superuser: ConnectionSettings;
  postgresDirectory: string;
  socketDirectory: string;
  startedAfterCrash: boolean;
  isNew: boolean;
  notices: { ja: string; en: string }[];
  pid: number;
};
export type Refused = { code: string; ja: string; en: string; hint: string; text: string };

type Event = { event: string; pid?: number };

const running = new Set<Holder>();

/** A process that runs the database on a folder. */
export type Holder = {
  pid: number;
  started: Started;
  /** Waits for the next event of this kind that has not been waited for yet. */
  next(kind: string): Promise<Event>;
  stop(): Promise<void>;
  kill(): Promise<void>;
};

export type As = { repository?: string; node?: string; uid?: number; gid?: number };

/** Starts it, and fails with the refusal's text if it is refused. */
export async function hold(dataDirectory: string, as: As = {}): Promise<Holder> {
  const first = await launch(dataDirectory, as);
  if ("refused" in first) throw new Error(first.refused.text);
  running.add(first);
  return first;
}

/** Starts it and expects a refusal. */
export async function holdRefused(dataDirectory: string, as: As = {}): Promise<Refused> {
  const first = await launch(dataDirectory, as);
  if ("refused" in first) return first.refused;
  await first.stop();
  throw new Error("It started, but a refusal was expected");
}

/** Ends whatever a failed test left. */
export async function stopAll(): Promise<void> {
  for (const holder of running) await holder.stop();
}

async function launch(dataDirectory: string, as: As): Promise<Holder | { refused: Refused }> {
  const repository = as.repository ?? join(import.meta.dirname, "..", "..", "..");
  const program = join(repository, "tests", "integration", "embedded-postgres", "hold.ts");
  const child = spawn(
    as.node ?? process.execPath,
    ["--disable-warning=ExperimentalWarning", program, dataDirectory],
    {
      cwd: "/",
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env.PATH },
      ...(as.uid === undefined ? {} : { uid: as.uid, gid: as.gid }),
    },
  );
  const events = readEvents(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const first = await Promise.race([events.next("started"), events.next("refused"), ended]);
  if (!first) throw new Error(`The holder of ${dataDirectory} ended without a word`);
  if (first.event === "refused") {
    await ended;
    // hold.ts writes exactly this shape
    return { refused: first as unknown as Refused };
  }
  const end = async (signal: NodeJS.Signals) => {
    running.delete(holder);
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const holder: Holder = {
    pid: child.pid ?? 0,
    started: first as unknown as Started,
    next: events.next,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
  return holder;
}

function readEvents(child: ChildProcess): { next(kind: string): Promise<Event> } {
  const seen: Event[] = [];
  const waiting: { kind: string; resolve(event: Event): void }[] = [];
  if (!child.stdout) throw new Error("no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event: Event = JSON.parse(line);
    const index = waiting.findIndex((one) => one.kind === event.event);
    const [waiter] = index < 0 ? [] : waiting.splice(index, 1);
    if (waiter) waiter.resolve(event);
    else seen.push(event);
  });
  return {
    next(kind) {
      const index = seen.findIndex((event) => event.event === kind);
      const [event] = index < 0 ? [] : seen.splice(index, 1);
      return event ? Promise.resolve(event) : new Promise((resolve) => waiting.push({ kind, resolve }));
    },
  };
}
