import { rm } from "node:fs/promises";
import { join } from "node:path";
import { arriving } from "./storage/index.ts";

/** Where files of an installation lie on this machine while something is done with them. */
export const placesOf = (folder: string) => ({
  /** What is being inspected, open. */
  work: join(folder, "work"),
  /** What is being read as pages, open. */
  reading: join(folder, "reading"),
  /** On its way to a name, sealed. */
  arriving: join(folder, arriving),
});

/**
 * Removes what a process left that was killed: documents that lay open while they were inspected or read, and uploads of which
 * nobody heard. Before anything of this process works there; nothing in these folders outlives the work.
 */
export async function clearLeftovers(folder: string): Promise<void> {
  for (const place of Object.values(placesOf(folder))) await rm(place, { recursive: true, force: true });
}
