import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import type { ListenerSettings, Zones } from "#core/zones/index.ts";
import { type CrossingServices, saveCrossing, withdrawCrossing } from "./actions/save-crossing.ts";
import {
  AskCrossingRequest,
  CrossingAdministration,
  CrossingAnswer,
  CrossingEffect,
  CrossingVersion,
  EffectRequest,
  NamedRooms,
  NamedRoomsQuery,
  SaveCrossingRequest,
  VersionPath,
  WithdrawCrossingRequest,
  ZoneList,
} from "./contract.ts";
import { askCrossing } from "./queries/ask-crossing.ts";
import { type CrossingStock, effectOfCrossing } from "./queries/effect-of-crossing.ts";
import { findRoomsByName } from "./queries/find-rooms-by-name.ts";
import { getCrossing } from "./queries/get-crossing.ts";
import { listZones } from "./queries/list-zones.ts";

/** A table of two hundred rules fits. */
const bodyLimit = 1024 * 1024;

/** What may cross: seeing, trying and changing the rules, by who administers them and on the LGWAN side alone. */
export function crossingRoutes(
  services: CrossingServices & {
    stock: CrossingStock;
    zones: Zones;
    listeners: readonly ListenerSettings[];
  },
): Route[] {
  const { database, clock, crossing, stock } = services;
  const zones = [...new Set(services.listeners.map(({ zone }) => zone))];
  return [
    defineRoute({
      name: "crossing.get",
      method: "GET",
      path: "/api/v1/crossing",
      summary: "The rules in force about what may cross, their versions, and presets to begin with.",
      request: {},
      response: { statuses: [200], schema: CrossingAdministration },
      policy: decidedBy("crossing.edit"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await getCrossing(database, clock, zones, services.zones.further, stock, actor),
      }),
    }),

    defineRoute({
      name: "crossing.list-zones",
      method: "GET",
      path: "/api/v1/zones",
      summary: "The zones of the installation: listeners, what each asks for, and what the server may call.",
      request: {},
      response: { statuses: [200], schema: ZoneList },
      policy: decidedBy("crossing.edit"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listZones(services, actor) }),
    }),

    defineRoute({
      name: "crossing.find-rooms",
      method: "GET",
      path: "/api/v1/crossing/rooms",
      summary: "Rooms by name or reading, for a rule about them: those that the caller may know of.",
      request: { query: NamedRoomsQuery },
      response: { statuses: [200], schema: NamedRooms },
      policy: decidedBy("crossing.edit"),
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await findRoomsByName(database, stock, actor, query.q),
      }),
    }),

    defineRoute({
      name: "crossing.ask",
      method: "POST",
      path: "/api/v1/crossing/questions",
      summary: "Tries a question on a table that is being written, or on the one in force.",
      request: { body: AskCrossingRequest },
      response: { statuses: [200], schema: CrossingAnswer },
      policy: decidedBy("crossing.edit"),
      limit: reading,
      bodyLimit,
      handler: async ({ actor, body }) => ({ status: 200, body: await askCrossing(crossing, actor, body) }),
    }),

    defineRoute({
      name: "crossing.effect",
      method: "POST",
      path: "/api/v1/crossing/effect",
      summary: "Which rooms and how many files a table would change, and for whom.",
      request: { body: EffectRequest },
      response: { statuses: [200], schema: CrossingEffect },
      policy: decidedBy("crossing.edit"),
      limit: writing,
      bodyLimit,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await effectOfCrossing(database, crossing, stock, zones, actor, body),
      }),
    }),

    defineRoute({
      name: "crossing.save",
      method: "POST",
      path: "/api/v1/crossing/versions",
      summary:
        "Saves a table as the next version, which holds from a moment on; 409 when somebody saved since.",
      request: { body: SaveCrossingRequest },
      response: { statuses: [201], schema: CrossingVersion },
      policy: decidedBy("crossing.edit"),
      limit: writing,
      bodyLimit,
      handler: async ({ actor, body }) => ({ status: 201, body: await saveCrossing(services, actor, body) }),
    }),

    defineRoute({
      name: "crossing.withdraw",
      method: "PUT",
      path: "/api/v1/crossing/versions/{number}/withdrawal",
      summary: "Takes a version back; the one before it holds again. Again changes nothing.",
      request: { params: VersionPath, body: WithdrawCrossingRequest },
      response: { statuses: [200], schema: CrossingVersion },
      policy: decidedBy("crossing.edit"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await withdrawCrossing(services, actor, params.number, body),
      }),
    }),
  ];
}
