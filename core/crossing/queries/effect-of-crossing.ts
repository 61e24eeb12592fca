import { type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import {
  type Classification,
  type CrossingChange,
  CrossingDeed,
  type CrossingEffect,
  CrossingKind,
  type CrossingQuestion,
  type CrossingRoomKind,
  type CrossingTable,
  type EffectRequest,
  type NamedRoom,
} from "../contract.ts";
import type { CrossingTables } from "../crossing-tables.ts";
import { findDeciding } from "../decide.ts";
import { decideEditCrossing } from "../policy.ts";

/** Rooms alike in what rules ask of them, as the capability that has rooms counts them. */
export type RoomGroup = {
  kind: CrossingRoomKind;
  classification: Classification;
  /** Of a room that some rule names: its id; these stand alone. */
  id: string | null;
  roomCount: number;
  /** Names that everybody on the staff may know. */
  names: string[];
};
/** Files alike in what rules ask of them. */
export type FileGroup = {
  roomKind: CrossingRoomKind;
  /** Set when some rule names the room. */
  roomId: string | null;
  classification: Classification;
  origin: string;
  fileCount: number;
};

/** What modules above say about what there is. `named`: ids of rooms that rules name. */
export type CrossingStock = {
  listRoomGroups: (tx: Transaction, tenantId: string, named: readonly string[]) => Promise<RoomGroup[]>;
  listFileGroups?: (tx: Transaction, tenantId: string, named: readonly string[]) => Promise<FileGroup[]>;
  /** Rooms that the actor may know of: by a part of the name, or by id. Nothing where rooms are not known. */
  listNamedRooms?: (
    tx: Transaction,
    actor: Actor,
    wanted: { q: string; limit: number } | { ids: readonly string[] },
  ) => Promise<NamedRoom[]>;
};

/** What would be other than today if a table held: how many rooms and files, which, and for whom. */
export async function effectOfCrossing(
  database: Database,
  crossing: CrossingTables,
  stock: CrossingStock,
  zones: readonly string[],
  actor: Actor,
  { table }: EffectRequest,
): Promise<CrossingEffect> {
  assertAllowed(actor, decideEditCrossing(actor));
  const before = await crossing.tableOf(actor.tenantId);
  const named = [...new Set([...namedRooms(before), ...namedRooms(table)])];
  const [rooms, files] = await database.transaction(scopeOf(actor.tenantId), async (tx) => [
    await stock.listRoomGroups(tx, actor.tenantId, named),
    (await stock.listFileGroups?.(tx, actor.tenantId, named)) ?? [],
  ]);
  const changesOf = (asked: Asked) => differences(before, table, zones, asked);
  const changedFiles = files.filter(
    ({ roomId, roomKind, classification, origin }) =>
      changesOf({ id: roomId, kind: roomKind, classification, origin }).length > 0,
  );
  const groups = rooms
    .map((group) => ({ group, changes: changesOf({ ...group, origin: null }) }))
    .filter(({ changes }) => changes.length > 0)
    .map(({ group, changes }) => ({
      kind: group.kind,
      classification: group.classification,
      roomCount: group.roomCount,
      fileCount: sum(
        changedFiles
          .filter(
            (file) =>
              file.roomId === group.id &&
              file.roomKind === group.kind &&
              file.classification === group.classification,
          )
          .map(({ fileCount }) => fileCount),
      ),
      names: group.names,
      changes,
    }));
  return {
    roomCount: sum(groups.map(({ roomCount }) => roomCount)),
    fileCount: stock.listFileGroups ? sum(changedFiles.map(({ fileCount }) => fileCount)) : null,
    groups,
  };
}

type Asked = {
  id: string | null;
  kind: CrossingRoomKind;
  classification: Classification;
  origin: string | null;
};

/** No room has this id: it stands for any that no rule names. */
const unnamed = "00000000-0000-7000-8000-000000000000";

function differences(
  before: CrossingTable,
  after: CrossingTable,
  zones: readonly string[],
  { id, kind: roomKind, classification, origin }: Asked,
): CrossingChange[] {
  return zones.flatMap((zone) =>
    CrossingKind.options.flatMap((kind) =>
      CrossingDeed.options.flatMap((deed) => {
        const question: CrossingQuestion = {
          deed,
          zone,
          kind,
          offices: [],
          room: { id: id ?? unnamed, kind: roomKind },
          classification,
          origin,
        };
        const isAllowed = findDeciding(after, question).effect === "allow";
        return isAllowed === (findDeciding(before, question).effect === "allow")
          ? []
          : [{ deed, zone, kind, isAllowed }];
      }),
    ),
  );
}

export function namedRooms(table: CrossingTable): string[] {
  return table.rules.flatMap(({ rooms }) => (rooms && "ids" in rooms ? rooms.ids : []));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
