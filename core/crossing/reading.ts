import type { Actor, Decision } from "#core/policy/index.ts";
import { classifications } from "#shared/classification.ts";
import {
  type Classification,
  type CrossingQuestion,
  CrossingRoomKind,
  type CrossingTable,
} from "./contract.ts";
import { decideCrossing } from "./decide.ts";

/** Who reads, and where they sit. */
export type Reader = Pick<CrossingQuestion, "zone" | "kind" | "offices">;

/** What reading a room depends on. */
export type ReadRoom = { id: string; kind: CrossingRoomKind; classification: Classification };

export function readerOf(actor: Actor): Reader {
  const { zone, kind, offices } = actor;
  return { zone, kind, offices: [...offices] };
}

/** What a reader may read by one table, remembered: a municipality has few kinds of rooms and of readers. */
export class Reading {
  /** Readings with the same key decide alike about every room. */
  readonly key: string;
  /** True when no room is refused: nothing needs to be asked then. */
  readonly isWhole: boolean;
  readonly reader: Reader;
  readonly #table: CrossingTable;
  readonly #known = new Map<string, Decision>();
  readonly #named: ReadonlySet<string>;

  constructor(table: CrossingTable, reader: Reader) {
    this.#table = table;
    this.reader = reader;
    this.#named = new Set(
      table.rules.flatMap(({ rooms }) => (rooms && "ids" in rooms ? rooms.ids : [])).sort(),
    );
    const answers = ["", ...this.#named].map((id) => {
      const allowed = CrossingRoomKind.options.flatMap((kind) =>
        classifications.map((classification) => this.decide({ id, kind, classification }).kind === "allow"),
      );
      return { id, allowed };
    });
    this.isWhole = answers.every(({ allowed }) => allowed.every(Boolean));
    this.key = answers.map(({ id, allowed }) => `${id}:${allowed.map(Number).join("")}`).join(" ");
  }

  decide({ id, kind, classification }: ReadRoom): Decision {
    const key = `${this.#named.has(id) ? id : ""} ${kind} ${classification}`;
    const known = this.#known.get(key);
    if (known) return known;
    const decision = decideCrossing(this.#table, {
      ...this.reader,
      deed: "read",
      room: { id, kind },
      classification,
      origin: null,
    });
    this.#known.set(key, decision);
    return decision;
  }
}

const readings = new WeakMap<CrossingTable, Map<string, Reading>>();

/** What somebody may read by a table. */
export function readingOf(table: CrossingTable, reader: Reader): Reading {
  const byReader = readings.get(table) ?? new Map<string, Reading>();
  readings.set(table, byReader);
  const key = `${reader.zone} ${reader.kind} ${[...reader.offices].sort().join(",")}`;
  const reading = byReader.get(key) ?? new Reading(table, reader);
  byReader.set(key, reading);
  return reading;
}
