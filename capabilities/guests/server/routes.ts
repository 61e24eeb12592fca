import { z } from "zod";
import { type Database, scopeOf } from "#core/db/index.ts";
import {
  anyone,
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  writing,
} from "#core/http/index.ts";
import type { Me } from "#core/identity/contract.ts";
import { deviceDays, getMe, type Tenants, todayInJapan } from "#core/identity/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import { assertAllowed } from "#core/policy/index.ts";
import {
  AcceptedInvitation,
  AcceptInvitationRequest,
  EndRequest,
  ExtendRequest,
  GuestSettings,
  GuestsPage,
  GuestsQuery,
  InviteRequest,
  MadeInvitation,
  OpenedInvitation,
  OpenInvitationRequest,
  Review,
  ReviewDecision,
  ReviewList,
  TakeOverRequest,
} from "../contract.ts";
import { acceptInvitation, openInvitation } from "./actions/accept-invitation.ts";
import { changeGuestSettings } from "./actions/change-guest-settings.ts";
import { inviteGuest, renewInvitation, withdrawInvitation } from "./actions/invite-guest.ts";
import { openReview } from "./actions/look-through.ts";
import { decideInReview, endStay, extendStay, takeOver } from "./actions/manage-stay.ts";
import { decideInvite, decideManageAll } from "./policy.ts";
import { listGuests } from "./queries/list-guests.ts";
import { getReview, listReviews } from "./queries/reviews.ts";

export type GuestServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  tenants: Pick<Tenants, "list">;
  limits: Me["limits"];
  /** A time was changed: the end of accounts is looked up anew. */
  onEndsChanged: () => void;
  onSessionEnded: (sessionId: string) => void;
};

/** By address, at a page that needs link and code. */
const accepting: RateLimit = { name: "accepting-invitation", perMinute: 30, burst: 30 };
const inviting: RateLimit = { name: "inviting", perMinute: 30, burst: 30 };

const ById = z.object({ id: z.string().max(100) });
const internet = ["internet"] as const;

