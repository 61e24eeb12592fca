import { readdirSync, readFileSync } from "node:fs";
import { type Driver, sleep } from "./driver.ts";

/** CPU-seconds, user and system, since the processes began. */
export type CpuTimes = {
  server: number;
  database: number;
  client: number;
  /** What everything else on the machine used: how much of a quiet machine the run had. */
  others: number;
};

type ProcessTimes = { parent: number; own: number; reaped: number };

/** Ticks are 10 ms on Linux. */
function timesOf(pid: number | string): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    return {
      parent: fields[1]!,
      own: (fields[11]! + fields[12]!) / 100,
      reaped: (fields[13]! + fields[14]!) / 100,
    };
  } catch {
    return undefined; // it ended
  }
}

/** Of the server, of PostgreSQL with all its processes, and of this one, which plays all clients. */
export function cpuTimes(driver: Pick<Driver, "pids">): CpuTimes {
  const { server, postmaster } = driver.pids();
  const sum = (times: ProcessTimes | undefined) => (times ? times.own + times.reaped : 0);
  let database = 0;
  if (postmaster !== null) {
    database = sum(timesOf(postmaster));
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const times = timesOf(name);
      if (times?.parent === postmaster) database += sum(times);
    }
  }
  const own = process.cpuUsage();
  const client = (own.user + own.system) / 1e6;
  const served = server.reduce((total, pid) => total + (timesOf(pid)?.own ?? 0), 0);
  return { server: served, database, client, others: machineTime() - served - database - client };
}

/** CPU-seconds that all processors together were busy, waiting for disks left out. */
function machineTime(): number {
  const [user, nice, system, , , interrupts, softInterrupts] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]!
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + interrupts! + softInterrupts!) / 100;
}

/** Waits, twenty seconds at most, until other work leaves the machine alone; then measures anyway and shows what it had. */
export async function waitForQuiet(): Promise<void> {
  for (let second = 0; second < 20; second++) {
    const before = machineTime();
    await sleep(1000);
    if (machineTime() - before < 0.3) return;
  }
}

export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return {
    server: round(after.server - before.server, 2),
    database: round(after.database - before.database, 2),
    client: round(after.client - before.client, 2),
    others: Math.max(0, round(after.others - before.others, 2)),
  };
}

/** Proportional set size of the server's processes in KiB: what the kernel would get back if they ended. */
export function memoryOf(driver: Driver): number {
  return driver
    .pids()
    .server.reduce(
      (total, pid) =>
        total + Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))![1]),
      0,
    );
}

export type Percentiles = { p50: number; p95: number; p99: number; max: number };

/** Nearest rank. */
export function percentiles(values: ArrayLike<number>): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) =>
    sorted.length === 0 ? Number.NaN : round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!, 2);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A growing list of numbers without boxing: millions of latencies. */
export class Samples {
  #values = new Float64Array(1 << 16);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#count);
  }
}
