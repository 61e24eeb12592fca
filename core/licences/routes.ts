import { z } from "zod";
import { type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { saveLicences } from "./actions/save-licences.ts";
import { LicenceHistory, Licences, SaveLicencesRequest, UnusedAccounts, UnusedQuery } from "./contract.ts";
import { decideManageLicences } from "./policy.ts";
import { getLicences, listLicenceHistory, listUnusedAccounts } from "./queries/licences.ts";

const policy = decidedBy("licences.manage");

/** Accounts as licences: for who is entrusted with accounts or rules, on the LGWAN side. */
export function licenceRoutes({ database, clock }: { database: Database; clock: Clock }): Route[] {
  const read = <T>(actor: Actor, work: (tx: Transaction) => Promise<T>) => {
    assertAllowed(actor, decideManageLicences(actor));
    return database.transaction(scopeOf(actor.tenantId), work);
  };

  return [
    defineRoute({
      name: "licences.get",
      method: "GET",
      path: "/api/v1/licences",
      summary: "What was bought by class, what is used, and the dated prices and taxes.",
      request: {},
      response: { statuses: [200], schema: Licences },
      policy,
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await read(actor, (tx) => getLicences(tx, actor.tenantId, clock.now())),
      }),
    }),

    defineRoute({
      name: "licences.list-unused",
      method: "GET",
      path: "/api/v1/licences/unused",
      summary: "Accounts that nobody has used for so many days, with their last sign-in.",
      request: { query: UnusedQuery },
      response: { statuses: [200], schema: UnusedAccounts },
      policy,
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await read(actor, (tx) => listUnusedAccounts(tx, actor.tenantId, clock.now(), query.days)),
      }),
    }),

    defineRoute({
      name: "licences.list-history",
      method: "GET",
      path: "/api/v1/licences/history",
      summary: "Every change of prices, taxes and numbers bought, with its reason.",
      request: {},
      response: { statuses: [200], schema: LicenceHistory },
      policy,
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await read(actor, (tx) => listLicenceHistory(tx, actor.tenantId)),
      }),
    }),

    defineRoute({
      name: "licences.save",
      method: "POST",
      path: "/api/v1/licences/changes",
      summary: "Enters prices, tax rates or the numbers bought, with a reason.",
      request: { body: SaveLicencesRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: writing,
      handler: async ({ actor, body }) => {
        await saveLicences(database, clock, actor, body);
        return { status: 204, body: null };
      },
    }),
  ];
}