/** Guests: invitations, stays, sponsors and reviews. */
export function guestRoutes(services: GuestServices): Route[] {
  const { database, clock, tenants, onEndsChanged, onSessionEnded } = services;
  const accept = {
    ...services,
    findTenant: async (id: string) => (await tenants.list()).find((tenant) => tenant.id === id),
  };
  const manage = decidedBy("guest.manage-stay");
  const office = decidedBy("guest.manage-all");

  return [
    defineRoute({
      name: "guests.list",
      method: "GET",
      path: "/api/v1/guests",
      summary:
        "One's guests with what each needs, and those of the section without a sponsor; or all of them.",
      request: { query: GuestsQuery },
      response: { statuses: [200], schema: GuestsPage },
      policy: decidedBy("guest.invite"),
      limit: reading,
      handler: async ({ actor, query }) => {
        const isAll = query.view === "all";
        assertAllowed(actor, isAll ? decideManageAll(actor) : decideInvite(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            listGuests(tx, actor, clock.now(), isAll),
          ),
        };
      },
    }),

    defineRoute({
      name: "guests.invite",
      method: "POST",
      path: "/api/v1/guest-invitations",
      summary:
        "Invites somebody from outside to rooms for a time; link and code are shown only in this answer.",
      request: { body: InviteRequest },
      response: { statuses: [201], schema: MadeInvitation },
      policy: decidedBy("guest.invite"),
      limit: inviting,
      handler: async ({ actor, body }) => ({ status: 201, body: await inviteGuest(services, actor, body) }),
    }),

    defineRoute({
      name: "guests.renew-invitation",
      method: "POST",
      path: "/api/v1/guest-invitations/{id}/renewal",
      summary: "Makes link and code of an invitation anew; the old ones no longer work.",
      request: { params: ById },
      response: { statuses: [200], schema: MadeInvitation },
      policy: manage,
      limit: inviting,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await renewInvitation(services, actor, params.id),
      }),
    }),

    defineRoute({
      name: "guests.withdraw-invitation",
      method: "DELETE",
      path: "/api/v1/guest-invitations/{id}",
      summary: "Takes an invitation back.",
      request: { params: ById },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params }) => {
        await withdrawInvitation(services, actor, params.id);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "guests.open-invitation",
      method: "POST",
      path: "/api/v1/guest-invitations/opening",
      summary:
        "Shows an invitation to who has its link and its code: terms, and the authenticator app's secret.",
      zones: internet,
      request: { body: OpenInvitationRequest },
      response: { statuses: [200], schema: OpenedInvitation },
      policy: anyone("needs the invitation's link and its code; ten wrong codes lock it"),
      limit: accepting,
      handler: async ({ body }) => ({ status: 200, body: await openInvitation(accept, body) }),
    }),

    defineRoute({
      name: "guests.accept-invitation",
      method: "POST",
      path: "/api/v1/guest-invitations/acceptance",
      summary: "Accepts an invitation: password, authenticator app and terms; signs the guest in.",
      zones: internet,
      request: { body: AcceptInvitationRequest },
      response: { statuses: [201], schema: AcceptedInvitation },
      policy: anyone("needs the invitation's link and its code; ten wrong codes lock it"),
      limit: accepting,
      handler: async ({ body }) => {
        const admitted = await acceptInvitation(accept, body);
        onEndsChanged();
        const { actor, token, loginId, recoveryCodes, expiresAt, deviceSecret } = admitted;
        const me = await database.transaction(scopeOf(actor.tenantId), (tx) =>
          getMe(tx, actor, services.limits, todayInJapan(clock)),
        );
        return {
          status: 201,
          body: { token, loginId, recoveryCodes, me },
          cookie: { token, expiresAt },
          deviceCookie: { secret: deviceSecret, days: deviceDays },
        };
      },
    }),

    defineRoute({
      name: "guests.extend",
      method: "PUT",
      path: "/api/v1/guests/{id}/term",
      summary: "Lets a guest stay until another day, with a reason.",
      request: { params: ById, body: ExtendRequest },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await extendStay(services, actor, params.id, body);
        onEndsChanged();
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "guests.end",
      method: "POST",
      path: "/api/v1/guests/{id}/end",
      summary: "Ends a guest's stay at once; sessions and streams end, and the guest leaves the rooms.",
      request: { params: ById, body: EndRequest },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        (await endStay(services, actor, params.id, body.reason)).forEach(onSessionEnded);
        onEndsChanged();
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "guests.take-over",
      method: "PUT",
      path: "/api/v1/guests/{id}/sponsor",
      summary:
        "Becomes the sponsor of a guest of one's section whose sponsor is gone; the office names anybody.",
      request: { params: ById, body: TakeOverRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("guest.take-over"),
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await takeOver(services, actor, params.id, body);
        onEndsChanged();
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "guests.decide-in-review",
      method: "PUT",
      path: "/api/v1/guests/{id}/review",
      summary: "Answers the open review: the guest stays until a day, or ends now.",
      request: { params: ById, body: ReviewDecision },
      response: { statuses: [204], schema: z.null() },
      policy: manage,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        (await decideInReview(services, actor, params.id, body)).forEach(onSessionEnded);
        onEndsChanged();
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "guests.list-reviews",
      method: "GET",
      path: "/api/v1/guest-reviews",
      summary: "The reviews of guests with their numbers, the newest first.",
      request: {},
      response: { statuses: [200], schema: ReviewList },
      policy: office,
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideManageAll(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) => listReviews(tx, actor.tenantId)),
        };
      },
    }),

    defineRoute({
      name: "guests.open-review",
      method: "POST",
      path: "/api/v1/guest-reviews",
      summary: "Opens a review now; every sponsor is told.",
      request: {},
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy: office,
      limit: writing,
      handler: async ({ actor }) => {
        const id = await openReview(services, actor);
        onEndsChanged();
        return { status: 201, body: { id } };
      },
    }),

    defineRoute({
      name: "guests.get-review",
      method: "GET",
      path: "/api/v1/guest-reviews/{id}",
      summary: "A review with every guest in it and what was decided.",
      request: { params: ById },
      response: { statuses: [200], schema: Review },
      policy: office,
      limit: reading,
      handler: async ({ actor, params }) => {
        assertAllowed(actor, decideManageAll(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            getReview(tx, actor.tenantId, params.id),
          ),
        };
      },
    }),

    defineRoute({
      name: "guests.change-settings",
      method: "PUT",
      path: "/api/v1/guest-settings",
      summary: "How long guests may stay, how long invitations wait, and when reviews open.",
      request: { body: GuestSettings },
      response: { statuses: [204], schema: z.null() },
      policy: office,
      limit: writing,
      handler: async ({ actor, body }) => {
        await changeGuestSettings(services, actor, body);
        return { status: 204, body: null };
      },
    }),
  ];
}
