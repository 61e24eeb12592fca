/** The rules as somebody is writing them; they stay while other pages are looked at. */
import { Store } from "#web/kit/state/store.ts";
import type { CrossingRank, CrossingRule, CrossingTable } from "../contract.ts";

/** `basedOn`: the newest version that was known when it was begun. */
export type Draft = { table: CrossingTable; basedOn: number };

export const draft = new Store<Draft | undefined>(undefined);
/** The newest version that the stream has told of. */
export const newestVersion = new Store(0);

/** A rule that says nothing yet and refuses. */
export function newRule(rank: CrossingRank): CrossingRule {
  return {
    id: `r-${crypto.randomUUID().slice(0, 8)}`,
    rank,
    effect: "refuse",
    deeds: null,
    zones: { is: ["internet"] },
    kinds: null,
    offices: null,
    rooms: null,
    classifications: null,
    origins: null,
    ask: "",
    note: "",
  };
}

/** A permission says which deeds, zones, people and classes it is about. */
export function isWhole({ effect, deeds, zones, kinds, classifications }: CrossingRule): boolean {
  return effect === "refuse" || Boolean(deeds && kinds && classifications && zones && "is" in zones);
}

export function isSameTable(one: CrossingTable, other: CrossingTable): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Names of rooms that rules are about, by id: those that the server told, and those that were picked since. */
export const roomNames = new Store<ReadonlyMap<string, string>>(new Map());

export function rememberRooms(rooms: readonly { id: string; name: string }[]): void {
  roomNames.set(new Map([...roomNames.get(), ...rooms.map(({ id, name }) => [id, name] as const)]));
}
