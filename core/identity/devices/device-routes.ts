import { z } from "zod";
import { scopeOf } from "#core/db/index.ts";
import {
  anyone,
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  signedIn,
} from "#core/http/index.ts";
import { EndedSessions } from "../contract.ts";
import type { Sessions } from "../sessions.ts";
import type { Tenants } from "../tenants.ts";
import { todayInJapan } from "../today.ts";
import { changeDeviceRule, getDeviceRule } from "./actions/change-device-rule.ts";
import { cutOffDevice, cutOffOwnDevice } from "./actions/cut-off-device.ts";
import { decideAboutDevice, restoreDevice } from "./actions/decide-device.ts";
import { describeDevice, nameOwnDevice } from "./actions/describe-device.ts";
import {
  ChangeDeviceRuleRequest,
  CutOffDeviceRequest,
  DecideDeviceRequest,
  DescribeDeviceRequest,
  DeviceRequestState,
  DeviceRule,
  DevicesPage,
  DevicesQuery,
  NameDeviceRequest,
  OwnDevices,
  RestoreDeviceRequest,
} from "./device-contract.ts";
import type { DeviceServices } from "./device-services.ts";
import type { DevicesToForget } from "./forget-on-device.ts";
import { listDevices, listOwnDevices } from "./list-devices.ts";

const ById = z.object({ id: z.string().max(100) });

const deciding: RateLimit = { name: "deciding-about-devices", perMinute: 120, burst: 120 };
/** By address: whoever has no ticket or cookie of ours learns nothing, and costs little. */
const describing: RateLimit = { name: "describing-devices", perMinute: 30, burst: 30 };

/** One's own devices, those of others, and what is asked of them. */
export function deviceRoutes(
  services: DeviceServices & { sessions: Sessions; tenants: Tenants },
  toForget: DevicesToForget,
): Route[] {
  const { database, clock, sessions, tenants } = services;
  const forget = (ended: readonly string[]) => {
    for (const id of ended) sessions.forget(id);
    return { ended: ended.length };
  };

  return [
    defineRoute({
      name: "identity.list-own-devices",
      method: "GET",
      path: "/api/v1/me/devices",
      summary: "One's own devices with their approval, and what the municipality asks of devices.",
      request: {},
      response: { statuses: [200], schema: OwnDevices },
      policy: signedIn("one's own devices"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listOwnDevices(tx, actor, clock.now()),
        ),
      }),
    }),

    defineRoute({
      name: "identity.name-own-device",
      method: "PUT",
      path: "/api/v1/me/devices/{id}",
      summary: "Gives one's own device another name.",
      request: { params: ById, body: NameDeviceRequest },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("one's own device; another's is an unknown id"),
      limit: deciding,
      handler: async ({ actor, params, body }) => {
        await nameOwnDevice(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.cut-off-own-device",
      method: "POST",
      path: "/api/v1/me/devices/{id}/cut-off",
      summary:
        "Reports one's own device lost, or takes back the consent for it: its sessions end and it deletes what it kept.",
      request: { params: ById, body: CutOffDeviceRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: signedIn("one's own device; another's is an unknown id"),
      limit: deciding,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await cutOffOwnDevice(services, actor, params.id, body)),
      }),
    }),

    defineRoute({
      name: "identity.describe-device",
      method: "POST",
      path: "/api/v1/device-requests",
      summary: "Says whose and which device it is on which a sign-in was refused with `device-not-approved`.",
      request: { body: DescribeDeviceRequest },
      response: { statuses: [200], schema: DeviceRequestState },
      policy: anyone("needs the ticket of a refusal, which stands for password and second factor"),
      limit: describing,
      handler: async ({ body }) => ({ status: 200, body: await describeDevice(services, body) }),
    }),

    defineRoute({
      name: "identity.note-forgotten-device",
      method: "POST",
      path: "/api/v1/forgotten-device",
      summary: "A device that was cut off says that it has deleted what it kept.",
      request: {},
      response: { statuses: [204], schema: z.null() },
      policy: anyone("speaks of nothing but the device that asks, by its own cookie"),
      limit: describing,
      handler: async ({ facts }) => {
        const meant = await tenants.listMeant(facts.host);
        await toForget.noteForgotten(
          meant.map(({ id }) => id),
          facts.deviceSecret,
        );
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.list-devices",
      method: "GET",
      path: "/api/v1/devices",
      summary: "Devices that wait for approval or have been decided about, for those who decide.",
      request: { query: DevicesQuery },
      response: { statuses: [200], schema: DevicesPage },
      policy: decidedBy("device.decide"),
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
          listDevices(tx, actor, clock.now(), todayInJapan(clock), query),
        ),
      }),
    }),

    defineRoute({
      name: "identity.decide-device",
      method: "POST",
      path: "/api/v1/devices/{id}/decision",
      summary: "Approves a device or refuses it; refused, its sessions end.",
      request: { params: ById, body: DecideDeviceRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("device.decide"),
      limit: deciding,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await decideAboutDevice(services, actor, params.id, body)),
      }),
    }),

    defineRoute({
      name: "identity.cut-off-device",
      method: "POST",
      path: "/api/v1/devices/{id}/cut-off",
      summary: "Takes a device out of use at once, for every account that was used on it.",
      request: { params: ById, body: CutOffDeviceRequest },
      response: { statuses: [200], schema: EndedSessions },
      policy: decidedBy("device.decide"),
      limit: deciding,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: forget(await cutOffDevice(services, actor, params.id, body)),
      }),
    }),

    defineRoute({
      name: "identity.restore-device",
      method: "POST",
      path: "/api/v1/devices/{id}/restore",
      summary: "Gives a device back that was cut off, because it was found.",
      request: { params: ById, body: RestoreDeviceRequest },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("device.decide"),
      limit: deciding,
      handler: async ({ actor, params, body }) => {
        await restoreDevice(services, actor, params.id, body.reason);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.get-device-rule",
      method: "GET",
      path: "/api/v1/device-rule",
      summary:
        "What the municipality asks of devices: approval, personal devices, when the screen is covered.",
      request: {},
      response: { statuses: [200], schema: DeviceRule },
      policy: decidedBy("device.set-rule"),
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
          getDeviceRule(tx, actor, clock.now()),
        ),
      }),
    }),

    defineRoute({
      name: "identity.change-device-rule",
      method: "PUT",
      path: "/api/v1/device-rule",
      summary:
        "Sets what is asked of devices. Switched on, devices in use ask for approval and end with the grace.",
      request: { body: ChangeDeviceRuleRequest },
      response: { statuses: [200], schema: DeviceRule },
      policy: decidedBy("device.set-rule"),
      limit: deciding,
      handler: async ({ actor, body }) => {
        const answer = await changeDeviceRule(services, actor, body);
        sessions.forgetAll();
        return { status: 200, body: answer };
      },
    }),
  ];
}
