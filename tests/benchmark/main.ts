/**
 * `npm run bench -- NAME [--json] [--peer ejabberd] [--rounds N] [--profile DIR] [--save FILE]`
 * Every scenario starts its own server, measures, and stops it. docs/architecture/performance.md tells what they mean.
 */

import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { userNames } from "./harness/driver.ts";
import { waitForQuiet } from "./harness/measure.ts";
import type { Measured, Scenario } from "./harness/scenario.ts";
import { fanOut, latency } from "./scenarios/fan-out.ts";
import { history } from "./scenarios/history.ts";
import { idleMemory } from "./scenarios/idle-memory.ts";
import { measureLighthouse } from "./scenarios/lighthouse.ts";
import { measureLongRoom } from "./scenarios/long-room.ts";
import { office } from "./scenarios/office.ts";
import { returnOf } from "./scenarios/return.ts";
import { measureRooms500 } from "./scenarios/rooms-500.ts";
import { measureSanitise } from "./scenarios/sanitise.ts";
import { measureStartUp } from "./scenarios/start-up.ts";
import { measureUpload } from "./scenarios/upload.ts";
import { measureWatermark } from "./scenarios/watermark.ts";
import { startChonai } from "./servers/chonai.ts";
import { explainMissingEjabberd, startEjabberd } from "./servers/ejabberd.ts";
import type { Server } from "./servers/server.ts";

const scenarios: readonly Scenario[] = [
  fanOut(500, 1000),
  fanOut(100, 4000),
  latency(100, 50, 500),
  office,
  returnOf(2000),
  history,
  idleMemory,
];
/** These start a server, or several, in their own way. */
const alone: Readonly<Record<string, { about: string; measure: typeof measureStartUp }>> = {
  "start-up": { about: "from the command to /healthz 200, in seconds", measure: measureStartUp },
  sanitise: {
    about:
      "from a file's arrival to its clean result, and a document of 200 pages opened as pages, in seconds",
    measure: measureSanitise,
  },
  upload: {
    about: "a file of 2 GB over a line that breaks: MiB a second, bytes sent twice, memory of the server",
    measure: measureUpload,
  },
  watermark: {
    about:
      "how often the hidden mark of a page is read from a screenshot, in percent; ms to mark and to read",
    measure: measureWatermark,
  },
  "long-room": {
    about: "a room of 100,000 messages in Chromium: first paint, frames (ms), heap (MiB)",
    measure: measureLongRoom,
  },
  lighthouse: {
    about: "sign-in page and a chat room on Lighthouse's phone profile: scores of 100, times in ms",
    measure: measureLighthouse,
  },
  "rooms-500": {
    about: "the client's start for a member of 500 rooms with 50,000 unread messages, in ms",
    measure: measureRooms500,
  },
};
const names = [...scenarios.map((scenario) => scenario.name), ...Object.keys(alone)];

type Run = { target: string; round: number; versions: Record<string, string>; settings: string } & Measured;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    peer: { type: "string" },
    rounds: { type: "string", default: "1" },
    profile: { type: "string" },
    save: { type: "string" },
  },
});
const wanted = positionals.includes("all") ? names : positionals;
if (wanted.length === 0 || wanted.some((name) => !names.includes(name)))
  fail(`npm run bench -- ${[...names, "all"].join("|")}`);
if (values.peer !== undefined && values.peer !== "ejabberd") fail("the only peer is ejabberd");
const missing = values.peer ? explainMissingEjabberd() : undefined;
if (missing) fail(missing);

const reports: object[] = [];
let isFaultless = true;
for (const name of wanted) {
  const scenario = scenarios.find((known) => known.name === name);
  const runs: Run[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    if (!scenario) {
      runs.push({ target: "chonai", round, ...(await alone[name]!.measure()) });
      continue;
    }
    runs.push(await measure(scenario, round, () => startChonai({ profile: values.profile })));
    if (values.peer) runs.push(await measure(scenario, round, startEjabberd));
  }
  const report = summarise(name, scenario?.about ?? alone[name]!.about, runs);
  reports.push(report);
  isFaultless &&= runs.every(
    (run) => run.target !== "chonai" || run.lost + run.doubled + run.missingInArchive === 0,
  );
  if (!values.json) print(report);
}
const text = JSON.stringify(wanted.length === 1 ? reports[0] : reports, null, 2);
if (values.json) console.log(text);
if (values.save) writeFileSync(values.save, `${text}\n`);
process.exit(isFaultless ? 0 : 1);

async function measure(scenario: Scenario, round: number, startServer: () => Promise<Server>): Promise<Run> {
  const server = await startServer();
  try {
    console.error(`${scenario.name}: ${server.driver.name}, round ${round}`);
    // Scenarios with rooms of their own plan make their people with them.
    if (!scenario.makesPeople) await server.driver.setup(userNames(scenario.users), []);
    await waitForQuiet();
    const measured = await scenario.run(server.driver);
    if (measured.lost + measured.doubled + measured.missingInArchive > 0) console.error(server.output());
    return {
      target: server.driver.name,
      round,
      versions: server.versions,
      settings: server.settings,
      ...measured,
    };
  } finally {
    await server.stop();
  }
}

type Report = {
  scenario: string;
  about: string;
  machine: string;
  at: string;
  /** Median of the rounds, by target. */
  figures: Record<string, Record<string, number>>;
  /** Chonai's figure divided by the peer's. */
  ratios?: Record<string, number>;
  lost: Record<string, number>;
  doubled: Record<string, number>;
  missingInArchive: Record<string, number>;
  runs: Run[];
};

function summarise(scenario: string, about: string, runs: Run[]): Report {
  const byTarget = Map.groupBy(runs, (run) => run.target);
  const forEach = <T>(of: (runs: Run[]) => T): Record<string, T> =>
    Object.fromEntries([...byTarget].map(([target, own]) => [target, of(own)]));
  const total = (key: "lost" | "doubled" | "missingInArchive") =>
    forEach((own) => own.reduce((sum, run) => sum + run[key], 0));
  const figures = forEach((own) =>
    Object.fromEntries(
      Object.keys(own[0]!.figures).map((key) => [
        key,
        median(own.map((run) => run.figures[key] ?? Number.NaN)),
      ]),
    ),
  );
  const [own, peer] = [figures.chonai, values.peer ? figures[values.peer] : undefined];
  const ratios =
    own && peer
      ? Object.fromEntries(Object.keys(own).map((key) => [key, Number((own[key]! / peer[key]!).toFixed(3))]))
      : undefined;
  const machine = `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    scenario,
    about,
    machine,
    at: new Date().toISOString(),
    figures,
    ...(ratios ? { ratios } : {}),
    lost: total("lost"),
    doubled: total("doubled"),
    missingInArchive: total("missingInArchive"),
    runs,
  };
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function print(report: Report): void {
  const targets = Object.keys(report.figures);
  const row = (cells: readonly unknown[]) =>
    console.log(
      cells
        .map((cell, index) => (index === 0 ? String(cell).padEnd(28) : String(cell).padStart(12)))
        .join(" "),
    );
  console.log(`\n${report.scenario}: ${report.about}`);
  row(["", ...targets, ...(report.ratios ? ["ratio"] : [])]);
  for (const key of Object.keys(report.figures[targets[0]!]!))
    row([
      key,
      ...targets.map((target) => report.figures[target]![key]),
      ...(report.ratios ? [report.ratios[key]] : []),
    ]);
  for (const key of ["lost", "doubled", "missingInArchive"] as const)
    row([key, ...targets.map((target) => report[key][target])]);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
