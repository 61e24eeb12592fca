import { z } from "zod";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import {
  DecideInspection,
  InspectedPage,
  InspectedQuery,
  InspectionList,
  RequestInspection,
  RoomsToInspect,
} from "../contract.ts";
import {
  decideInspection,
  findRoomsToInspect,
  listInspections,
  readInspectedRoom,
  requestInspection,
} from "./actions/inspect.ts";
import type { GovernanceServices } from "./routes.ts";

/** By hand, seldom. */
const asking: RateLimit = { name: "inspecting", perMinute: 30, burst: 30 };
const ById = z.object({ id: z.string().max(100) });

/** Reading rooms of others: asked for by one office, consented to by another, for a term, never unseen. */
export function inspectionRoutes({ database, clock }: GovernanceServices): Route[] {
  return [
    defineRoute({
      name: "governance.list-inspections",
      method: "GET",
      path: "/api/v1/inspections",
      summary: "Every inspection that was asked for, the newest first, and what one may do with it.",
      request: {},
      response: { statuses: [200], schema: InspectionList },
      policy: decidedBy("inspection.see"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listInspections(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.find-rooms-to-inspect",
      method: "GET",
      path: "/api/v1/inspection-rooms",
      summary: "The rooms of a person, by name only, to ask about. The look is an entry of the audit record.",
      request: { query: z.object({ person: z.uuid() }) },
      response: { statuses: [200], schema: RoomsToInspect },
      policy: decidedBy("inspection.ask"),
      limit: asking,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await findRoomsToInspect(database, clock, actor, query.person),
      }),
    }),

    defineRoute({
      name: "governance.request-inspection",
      method: "POST",
      path: "/api/v1/inspections",
      summary:
        "Asks to inspect rooms, with a reason and a term; another person of the office of audit decides.",
      request: { body: RequestInspection },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy: decidedBy("inspection.ask"),
      limit: asking,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: { id: await requestInspection(database, clock, actor, body) },
      }),
    }),

    defineRoute({
      name: "governance.decide-inspection",
      method: "POST",
      path: "/api/v1/inspections/{id}/decision",
      summary: "The second person consents to an inspection or refuses it; with the consent the term begins.",
      request: { params: ById, body: DecideInspection },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("inspection.consent"),
      limit: asking,
      handler: async ({ actor, params, body }) => {
        await decideInspection(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.read-inspected-room",
      method: "GET",
      path: "/api/v1/inspections/{id}/rooms/{roomId}/messages",
      summary:
        "A page of an inspected room, for the two persons while the term lasts; each page is an entry.",
      zones: ["lgwan"],
      request: { params: ById.extend({ roomId: z.string().max(100) }), query: InspectedQuery },
      response: { statuses: [200], schema: InspectedPage },
      policy: decidedBy("inspection.read"),
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await readInspectedRoom(
          database,
          clock,
          actor,
          { inspectionId: params.id, roomId: params.roomId },
          { before: query.before, limit: query.limit },
        ),
      }),
    }),
  ];
}
