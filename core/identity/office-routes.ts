import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import { decideProposal, declareSmall, giveOffice, takeOffice } from "./actions/change-offices.ts";
import {
  DecideProposalRequest,
  DeclareSmallRequest,
  EndedSessions,
  GivenOffice,
  GiveOfficeRequest,
  Office,
  OfficesOverview,
  TakeOfficeRequest,
} from "./contract.ts";
import { decideSeeOffices } from "./office-policy.ts";
import { findProposals, getOffices } from "./queries/list-offices.ts";
import type { IdentityServices } from "./routes.ts";

/** By hand, a few times a year. */
const entrusting: RateLimit = { name: "entrusting", perMinute: 30, burst: 30 };
const policy = decidedBy("office.change");
const ById = z.object({ id: z.string().max(100) });

/** Who administers what: seen by administrators, changed by the office `accounts` and a second person. */
export function officeRoutes({ database, clock, sessions }: IdentityServices): Route[] {
  return [
    defineRoute({
      name: "identity.list-offices",
      method: "GET",
      path: "/api/v1/offices",
      summary: "Who holds which office of administration, what waits for consent, and what is in one hand.",
      request: {},
      response: { statuses: [200], schema: OfficesOverview },
      policy: decidedBy("office.see"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await database.transaction(scopeOf(actor.tenantId), async (tx) => {
          const waiting = await findProposals(tx, actor.tenantId, clock.now());
          const isAsked = waiting.some(({ personId }) => personId === actor.personId);
          assertAllowed(actor, decideSeeOffices(actor, { isAsked }));
          return getOffices(tx, actor, clock.now());
        }),
      }),
    }),

    defineRoute({
      name: "identity.give-office",
      method: "POST",
      path: "/api/v1/accounts/{id}/offices",
      summary: "Gives somebody an office; audit and records wait for a second person's consent.",
      request: { params: ById, body: GiveOfficeRequest },
      response: { statuses: [200], schema: GivenOffice },
      policy,
      limit: entrusting,
      handler: async ({ actor, params, body }) => {
        const given = await giveOffice(database, clock, actor, params.id, body);
        sessions.forgetAccount(params.id);
        return { status: 200, body: given };
      },
    }),

    defineRoute({
      name: "identity.take-office",
      method: "POST",
      path: "/api/v1/accounts/{id}/offices/{office}/removal",
      summary: "Takes an office away from somebody; their sessions end at once.",
      request: { params: ById.extend({ office: Office }), body: TakeOfficeRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy,
      limit: entrusting,
      handler: async ({ actor, params, body }) => {
        const ended = await takeOffice(database, clock, actor, params.id, params.office, body.reason);
        sessions.forgetAccount(params.id);
        return { status: 200, body: { ended: ended.length } };
      },
    }),

    defineRoute({
      name: "identity.decide-office-proposal",
      method: "POST",
      path: "/api/v1/office-proposals/{id}/decision",
      summary: "The second person consents to an office that was proposed, or refuses it.",
      request: { params: ById, body: DecideProposalRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("office.consent"),
      limit: entrusting,
      handler: async ({ actor, params, body }) => {
        sessions.forgetAccount(await decideProposal(database, clock, actor, params.id, body));
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.declare-small",
      method: "PUT",
      path: "/api/v1/office-separation",
      summary: "Says why offices that watch each other may be in one hand here; null takes it back.",
      request: { body: DeclareSmallRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: entrusting,
      handler: async ({ actor, body }) => {
        await declareSmall(database, clock, actor, body.because);
        return { status: 204, body: null };
      },
    }),
  ];
}
