import { z } from "zod";
import { errorCodes } from "#shared/error-codes.ts";
import type { Route } from "./route.ts";

/** OpenAPI 3.1 of the routes, from the very schemas that check requests and answers. */
export function describeApi(routes: readonly Route[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const answers: Record<string, unknown> = {};
    for (const status of route.response.statuses)
      answers[status] =
        status === 204
          ? { description: "Done." }
          : {
              description: "Done.",
              content: route.response.media
                ? { [route.response.media]: binary }
                : json(route.response.schema, "output", route.response.type),
            };
    answers.default = { description: "RFC 9457 problem with a `code`.", content: problemContent };
    const operations = paths[route.path] ?? {};
    paths[route.path] = operations;
    operations[route.method.toLowerCase()] = {
      operationId: route.name,
      summary: route.summary,
      description: policyText(route),
      security: route.policy.kind === "anyone" ? [] : [{ bearer: [] }, { cookie: [] }],
      parameters: [
        ...parameters(route.request.params, "path"),
        ...parameters(route.request.query, "query"),
        ...(route.idempotencyKey
          ? [
              {
                name: "Idempotency-Key",
                in: "header",
                required: true,
                schema: { type: "string", maxLength: 200 },
              },
            ]
          : []),
      ],
      ...(route.request.body || route.takes
        ? {
            requestBody: {
              required: true,
              content: {
                ...(route.request.body && !route.fromElsewhere ? json(route.request.body, "input") : {}),
                ...(route.request.body && route.fromElsewhere
                  ? {
                      "application/x-www-form-urlencoded": json(route.request.body, "input")[
                        "application/json"
                      ],
                    }
                  : {}),
                ...Object.fromEntries((route.takes ?? []).map((type) => [type, binary])),
              },
            },
          }
        : {}),
      responses: answers,
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Chonai", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "chonai_lgwan" },
      },
      schemas: {
        Problem: {
          type: "object",
          required: ["type", "title", "status", "code", "detail", "detailEn", "retryable", "requestId"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            code: { type: "string", enum: Object.keys(errorCodes) },
            detail: { type: "string", description: "In Japanese." },
            detailEn: { type: "string" },
            retryable: { type: "boolean" },
            facts: { type: "object" },
            requestId: { type: "string" },
          },
        },
      },
    },
  };
}

const problemContent = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

const binary = { schema: { type: "string", format: "binary" } };

function json(schema: z.ZodType, io: "input" | "output", type = "application/json"): Record<string, unknown> {
  return { [type]: { schema: plain(schema, io) } };
}

function plain(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
  });
  return rest;
}

function parameters(schema: z.ZodType | undefined, where: "path" | "query"): unknown[] {
  if (!schema) return [];
  const object = plain(schema, "input") as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === "path" || (object.required ?? []).includes(name),
    schema: property,
  }));
}

function policyText(route: Route): string {
  const { policy } = route;
  if (policy.kind === "anyone") return `For anyone: ${policy.because}.`;
  if (policy.kind === "signed-in") return `For every account: ${policy.because}.`;
  return `Decided by ${policy.policy}.`;
}
