import { Worker } from "node:worker_threads";
import { type ImportFile, issue } from "./issue.ts";
import type { PeopleLines } from "./read-people.ts";
import type { SectionLines } from "./read-sections.ts";

/** The lists' bytes; one of them alone is fine. `today` is the day (YYYY-MM-DD) on which later ones are to come. */
export type ListFiles = { sections?: Uint8Array; people?: Uint8Array; today: string };

/** What stands in the lists; undefined for one that was not given. */
export type ReadLists = { sections: SectionLines | undefined; people: PeopleLines | undefined };

export type ReadingLimits = { milliseconds: number; megabytes: number };

/** Ten times what the largest list takes that an office has; a file that is made to be slow takes no longer. */
const usualLimits: ReadingLimits = { milliseconds: 20_000, megabytes: 768 };

/** One file after the other: a second one waits, so that memory for one is enough. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Reads an office's lists in a thread of their own: whatever a file holds, nobody else waits for it. One that takes too
 * long or too much memory is given up and refused with a finding, as one that cannot be read.
 */
export function readLists(files: ListFiles, limits: ReadingLimits = usualLimits): Promise<ReadLists> {
  const reading = last.then(() => readInThread(files, limits));
  last = reading.catch(() => {});
  return reading;
}

function readInThread(files: ListFiles, limits: ReadingLimits): Promise<ReadLists> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./read-lists-thread.ts", import.meta.url), {
      workerData: files,
      resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 64 },
    });
    const settle = (then: () => void) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // What still comes of a thread that is given up is nobody's.
      worker.on("error", () => {});
      void worker.terminate();
      then();
    };
    const timer = setTimeout(() => settle(() => resolve(givenUp(files))), limits.milliseconds);
    worker.once("message", (read: ReadLists) => settle(() => resolve(read)));
    worker.once("error", (error: NodeJS.ErrnoException) =>
      settle(() => (error.code === "ERR_WORKER_OUT_OF_MEMORY" ? resolve(givenUp(files)) : reject(error))),
    );
    worker.once("exit", () => settle(() => reject(new Error("the thread that reads lists has ended"))));
  });
}

function givenUp(files: ListFiles): ReadLists {
  const empty = (file: ImportFile) => ({
    lines: [],
    issues: [issue("file-takes-too-long", { file })],
    headings: {},
    columnsAt: new Map(),
  });
  return {
    sections: files.sections && (empty("sections") as unknown as SectionLines),
    people: files.people && (empty("people") as unknown as PeopleLines),
  };
}
