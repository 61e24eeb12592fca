import { z } from "zod";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import { cleanFileName, contentDisposition } from "#shared/file-name.ts";
import { AskRecordExport, DecideRecords, RecordExportList } from "../../contract.ts";
import type { GovernanceServices } from "../routes.ts";
import { askRecordExport, decideRecordExport, fetchRecord, listRecordExports } from "./actions/ask-record.ts";

/** By hand, seldom: each is the whole of a room. */
const asking: RateLimit = { name: "record-export", perMinute: 10, burst: 10 };
const ById = z.object({ id: z.string().max(100) });

/** A room as an official record: asked for by one office, consented to by another, fetched by who asked. */
export function recordExportRoutes({ database, clock, crossing, store }: GovernanceServices): Route[] {
  return [
    defineRoute({
      name: "governance.list-record-exports",
      method: "GET",
      path: "/api/v1/record-exports",
      summary: "Every official record that was asked for, and how far it is.",
      request: {},
      response: { statuses: [200], schema: RecordExportList },
      policy: decidedBy("records.see"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listRecordExports(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.ask-record-export",
      method: "POST",
      path: "/api/v1/record-exports",
      summary: "Asks for the official record of a room, with a reason; a second person decides.",
      request: { body: AskRecordExport },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy: decidedBy("records.keep"),
      limit: asking,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: { id: await askRecordExport({ database, clock, crossing }, actor, body) },
      }),
    }),

    defineRoute({
      name: "governance.decide-record-export",
      method: "POST",
      path: "/api/v1/record-exports/{id}/decision",
      summary: "The second person consents to an official record or refuses it; the room's members are told.",
      request: { params: ById, body: DecideRecords },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("records.consent"),
      limit: asking,
      handler: async ({ actor, params, body }) => {
        await decideRecordExport(database, clock, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.fetch-record",
      method: "GET",
      path: "/api/v1/record-exports/{id}/archive",
      summary: "The archive, for a day, for whoever asked for it; each fetching is an entry.",
      zones: ["lgwan"],
      request: { params: ById },
      response: { statuses: [200], schema: z.null(), media: "application/zip" },
      policy: decidedBy("records.keep"),
      limit: asking,
      handler: async ({ actor, params }) => {
        const { name, blob } = await fetchRecord(database, clock, actor, params.id);
        return {
          status: 200,
          body: null,
          headers: { "content-disposition": contentDisposition("attachment", cleanFileName(name)) },
          content: { type: "application/zip", length: blob.length, bytes: store.read(actor.tenantId, blob) },
        };
      },
    }),
  ];
}
