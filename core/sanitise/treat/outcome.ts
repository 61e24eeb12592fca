import { randomUUID } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ended } from "../sandbox/sandbox.ts";
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

/** Takes a product out of a job's folder into the caller's. */
export async function keep(
  from: string,
  workFolder: string,
  product: Omit<Product, "path">,
): Promise<Product> {
  const path = join(workFolder, `${randomUUID()}.${product.extension}`);
  await copyFile(from, path);
  return { path, ...product };
}
