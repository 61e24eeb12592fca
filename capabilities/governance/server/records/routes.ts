import { z } from "zod";
import { RoomRetention } from "#capabilities/chat/contract.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import {
  DecideRecords,
  DisposalList,
  DisposalPage,
  ExcludeRoom,
  LegalHoldList,
  PlaceHold,
  ProposeRetention,
  RetentionList,
  WithReason,
} from "../../contract.ts";
import type { GovernanceServices } from "../routes.ts";
import { decideDisposal, excludeRoom, getDisposal, listAllDisposals } from "./actions/decide-disposal.ts";
import {
  decideRetention,
  getRoomRetention,
  listRetention,
  proposeRetention,
} from "./actions/decide-retention.ts";
import { decideHold, listLegalHolds, placeHold, releaseHold } from "./actions/hold-records.ts";
import { listDue } from "./actions/list-due.ts";

/** By hand, seldom. */
const keeping: RateLimit = { name: "records", perMinute: 60, burst: 60 };
/** Looks through every room. */
const listing: RateLimit = { name: "disposal-list", perMinute: 4, burst: 4 };
const ById = z.object({ id: z.string().max(100) });
const MadeId = z.object({ id: z.uuid() });
const see = decidedBy("records.see");
const keep = decidedBy("records.keep");
const consent = decidedBy("records.consent");

/** Terms of keeping, legal holds and disposals: one office begins, another person of another office consents. */
export function recordsRoutes({ database, clock }: GovernanceServices): Route[] {
  return [
    defineRoute({
      name: "governance.get-room-retention",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/retention",
      summary: "How long what is said in a room is kept, for its members.",
      request: { params: z.object({ roomId: z.string() }) },
      response: { statuses: [200], schema: RoomRetention },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await getRoomRetention(database, clock, actor, params.roomId),
      }),
    }),

    defineRoute({
      name: "governance.list-retention",
      method: "GET",
      path: "/api/v1/retention",
      summary: "Every decision about how long records are kept, and what waits for a second person.",
      request: {},
      response: { statuses: [200], schema: RetentionList },
      policy: see,
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listRetention(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.propose-retention",
      method: "POST",
      path: "/api/v1/retention",
      summary: "Asks for terms of keeping from a day on, with their source; a second person decides.",
      request: { body: ProposeRetention },
      response: { statuses: [201], schema: MadeId },
      policy: keep,
      limit: keeping,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: { id: await proposeRetention(database, clock, actor, body) },
      }),
    }),

    defineRoute({
      name: "governance.decide-retention",
      method: "POST",
      path: "/api/v1/retention/{id}/decision",
      summary: "The second person consents to terms of keeping, or refuses them.",
      request: { params: ById, body: DecideRecords },
      response: { statuses: [204], schema: z.null() },
      policy: consent,
      limit: keeping,
      handler: async ({ actor, params, body }) => {
        await decideRetention(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.list-legal-holds",
      method: "GET",
      path: "/api/v1/legal-holds",
      summary: "Every legal hold, those that stand first; nobody else learns of them.",
      request: {},
      response: { statuses: [200], schema: LegalHoldList },
      policy: see,
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listLegalHolds(database, actor) }),
    }),

    defineRoute({
      name: "governance.place-legal-hold",
      method: "POST",
      path: "/api/v1/legal-holds",
      summary: "Places a hold on a room or a person: it holds at once, and waits for a second person.",
      request: { body: PlaceHold },
      response: { statuses: [201], schema: MadeId },
      policy: keep,
      limit: keeping,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: { id: await placeHold(database, clock, actor, body) },
      }),
    }),

    defineRoute({
      name: "governance.decide-legal-hold",
      method: "POST",
      path: "/api/v1/legal-holds/{id}/decision",
      summary: "The second person consents to a hold or to its end, or refuses.",
      request: { params: ById, body: DecideRecords },
      response: { statuses: [204], schema: z.null() },
      policy: consent,
      limit: keeping,
      handler: async ({ actor, params, body }) => {
        await decideHold(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.release-legal-hold",
      method: "POST",
      path: "/api/v1/legal-holds/{id}/release",
      summary: "Asks to end a hold; it stands until a second person consents.",
      request: { params: ById, body: WithReason },
      response: { statuses: [204], schema: z.null() },
      policy: keep,
      limit: keeping,
      handler: async ({ actor, params, body }) => {
        await releaseHold(database, clock, actor, params.id, body.reason);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.list-disposals",
      method: "GET",
      path: "/api/v1/disposals",
      summary: "Every list of what was due for disposal, the newest first.",
      request: {},
      response: { statuses: [200], schema: DisposalList },
      policy: see,
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listAllDisposals(database, actor) }),
    }),

    defineRoute({
      name: "governance.list-due",
      method: "POST",
      path: "/api/v1/disposals",
      summary: "Makes the list of what is due now, without waiting for the month to begin.",
      request: {},
      response: { statuses: [201], schema: MadeId },
      policy: keep,
      limit: listing,
      handler: async ({ actor }) => ({ status: 201, body: { id: await listDue(database, clock, actor) } }),
    }),

    defineRoute({
      name: "governance.get-disposal",
      method: "GET",
      path: "/api/v1/disposals/{id}",
      summary: "One list with its rooms, and the certificate when it is done.",
      request: { params: ById },
      response: { statuses: [200], schema: DisposalPage },
      policy: see,
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await getDisposal(database, actor, params.id),
      }),
    }),

    defineRoute({
      name: "governance.exclude-room",
      method: "POST",
      path: "/api/v1/disposals/{id}/exclusions",
      summary: "Takes a room out of a list that is not approved yet, with a reason.",
      request: { params: ById, body: ExcludeRoom },
      response: { statuses: [204], schema: z.null() },
      policy: keep,
      limit: keeping,
      handler: async ({ actor, params, body }) => {
        await excludeRoom(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.decide-disposal",
      method: "POST",
      path: "/api/v1/disposals/{id}/decision",
      summary: "The office of records approves a list, then a second person consents; then it begins.",
      request: { params: ById, body: DecideRecords },
      response: { statuses: [204], schema: z.null() },
      policy: consent,
      limit: keeping,
      handler: async ({ actor, params, body }) => {
        await decideDisposal(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),
  ];
}
