import type { Database } from "#core/db/index.ts";
import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { ClassifiedRoom, LowerClassRequest, RoomPath } from "../contract.ts";
import { lowerClass } from "./actions/lower-class.ts";
import { getClassifiedRoom } from "./queries/get-classified-room.ts";

/** The class of a room (自治体機密性) for who administers the rules; owners raise it with the room's other settings. */
export function classRoutes({ database, clock }: { database: Database; clock: Clock }): Route[] {
  return [
    defineRoute({
      name: "chat.get-classified-room",
      method: "GET",
      path: "/api/v1/classified-rooms/{roomId}",
      summary: "Name and class of the room with this number, for who administers the rules.",
      request: { params: RoomPath },
      response: { statuses: [200], schema: ClassifiedRoom },
      policy: decidedBy("room.lower-class"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await getClassifiedRoom(database, actor, params.roomId),
      }),
    }),

    defineRoute({
      name: "chat.lower-class",
      method: "PUT",
      path: "/api/v1/classified-rooms/{roomId}",
      summary: "Gives a room another class, with a reason; only who administers the rules, on LGWAN.",
      request: { params: RoomPath, body: LowerClassRequest },
      response: { statuses: [200], schema: ClassifiedRoom },
      policy: decidedBy("room.lower-class"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await lowerClass(database, clock, actor, params.roomId, body),
      }),
    }),
  ];
}
