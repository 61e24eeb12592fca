import { z } from "zod";
import type { CrossingTables } from "#core/crossing/index.ts";
import type { Database } from "#core/db/index.ts";
import type { BlobStore } from "#core/files/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  AuditPage,
  AuditQuery,
  AuditStatus,
  ExportAuditRequest,
  ExportChunk,
  ExportChunkQuery,
  StartedExport,
} from "../contract.ts";
import {
  getAuditStatus,
  readExportChunk,
  searchAudit,
  startExport,
  takeAnchor,
} from "./actions/read-audit.ts";
import { inspectionRoutes } from "./inspection-routes.ts";
import { recordExportRoutes } from "./records/record-export-routes.ts";
import { recordsRoutes } from "./records/routes.ts";
import { reviewOfUseRoutes } from "./use-review/routes.ts";

export type GovernanceServices = {
  database: Database;
  clock: Clock;
  crossing: Pick<CrossingTables, "tableOf">;
  store: Pick<BlobStore, "read">;
};

/** Each look may go through fifty thousand entries. */
const searching: RateLimit = { name: "audit-search", perMinute: 120, burst: 60 };
const exporting: RateLimit = { name: "audit-export", perMinute: 6, burst: 6 };
const policy = decidedBy("audit.read");
const ById = z.object({ id: z.string().max(100) });

/** Reading, exporting and anchoring the audit record, for the office `audit` on the LGWAN side. */
export function governanceRoutes(services: GovernanceServices): Route[] {
  const { database, clock } = services;
  return [
    ...inspectionRoutes(services),
    ...recordsRoutes(services),
    ...recordExportRoutes(services),
    ...reviewOfUseRoutes(services),

    defineRoute({
      name: "governance.search-audit",
      method: "GET",
      path: "/api/v1/audit/entries",
      summary:
        "The audit record, newest first, by person, id, action, zone and days. The search is an entry.",
      request: { query: AuditQuery },
      response: { statuses: [200], schema: AuditPage },
      policy,
      limit: searching,
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await searchAudit(database, clock, actor, query),
      }),
    }),

    defineRoute({
      name: "governance.get-audit-status",
      method: "GET",
      path: "/api/v1/audit/status",
      summary: "How far the chain is, what it does not hold yet, and the actions that can be searched for.",
      request: {},
      response: { statuses: [200], schema: AuditStatus },
      policy,
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getAuditStatus(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.take-anchor",
      method: "POST",
      path: "/api/v1/audit/anchors",
      summary: "An anchor of the chain to keep outside; that it was taken is an entry.",
      request: {},
      response: {
        statuses: [201],
        schema: z.object({ tenantId: z.uuid(), number: z.int(), link: z.string() }),
      },
      policy,
      limit: exporting,
      handler: async ({ actor }) => ({ status: 201, body: await takeAnchor(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.start-audit-export",
      method: "POST",
      path: "/api/v1/audit/exports",
      summary: "Begins an export as CSV or JSON Lines, with a reason; the export is an entry.",
      request: { body: ExportAuditRequest },
      response: { statuses: [201], schema: StartedExport },
      policy,
      limit: exporting,
      handler: async ({ actor, body }) => ({
        status: 201,
        body: await startExport(database, clock, actor, body),
      }),
    }),

    defineRoute({
      name: "governance.read-audit-export",
      method: "GET",
      path: "/api/v1/audit/exports/{id}",
      summary: "A part of an export; put one behind the other until there is no next.",
      request: { params: ById, query: ExportChunkQuery },
      response: { statuses: [200], schema: ExportChunk },
      policy,
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await readExportChunk(database, clock, actor, params.id, query.before),
      }),
    }),
  ];
}
