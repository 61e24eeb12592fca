import { rmSync } from "node:fs";
import chonaiDriver from "../drivers/chonai.ts";
import { userNames } from "../harness/driver.ts";
import { round } from "../harness/measure.ts";
import type { Measured } from "../harness/scenario.ts";
import { isHealthy, launch, makeDataFolder } from "../servers/chonai.ts";
import { findPortBase, start, until } from "../servers/processes.ts";
import { planHall } from "./return.ts";

const repository = new URL("../../../", import.meta.url).pathname;

/**
 * How long a start takes: on an empty data folder, and on one with 2,000 people, 840 rooms and their messages, both of
 * the program itself and of `npm start`, which looks after dependencies and the web client first.
 */
export async function measureStartUp(): Promise<
  Measured & { versions: Record<string, string>; settings: string }
> {
  const directory = makeDataFolder();
  try {
    const first = await timed(() => launch(directory));
    await chonaiDriver(directory).setup(userNames(2000), planHall(2000));
    await first.answer.stop();
    const again = await timed(() => launch(directory));
    await again.answer.stop();
    // The first one builds what changed since the last build; it is the one after it that is asked for.
    await (await npmStart(directory)).stop();
    const whole = await timed(() => npmStart(directory));
    await whole.answer.stop();
    return {
      figures: { firstStart: first.seconds, withData: again.seconds, npmStartWithData: whole.seconds },
      lost: 0,
      doubled: 0,
      missingInArchive: 0,
      details: {},
      versions: { node: process.versions.node },
      settings: "chonai start --empty; dependencies installed, web client built",
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function npmStart(directory: string) {
  const port = await findPortBase();
  const args = ["start", "--", "--empty", "--data", directory, "--port-base", String(port)];
  const process = start("npm", args, { cwd: repository });
  await until("npm start", 120_000, () => isHealthy(port), process);
  return { stop: () => process.stop("SIGTERM") };
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; seconds: number }> {
  const startedAt = performance.now();
  const answer = await work();
  return { answer, seconds: round((performance.now() - startedAt) / 1000, 2) };
}
