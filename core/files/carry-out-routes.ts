import { z } from "zod";
import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import { requestCarryOut } from "./actions/request-carry-out.ts";
import { decideCarryOut, seeCarryOut, withdrawCarryOut } from "./actions/settle-carry-out.ts";
import {
  CarryOut,
  CarryOutCounts,
  CarryOutList,
  CarryOutPath,
  CarryOutsQuery,
  DecideCarryOut,
  FilePath,
  RequestCarryOut,
  WithdrawCarryOut,
} from "./contract.ts";
import { countCarryOuts, listCarryOuts } from "./queries/list-carry-outs.ts";
import type { FileServices } from "./services.ts";

/** Carrying files out by request: asked for where one only sees pages, decided by another person on the LGWAN side. */
export function carryOutRoutes(services: FileServices): Route[] {
  return [
    defineRoute({
      name: "files.request-carry-out",
      method: "POST",
      path: "/api/v1/files/{fileId}/carry-outs",
      summary: "Asks to carry a version of a file out to the side from which it is asked, with a reason.",
      request: { params: FilePath, body: RequestCarryOut },
      response: { statuses: [201], schema: CarryOut },
      policy: decidedBy("file.request-carry-out"),
      limit: writing,
      idempotencyKey: "required",
      handler: ({ actor, params, body, facts }) =>
        requestCarryOut(services, actor, params.fileId, body, facts.idempotencyKey!),
    }),

    defineRoute({
      name: "files.list-carry-outs",
      method: "GET",
      path: "/api/v1/carry-outs",
      summary: "What one has asked to carry out, or what waits for one's decision and was decided by one.",
      request: { query: CarryOutsQuery },
      response: { statuses: [200], schema: CarryOutList },
      policy: decidedBy("carryout.see"),
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await listCarryOuts(services, actor, query),
      }),
    }),

    defineRoute({
      name: "files.count-carry-outs",
      method: "GET",
      path: "/api/v1/carry-outs/count",
      summary: "How many requests wait for one's decision, and how many of one's own were decided unseen.",
      request: {},
      response: { statuses: [200], schema: CarryOutCounts },
      policy: decidedBy("carryout.see"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await countCarryOuts(services, actor) }),
    }),

    defineRoute({
      name: "files.decide-carry-out",
      method: "POST",
      path: "/api/v1/carry-outs/{carryOutId}/decision",
      summary: "Approves a request or refuses it; with the approval its time begins.",
      request: { params: CarryOutPath, body: DecideCarryOut },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("carryout.decide"),
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await decideCarryOut(services, actor, params.carryOutId, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "files.withdraw-carry-out",
      method: "POST",
      path: "/api/v1/carry-outs/{carryOutId}/withdrawal",
      summary: "Takes a request or an approval back: nothing more is given out by it.",
      request: { params: CarryOutPath, body: WithdrawCarryOut },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("carryout.withdraw"),
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await withdrawCarryOut(services, actor, params.carryOutId, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "files.see-carry-out",
      method: "POST",
      path: "/api/v1/carry-outs/{carryOutId}/seen",
      summary: "Says that one has a request, or what was decided about one's own, before one's eyes.",
      request: { params: CarryOutPath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("carryout.see"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await seeCarryOut(services, actor, params.carryOutId);
        return { status: 204, body: null };
      },
    }),
  ];
}
