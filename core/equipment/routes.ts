import { z } from "zod";
import { scopeOf, type Transaction } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading, writing } from "#core/http/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { exportEquipment } from "./actions/export-equipment.ts";
import { importEquipment } from "./actions/import-equipment.ts";
import { linkDevice } from "./actions/link-device.ts";
import { moveEquipment } from "./actions/move-equipment.ts";
import {
  EquipmentCounts,
  EquipmentDetail,
  EquipmentExport,
  EquipmentPage,
  EquipmentQuery,
  EquipmentReport,
  HeldEquipment,
  ImportEquipmentRequest,
  LinkDeviceRequest,
  MovedEquipment,
  MoveEquipmentRequest,
} from "./contract.ts";
import type { MediaServices } from "./media/loans.ts";
import { mediaRoutes } from "./media/media-routes.ts";
import { decideKeepEquipment, decideSeeHeld } from "./policy.ts";
import { countEquipment } from "./queries/count-equipment.ts";
import { getEquipment, listEquipment, listHeldEquipment } from "./queries/list-equipment.ts";

const policy = decidedBy("equipment.keep");
const importing: RateLimit = { name: "importing-equipment", perMinute: 20, burst: 20 };
const ById = z.object({ id: z.string().max(100) });

/** The register of what people hold, for who administers accounts, and the log of removable media; on the LGWAN side. */
export function equipmentRoutes(
  services: MediaServices & {
    /** Told of sessions that a loss has ended. */
    onSessionEnded: (sessionId: string) => void;
  },
): Route[] {
  const { database, clock } = services;
  const read = <T>(actor: Actor, work: (tx: Transaction) => Promise<T>) => {
    assertAllowed(actor, decideKeepEquipment(actor));
    return database.transaction(scopeOf(actor.tenantId), work);
  };

  return [
    ...mediaRoutes(services),
    defineRoute({
      name: "equipment.list",
      method: "GET",
      path: "/api/v1/equipment",
      summary: "The register of equipment by number; searches numbers, models, holders and sections.",
      request: { query: EquipmentQuery },
      response: { statuses: [200], schema: EquipmentPage },
      policy,
      limit: reading,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await read(actor, (tx) => listEquipment(tx, actor.tenantId, todayInJapan(clock), query)),
      }),
    }),
    defineRoute({
      name: "equipment.list-held",
      method: "GET",
      path: "/api/v1/me/equipment",
      summary: "What the register says that one holds, and for a section's officer what the section has.",
      request: {},
      response: { statuses: [200], schema: HeldEquipment },
      policy: decidedBy("equipment.see-held"),
      limit: reading,
      handler: async ({ actor }) => {
        assertAllowed(actor, decideSeeHeld(actor));
        return {
          status: 200,
          body: await database.transaction(scopeOf(actor.tenantId), (tx) =>
            listHeldEquipment(tx, actor, todayInJapan(clock)),
          ),
        };
      },
    }),
    defineRoute({
      name: "equipment.get",
      method: "GET",
      path: "/api/v1/equipment/{id}",
      summary: "One piece of equipment with its history.",
      request: { params: ById },
      response: { statuses: [200], schema: EquipmentDetail },
      policy,
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await read(actor, (tx) => getEquipment(tx, actor.tenantId, params.id, todayInJapan(clock))),
      }),
    }),
    defineRoute({
      name: "equipment.move",
      method: "POST",
      path: "/api/v1/equipment/{id}/moves",
      summary:
        "Hands a piece of equipment out, takes it back, or notes that it was lost, found or taken out of use.",
      request: { params: ById, body: MoveEquipmentRequest },
      response: { statuses: [200], schema: MovedEquipment },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        const ended = await moveEquipment(services, actor, params.id, body);
        for (const id of ended) services.onSessionEnded(id);
        return { status: 200, body: { sessionsEnded: ended.length } };
      },
    }),
    defineRoute({
      name: "equipment.import",
      method: "POST",
      path: "/api/v1/equipment-imports",
      summary: "Brings a list (CSV or workbook) into the register, or says what it would do.",
      request: { body: ImportEquipmentRequest },
      response: { statuses: [200], schema: EquipmentReport },
      policy,
      limit: importing,
      bodyLimit: 15 * 1024 * 1024,
      handler: async ({ actor, body }) => {
        const { report, ended } = await importEquipment(services, actor, body, todayInJapan(clock));
        for (const id of ended) services.onSessionEnded(id);
        return { status: 200, body: report };
      },
    }),
    defineRoute({
      name: "equipment.link-device",
      method: "PUT",
      path: "/api/v1/equipment/{id}/device",
      summary: "Notes which of its holder's browsers is on a piece of equipment; a loss cuts that one off.",
      request: { params: ById, body: LinkDeviceRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await linkDevice(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),
    defineRoute({
      name: "equipment.count",
      method: "GET",
      path: "/api/v1/equipment-counts",
      summary: "How many pieces of equipment there are by kind and state, and by section.",
      request: {},
      response: { statuses: [200], schema: EquipmentCounts },
      policy,
      limit: reading,
      handler: async ({ actor }) => ({
        status: 200,
        body: await read(actor, (tx) => countEquipment(tx, actor.tenantId)),
      }),
    }),
    defineRoute({
      name: "equipment.export",
      method: "POST",
      path: "/api/v1/equipment-exports",
      summary: "The whole register as a table that an import reads again; recorded.",
      request: {},
      response: { statuses: [200], schema: EquipmentExport },
      policy,
      limit: importing,
      handler: async ({ actor }) => ({ status: 200, body: await exportEquipment(services, actor) }),
    }),
  ];
}
