import { performance } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Logger } from "#core/kernel/index.ts";

/** How often it looks. A look costs microseconds. */
const lookEvery = 2000;
/** Quiet is less work than this in one look's time. */
const quietShare = 0.05;
/** What must have been needed for a while, and need not be kept, before a collection is worth its pause. */
const worthwhile = 64 * 1024 * 1024;
const atMostEvery = 60_000;

/**
 * Gives memory back to the machine when a burst is over. V8 keeps the pages that it needed at the height of the burst
 * (two thousand clients come back at once: 150 MB), for a next one that comes once a day. Its full collection returns
 * them, but stops the program for a tenth of a second, so it happens only when nobody is being served, and seldom.
 *
 * @returns how to stop it
 */
export function giveMemoryBack(log: Logger): () => void {
  const collect = collector();
  let utilization = performance.eventLoopUtilization();
  let kept = getHeapStatistics().total_heap_size;
  let peak = kept;
  let notBefore = 0;
  const timer = setInterval(() => {
    const before = utilization;
    utilization = performance.eventLoopUtilization();
    peak = Math.max(peak, getHeapStatistics().total_heap_size);
    const isQuiet = performance.eventLoopUtilization(utilization, before).utilization < quietShare;
    if (!isQuiet || peak - kept < worthwhile || performance.now() < notBefore) return;
    const startedAt = performance.now();
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    notBefore = performance.now() + atMostEvery;
    log.debug({ peak, milliseconds: performance.now() - startedAt }, "memory given back");
    kept = getHeapStatistics().total_heap_size;
    peak = kept;
    // The collection itself is no sign of work.
    utilization = performance.eventLoopUtilization();
  }, lookEvery);
  timer.unref();
  return () => clearInterval(timer);
}

type Collect = (options: { type: "major"; execution: "sync"; flavor: "last-resort" }) => void;

/** V8 hands its collector only to a context that is made while this flag is set. */
function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const collect: Collect = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return collect;
}
