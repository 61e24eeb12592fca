import { z } from "zod";
import { scopeOf, type Transaction } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading, writing } from "#core/http/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { askForMedium } from "./actions/ask-for-medium.ts";
import { stepMediaLoan } from "./actions/step-media-loan.ts";
import { exportMediaLoans } from "./export-media-loans.ts";
import { getMediaLoan, listMediaLoans } from "./list-media-loans.ts";
import type { MediaServices } from "./loans.ts";
import {
  AskForMediumRequest,
  MediaLoanDetail,
  MediaLoanExport,
  MediaLoansPage,
  MediaLoansQuery,
  StepMediaLoanRequest,
} from "./media-contract.ts";

const policy = decidedBy("media.use");
const exporting: RateLimit = { name: "exporting-media", perMinute: 20, burst: 20 };
const ById = z.object({ id: z.string().max(100) });

/** The log of removable media: everybody on the LGWAN side their own, officers their sections', who administers accounts all. */
export function mediaRoutes(
  services: MediaServices & { onSessionEnded: (sessionId: string) => void },
): Route[] {
  const { database, clock } = services;
  const read = <T>(actor: Actor, work: (tx: Transaction, today: string) => Promise<T>) =>
    database.transaction(scopeOf(actor.tenantId), (tx) => work(tx, todayInJapan(clock)));

  return [
    defineRoute({
      name: "media.list",
      method: "GET",
      path: "/api/v1/media-loans",
      summary: "The log of removable media, newest first: one's own, and those that one looks after.",
      request: { query: MediaLoansQuery },
      response: { statuses: [200], schema: MediaLoansPage },
      policy,
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await read(actor, (tx, today) => listMediaLoans(tx, actor, today, query)),
      }),
    }),
    defineRoute({
      name: "media.get",
      method: "GET",
      path: "/api/v1/media-loans/{id}",
      summary: "One request for a medium with its history and what may be done with it now.",
      request: { params: ById },
      response: { statuses: [200], schema: MediaLoanDetail },
      policy,
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await read(actor, (tx, today) => getMediaLoan(tx, actor, today, params.id)),
      }),
    }),
    defineRoute({
      name: "media.ask",
      method: "POST",
      path: "/api/v1/media-loans",
      summary: "Asks for a removable medium; what may not cross is refused at once, with the rule.",
      request: { body: AskForMediumRequest },
      response: { statuses: [201], schema: MediaLoanDetail },
      policy,
      limit: writing,
      handler: async ({ actor, body }) => {
        const id = await askForMedium(services, actor, body);
        return {
          status: 201,
          body: await read(actor, (tx, today) => getMediaLoan(tx, actor, today, id)),
        };
      },
    }),
    defineRoute({
      name: "media.step",
      method: "POST",
      path: "/api/v1/media-loans/{id}/steps",
      summary: "Takes a request on: withdrawn, approved, refused, lent, extended, returned or lost.",
      request: { params: ById, body: StepMediaLoanRequest },
      response: { statuses: [200], schema: MediaLoanDetail },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        const ended = await stepMediaLoan(services, actor, params.id, body);
        for (const id of ended) services.onSessionEnded(id);
        return {
          status: 200,
          body: await read(actor, (tx, today) => getMediaLoan(tx, actor, today, params.id)),
        };
      },
    }),
    defineRoute({
      name: "media.export",
      method: "POST",
      path: "/api/v1/media-loan-exports",
      summary: "The log of removable media as far as one may see it, as a table; recorded.",
      request: {},
      response: { statuses: [200], schema: MediaLoanExport },
      policy,
      limit: exporting,
      handler: async ({ actor }) => ({ status: 200, body: await exportMediaLoans(services, actor) }),
    }),
  ];
}
