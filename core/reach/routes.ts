import { z } from "zod";
import { type Database, scopeOf } from "#core/db/index.ts";
import {
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  signedIn,
  writing,
} from "#core/http/index.ts";
import { personRules, type Roommates, visiblePeople } from "#core/identity/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import type { Zones } from "#core/zones/index.ts";
import { changeNotificationSettings } from "./actions/change-notification-settings.ts";
import { changeStatus } from "./actions/change-status.ts";
import { subscribePush, unsubscribePush } from "./actions/subscribe-push.ts";
import { testPush } from "./actions/test-push.ts";
import {
  News,
  NewsQuery,
  NotificationChoices,
  NotificationSettings,
  OwnStatus,
  PushSubscriptionRequest,
  PushTestAnswer,
  StatusesPage,
  StatusesQuery,
  StatusRequest,
} from "./contract.ts";
import type { PushHosts } from "./push/push-hosts.ts";
import type { SendPush } from "./push/send-push.ts";
import { listNews } from "./queries/list-news.ts";
import { getNotificationSettings } from "./queries/notification-settings.ts";
import { getOwnStatus, listStatuses } from "./queries/statuses.ts";
import type { Reaches } from "./reached.ts";

export type ReachServices = {
  database: Database;
  clock: Clock;
  reaches: Reaches;
  roommates: Roommates;
  zones: Zones;
  push: { publicKey: string; hosts: PushHosts; send: SendPush; onSubscribed: (tenantId: string) => void };
};

/** Each test goes to a push service outside. */
const testing: RateLimit = { name: "push-test", perMinute: 6, burst: 6 };

export function reachRoutes(services: ReachServices): Route[] {
  const { database, clock, push } = services;
  const readSettings = (actor: Actor) =>
    getNotificationSettings(database, actor, services.zones.callsOut(actor.zone) ? push.publicKey : null);

  return [
    defineRoute({
      name: "reach.get-notification-settings",
      method: "GET",
      path: "/api/v1/notification-settings",
      summary: "What the account is told about, and its devices that can be woken with their last delivery.",
      request: {},
      response: { statuses: [200], schema: NotificationSettings },
      policy: signedIn("one's own settings and devices"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await readSettings(actor) }),
    }),

    defineRoute({
      name: "reach.change-notification-settings",
      method: "PUT",
      path: "/api/v1/notification-settings",
      summary: "Chooses what the account is told about, and how much a lock screen may show.",
      request: { body: NotificationChoices },
      response: { statuses: [200], schema: NotificationSettings },
      policy: signedIn("one's own settings"),
      limit: writing,
      handler: async ({ actor, body }) => {
        await changeNotificationSettings(database, clock, actor, body);
        return { status: 200, body: await readSettings(actor) };
      },
    }),

    defineRoute({
      name: "reach.subscribe-push",
      method: "PUT",
      path: "/api/v1/push-subscription",
      summary:
        "Lets this session's device be woken through its browser's push service (never on the LGWAN side).",
      request: { body: PushSubscriptionRequest },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own device"),
      limit: writing,
      handler: async ({ actor, body }) => {
        if (!services.zones.callsOut(actor.zone)) throw new AppError("push-unavailable");
        const url = push.hosts.accept(body.endpoint);
        if (!url || !services.zones.mayCall(actor.zone, url)) throw new AppError("push-service-refused");
        await subscribePush(database, clock, actor, body);
        push.onSubscribed(actor.tenantId);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "reach.unsubscribe-push",
      method: "DELETE",
      path: "/api/v1/push-subscription",
      summary: "This session's device is woken no more.",
      request: {},
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own device"),
      limit: writing,
      handler: async ({ actor }) => {
        await unsubscribePush(database, clock, actor);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "reach.test-push",
      method: "POST",
      path: "/api/v1/push-subscription/test",
      summary: "Wakes this session's device now and tells what the push service answered.",
      request: {},
      response: { statuses: [200], schema: PushTestAnswer },
      policy: signedIn("one's own device"),
      limit: testing,
      handler: async ({ actor }) => ({
        status: 200,
        body: await testPush(database, clock, push.send, actor),
      }),
    }),

    defineRoute({
      name: "reach.list-news",
      method: "GET",
      path: "/api/v1/notifications",
      summary:
        "What a device that was woken shows: unread, still visible, and no more than the account allows.",
      request: { query: NewsQuery },
      response: { statuses: [200], schema: News },
      policy: signedIn("what is for this account, in rooms where it is a member now"),
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await listNews(database, clock, services.reaches, actor, query),
      }),
    }),

    defineRoute({
      name: "reach.get-own-status",
      method: "GET",
      path: "/api/v1/me/status",
      summary: "What the caller has said about where they are.",
      request: {},
      response: { statuses: [200], schema: OwnStatus },
      policy: signedIn("one's own status"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getOwnStatus(database, clock, actor) }),
    }),

    defineRoute({
      name: "reach.change-status",
      method: "PUT",
      path: "/api/v1/me/status",
      summary:
        "Says where one is (在席, 会議中, 在宅, 外勤, 休暇), until when, and whether presence is hidden.",
      request: { body: StatusRequest },
      response: { statuses: [200], schema: OwnStatus },
      policy: signedIn("one's own status"),
      limit: writing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await changeStatus(database, clock, actor, body),
      }),
    }),

    defineRoute({
      name: "reach.list-statuses",
      method: "GET",
      path: "/api/v1/people/statuses",
      summary: "What people have said about where they are, as far as the caller may see them.",
      request: { query: StatusesQuery },
      response: { statuses: [200], schema: StatusesPage },
      policy: decidedBy("person.see"),
      limit: reading,
      handler: async ({ actor, query }) => {
        const isGuest = actor.kind === "guest";
        noteDecision(actor, isGuest ? personRules.guestSeesRoommates : personRules.staffSeesDirectory);
        const roommates = isGuest
          ? await database.transaction(scopeOf(actor.tenantId), (tx) => services.roommates(tx, actor))
          : [];
        const visible = visiblePeople(actor, roommates);
        const items = await listStatuses(database, clock, actor, query.ids.split(","), visible);
        return { status: 200, body: { items } };
      },
    }),
  ];
}
