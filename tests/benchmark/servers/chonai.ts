import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import chonaiDriver from "../drivers/chonai.ts";
import { findPlace } from "../drivers/chonai-place.ts";
import { findPortBase, start, until } from "./processes.ts";
import type { Server } from "./server.ts";

const repository = new URL("../../../", import.meta.url).pathname;

/**
 * The one departure from the defaults: an account of the benchmark sends like a bot, so its limits are a thousand times
 * those of a person. They are checked for every request all the same.
 */
const flags = ["--empty", "--rate-factor", "1000"];

/** A data folder of this run's own; PostgreSQL, which runs as another user when we are root, can enter it. */
export function makeDataFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "chonai-benchmark-"));
  chmodSync(directory, 0o711);
  return directory;
}

/** Chonai as an installation runs it: its own process, its own PostgreSQL, everything on. */
export async function startChonai(options: { profile?: string | undefined }): Promise<Server> {
  const directory = makeDataFolder();
  const { stop, output } = await launch(directory, options.profile);
  return {
    driver: chonaiDriver(directory),
    versions: {
      chonai: execFileSync("git", ["rev-parse", "--short", "HEAD"], {
        cwd: repository,
        encoding: "utf8",
      }).trim(),
      node: process.versions.node,
      postgresql: await ask(directory, "show server_version"),
    },
    settings:
      `chonai start ${flags.join(" ")}; ` +
      `fsync ${await ask(directory, "show fsync")}, synchronous_commit ${await ask(directory, "show synchronous_commit")}`,
    output,
    async stop() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts it on a data folder and waits until /healthz answers 200. */
export async function launch(
  directory: string,
  profile?: string,
): Promise<{ stop: () => Promise<void>; output: () => string }> {
  const port = await findPortBase();
  const process = start(
    globalThis.process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      ...(profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : []),
      join(repository, "cli/main.ts"),
      "start",
      "--data",
      directory,
      "--port-base",
      String(port),
      ...flags,
    ],
    { cwd: repository },
  );
  await until("chonai", 60_000, () => isHealthy(port), process);
  return { stop: () => process.stop("SIGTERM"), output: process.output };
}

export async function isHealthy(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200;
}

async function ask(directory: string, question: string): Promise<string> {
  const client = new pg.Client(findPlace(directory).database("application"));
  await client.connect();
  const { rows } = await client.query({ text: question, rowMode: "array" });
  await client.end();
  return String(rows[0]?.[0]);
}
