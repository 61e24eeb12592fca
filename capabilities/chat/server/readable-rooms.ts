import { type CrossingTables, type Reading, readerOf } from "#core/crossing/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { Route } from "#core/http/index.ts";
import { batchByKey } from "#core/kernel/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import type { GatedTopic } from "#core/realtime/index.ts";
import { isId } from "#shared/ids.ts";
import type { DraftsPage, FoundRoomsPage, MyConfirmations, RoomItem, RoomsPage } from "../contract.ts";
import { withhold } from "./gates.ts";

type Row = { id: string; kind: string; classification: string };
type OwnRow = Row & { person_id: string };

// Of rooms in which somebody is no member nothing is told here: the decision that follows answers as to a stranger.
const ownRooms = statement<OwnRow>(
  "chat.own-rooms-by-class",
  `select r.id, r.kind, r.classification, rm.person_id
     from unnest($2::uuid[], $3::uuid[]) as x (room_id, person_id)
     join room_member rm on rm.tenant_id = $1 and rm.room_id = x.room_id and rm.person_id = x.person_id
     join room r on r.tenant_id = $1 and r.id = x.room_id`,
);
const roomsByClass = statement<Row>(
  "chat.rooms-by-class",
  "select id, kind, classification from room where tenant_id = $1 and id = any($2::uuid[])",
);

/**
 * Puts the question where a room may be read around every route. Of a room that the actor may not read where they sit no
 * route of that room says anything, and routes about many rooms leave out what `withheldFrom` names. Who may read
 * everything, as the staff on LGWAN, is asked nothing.
 */
export function guardRooms(routes: readonly Route[], database: Database, crossing: CrossingTables): Route[] {
  const findOwnRoom = batchByKey<{ roomId: string; personId: string }, GatedTopic | undefined>({
    maxBatch: 500,
    run: (tenantId, asked) => findOwnRooms(database, tenantId, asked),
  });
  const withholding = (route: Route, withholdFrom: Withhold): Route => ({
    ...route,
    handler: async (request) => {
      const answer = await route.handler(request);
      const { actor } = request;
      if (!actor || "refusal" in answer) return answer;
      const reading = await crossing.readingOf(actor.tenantId, readerOf(actor));
      if (reading.isWhole) return answer;
      const open: OpenRooms = async (roomIds) => {
        const [rows] = await database.pipeline<[Row[]]>(scopeOf(actor.tenantId), (tx) => [
          tx.all(roomsByClass, [actor.tenantId, [...new Set(roomIds)]]),
        ]);
        const isOpen = (row: Row) => reading.decide(toTopic(row)).kind === "allow";
        return new Set(rows.filter(isOpen).map(({ id }) => id));
      };
      return { ...answer, body: await withholdFrom(answer.body as never, reading, open) };
    },
  });
  return routes.map((route) => {
    const withholdFrom = withheldFrom[route.name];
    if (withholdFrom) return withholding(route, withholdFrom);
    // Who administers classes need not be in the room, and reads nothing of it but its name.
    if (!route.path.includes("{roomId}") || route.path.startsWith("/api/v1/classified-rooms/")) return route;
    return {
      ...route,
      handler: async (request) => {
        const { actor } = request;
        const { roomId } = request.params as { roomId: string };
        if (actor && isId(roomId)) {
          const reading = await crossing.readingOf(actor.tenantId, readerOf(actor));
          if (!reading.isWhole) {
            const room = await findOwnRoom(actor.tenantId, { roomId, personId: actor.personId });
            const decision = room && reading.decide(room);
            // What is allowed here is no decision about the request: that one is the route's own.
            if (decision && decision.kind !== "allow") assertAllowed(actor, decision);
          }
        }
        return route.handler(request);
      },
    };
  });
}

type Withhold = (answer: never, reading: Reading, open: OpenRooms) => Promise<unknown>;
/** Of these rooms, the ids of those that may be read. */
type OpenRooms = (roomIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** What routes that are about many rooms do not say of those that may not be read. */
export const withheldFrom: Readonly<Record<string, Withhold>> = {
  "chat.list-rooms": async (page: RoomsPage, reading) => ({
    ...page,
    items: page.items.map((room) => withhold(room, reading.decide(room))),
  }),
  "chat.create-room": async (room: RoomItem, reading) => withhold(room, reading.decide(room)),
  "chat.find-rooms": async (page: FoundRoomsPage, _reading, open) => {
    const ids = await open(page.items.map(({ id }) => id));
    return { ...page, items: page.items.filter(({ id }) => ids.has(id)) };
  },
  "chat.list-drafts": async (page: DraftsPage, _reading, open) => ({
    items: await onlyOpen(page.items, open),
  }),
  "chat.get-my-confirmations": async ({ waiting, asked }: MyConfirmations, _reading, open) => ({
    waiting: await onlyOpen(waiting, open),
    asked: await onlyOpen(asked, open),
  }),
};

async function onlyOpen<Thing extends { roomId: string }>(
  things: readonly Thing[],
  open: OpenRooms,
): Promise<Thing[]> {
  const ids = await open(things.map(({ roomId }) => roomId));
  return things.filter(({ roomId }) => ids.has(roomId));
}

async function findOwnRooms(
  database: Database,
  tenantId: string,
  asked: readonly { roomId: string; personId: string }[],
): Promise<(GatedTopic | undefined)[]> {
  const [rows] = await database.pipeline<[OwnRow[]]>(scopeOf(tenantId), (tx) => [
    tx.all(ownRooms, [tenantId, asked.map(({ roomId }) => roomId), asked.map(({ personId }) => personId)]),
  ]);
  const found = new Map(rows.map((row) => [`${row.id} ${row.person_id}`, toTopic(row)]));
  return asked.map(({ roomId, personId }) => found.get(`${roomId} ${personId}`));
}

export function toTopic(row: Row): GatedTopic {
  return {
    id: row.id,
    kind: row.kind as GatedTopic["kind"],
    classification: row.classification as GatedTopic["classification"],
  };
}
