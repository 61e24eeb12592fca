import { randomBytes } from "node:crypto";
import type { Actor } from "#core/policy/index.ts";
import { BegunDownloads } from "./begun-downloads.ts";

/** Reading on within this time is the same reading. */
const lasts = 10 * 60_000;
const remembered = 5000;

type Reading = { mark: Buffer; until: number; parts: Set<string> };

/**
 * What is being read by whom at the moment, so that a page that is drawn again, or a download that goes on after a break, is one
 * entry of the audit record and not hundreds. Each reading has a mark of 8 bytes: it stands invisibly in every page image and
 * in the record, which leads from a screenshot to its reader.
 */
export class Readings {
  readonly begun = new BegunDownloads();
  readonly #readings = new Map<string, Reading>();

  /**
   * `isNew`: this part (a page, the contents) was not read in this reading before, and belongs into the record. It stays new
   * until `keep` says that the record has it.
   */
  open(
    actor: Actor,
    file: { id: string; number: number },
    part: string,
    now: Date,
  ): { mark: Buffer; isNew: boolean; keep: () => void } {
    const key = `${actor.tenantId} ${actor.sessionId} ${file.id} ${file.number}`;
    let reading = this.#readings.get(key);
    if (!reading || reading.until < now.getTime())
      reading = { mark: randomBytes(8), until: 0, parts: new Set() };
    // Written anew behind the others, so that the one read longest ago goes first.
    this.#readings.delete(key);
    this.#readings.set(key, reading);
    reading.until = now.getTime() + lasts;
    const { mark, parts } = reading;
    if (this.#readings.size > remembered) this.#readings.delete(this.#readings.keys().next().value!);
    return { mark, isNew: !parts.has(part), keep: () => parts.add(part) };
  }
}
