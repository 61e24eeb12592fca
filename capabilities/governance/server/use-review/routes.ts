import { z } from "zod";
import { decidedBy, defineRoute, type RateLimit, type Route, reading } from "#core/http/index.ts";
import {
  ChangeUseReviewRules,
  ExportedFile,
  ExportUseReview,
  JudgeUse,
  UseEvidence,
  UseReviewList,
  UseReviewPage,
} from "../../contract.ts";
import type { GovernanceServices } from "../routes.ts";
import {
  changeUseReviewRules,
  exportUseReview,
  getUseReview,
  judgeUse,
  listUseReviews,
  openUse,
} from "./actions/review-use.ts";

/** By hand; each look goes through some days of the record. */
const reviewing: RateLimit = { name: "use-review", perMinute: 60, burst: 60 };
const ById = z.object({ id: z.string().max(100) });
const Entry = ById.extend({ entryId: z.string().max(100) });
const policy = decidedBy("review.see-use");

/** The monthly review of use, for the office `audit` on the LGWAN side. */
export function reviewOfUseRoutes({ database, clock }: GovernanceServices): Route[] {
  return [
    defineRoute({
      name: "governance.list-use-reviews",
      method: "GET",
      path: "/api/v1/use-reviews",
      summary: "Every month that was reviewed, what waits for the reader, and the rules by which is picked.",
      request: {},
      response: { statuses: [200], schema: UseReviewList },
      policy,
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listUseReviews(database, clock, actor) }),
    }),

    defineRoute({
      name: "governance.get-use-review",
      method: "GET",
      path: "/api/v1/use-reviews/{id}",
      summary: "One month: what was picked, and what was found.",
      request: { params: ById },
      response: { statuses: [200], schema: UseReviewPage },
      policy,
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await getUseReview(database, clock, actor, params.id),
      }),
    }),

    defineRoute({
      name: "governance.open-use",
      method: "POST",
      path: "/api/v1/use-reviews/{id}/entries/{entryId}/looks",
      summary: "What is behind an entry; the look is recorded, and only who looked judges.",
      request: { params: Entry },
      response: { statuses: [200], schema: UseEvidence },
      policy: decidedBy("review.open-use"),
      limit: reviewing,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await openUse(database, clock, actor, { reviewId: params.id, entryId: params.entryId }),
      }),
    }),

    defineRoute({
      name: "governance.judge-use",
      method: "PUT",
      path: "/api/v1/use-reviews/{id}/entries/{entryId}/judgement",
      summary: "What somebody found who has looked at an entry: once, with a note, never about oneself.",
      request: { params: Entry, body: JudgeUse },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("review.judge-use"),
      limit: reviewing,
      handler: async ({ actor, params, body }) => {
        await judgeUse(database, clock, actor, { reviewId: params.id, entryId: params.entryId }, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "governance.export-use-review",
      method: "POST",
      path: "/api/v1/use-reviews/{id}/exports",
      summary: "A month as a table (CSV), with a reason that stays in the record.",
      request: { params: ById, body: ExportUseReview },
      response: { statuses: [200], schema: ExportedFile },
      policy,
      limit: reviewing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await exportUseReview(database, clock, actor, params.id, body.reason),
      }),
    }),

    defineRoute({
      name: "governance.change-use-review-rules",
      method: "POST",
      path: "/api/v1/use-review-settings",
      summary: "Decides what picks from a coming month on, with its source and the reason.",
      request: { body: ChangeUseReviewRules },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: reviewing,
      handler: async ({ actor, body }) => {
        await changeUseReviewRules(database, clock, actor, body);
        return { status: 204, body: null };
      },
    }),
  ];
}
