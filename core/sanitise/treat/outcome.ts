import { randomUUID } from "node:crypto";
import { constants, copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ended, Job } from "../sandbox/sandbox.ts";
import type { Product, Treated } from "../sanitiser.ts";

/** Thrown anywhere in a treatment to end it with a verdict that is not "clean". */
export class NotClean extends Error {
  readonly verdict: Exclude<Treated, { kind: "clean" }>;

  constructor(verdict: Exclude<Treated, { kind: "clean" }>) {
    super(`${verdict.kind}: ${verdict.because}`);
    this.verdict = verdict;
  }
}

export const held = (because: Extract<Treated, { kind: "held" }>["because"]) =>
  new NotClean({ kind: "held", because });
export const refused = (because: Extract<Treated, { kind: "refused" }>["because"], signature?: string) =>
  new NotClean({ kind: "refused", because, ...(signature === undefined ? {} : { signature }) });

/**
 * A program that did not end well: out of time is "too slow"; killed by another limit, or giving up on the file with
 * one of `broken`'s exit codes, is "broken". Anything else is the installation's fault and not the file's.
 */
export function checkEnded(ended: Ended, broken: readonly number[]): void {
  if (ended.how === "time") throw held("too-slow");
  if (ended.how === "killed" || broken.includes(ended.code)) throw refused("broken");
  if (ended.code !== 0) throw new Error(`a converter ended with ${ended.code}: ${ended.stderr.slice(-500)}`);
}

/** Takes what a run has made into the caller's folder. A run that ended well without making it could not read the file. */
export async function keep(
  job: Job,
  name: string,
  workFolder: string,
  product: Omit<Product, "path">,
): Promise<Product> {
  const made = await job.take(name);
  if (made === undefined) throw refused("broken");
  const path = join(workFolder, `${randomUUID()}.${product.extension}`);
  await copyFile(made, path, constants.COPYFILE_FICLONE);
  return { path, ...product };
}
