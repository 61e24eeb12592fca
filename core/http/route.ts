import type { Readable } from "node:stream";
import type { z } from "zod";
import type { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { ZoneName } from "#core/zones/index.ts";
import type { Problem } from "./problem.ts";

/**
 * Who may use a route.
 * `anyone`: before signing in; says why that is safe.
 * `signedIn`: every account; the answer holds only what is the account's own.
 * `decidedBy`: the named policy decides inside the action or query; an answer without its decision is stopped.
 */
export type RoutePolicy =
  | { kind: "anyone"; because: string }
  | { kind: "signed-in"; because: string }
  | { kind: "decided-by"; policy: string };

export const anyone = (because: string): RoutePolicy => ({ kind: "anyone", because });
export const signedIn = (because: string): RoutePolicy => ({ kind: "signed-in", because });
export const decidedBy = (policy: string): RoutePolicy => ({ kind: "decided-by", policy });

/** How often: `burst` at once, refilled evenly over time; by account when signed in, else by address. */
export type RateLimit = { name: string; perMinute: number; burst: number };

/** What a handler may know of the request besides its checked contents. */
export type RequestFacts = {
  zone: ZoneName;
  /** The client's address, as far as declared proxies tell it. */
  address: string;
  /** The address is a declared NAT, behind which a whole hall sits. */
  isSharedAddress: boolean;
  /** The Host header: the municipality may be chosen by it. */
  host: string;
  requestId: string;
  userAgent: string;
  idempotencyKey: string | undefined;
  /** The raw session token, for signing out. */
  token: string | undefined;
  /** What the device's own cookie holds, by which it is recognised when it signs in again. */
  deviceSecret: string | undefined;
  /** Only the head of the answer is wanted (HEAD). */
  isHead: boolean;
  /** A header of the request by its name in lower case, where a protocol speaks in headers (Range, Upload-Offset). */
  header: (name: string) => string | undefined;
};

/** A refusal that gives the device its cookie all the same: it is asked about later. */
export type RefusedAnswer = { refusal: AppError; deviceCookie: { secret: string; days: number } };

/** A body as it arrives, on routes that take one; whoever takes it reads it to its end or destroys it. */
export type RequestStream = { readonly type: string; readonly bytes: Readable };

export type RouteAnswer<Body> = {
  status: number;
  body: Body;
  /** Starts or ends the session cookie. */
  cookie?: { token: string; expiresAt: Date } | "clear";
  /** Gives the device a cookie that outlives the session. */
  deviceCookie?: { secret: string; days: number };
  /** Further headers; they stand before those that every answer has. */
  headers?: Readonly<Record<string, string>>;
  /** Bytes instead of JSON; `body` is null then. */
  content?: { type: string; length: number; bytes: AsyncIterable<Uint8Array> };
};

type Schema = z.ZodType | undefined;
type Output<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

export type RouteRequest<
  Params extends Schema,
  Query extends Schema,
  Body extends Schema,
  P extends RoutePolicy,
> = {
  params: Output<Params>;
  query: Output<Query>;
  body: Output<Body>;
  /** Undefined only on routes for anyone. */
  actor: P["kind"] extends "anyone" ? Actor | undefined : Actor;
  facts: RequestFacts;
  /** Set on routes that take a stream, when one of the types that they take was sent. */
  stream: RequestStream | undefined;
};

export type RouteDefinition<
  Params extends Schema,
  Query extends Schema,
  Body extends Schema,
  Answer extends z.ZodType,
  P extends RoutePolicy,
> = {
  /** `module.verb-noun`, as the file of its action or query. */
  name: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `{name}` for parameters, as in OpenAPI. */
  path: string;
  /** One line for the API's documentation. */
  summary: string;
  /** In which zones it exists; elsewhere it is an unknown path. In all but the public one when left out. */
  zones?: readonly ZoneName[];
  request: { params?: Params; query?: Query; body?: Body };
  /** Types of bodies that are handed on as they arrive, beside or instead of `request.body`. Limits are the handler's. */
  takes?: readonly ("multipart/form-data" | "application/offset+octet-stream")[];
  /**
   * Where a protocol has a page of another site send the browser here with a form (SAML): why that opens nothing. Its body is that form's;
   * no cookie of ours comes along, and none may be given.
   */
  fromElsewhere?: string;
  /**
   * The answer's schema, by status. Statuses that share it are listed together. `media`: what bytes it gives instead. `type`: how
   * JSON is called where a protocol has a name of its own for it.
   */
  response: { statuses: readonly number[]; schema: Answer; media?: string; type?: string };
  /** How a problem is told where a protocol has errors of its own; as RFC 9457 when left out. */
  errors?: (problem: Problem) => { type: string; body: unknown };
  policy: P;
  limit: RateLimit;
  /** Bytes of the body; 256 KiB when left out. */
  bodyLimit?: number;
  /** Refuses by throwing before the body is read: where it may be large, on top of the decision behind it. */
  admit?: (actor: Actor) => void;
  /** Whether an Idempotency-Key header must be sent. */
  idempotencyKey?: "required";
  handler: (
    request: RouteRequest<Params, Query, Body, P>,
  ) => Promise<RouteAnswer<z.input<Answer>> | RefusedAnswer>;
};

/** A route whose types are settled; what listeners and the OpenAPI document work with. */
export type Route = Omit<RouteDefinition<Schema, Schema, Schema, z.ZodType, RoutePolicy>, "handler"> & {
  handler: (request: {
    params: unknown;
    query: unknown;
    body: unknown;
    actor: Actor | undefined;
    facts: RequestFacts;
    stream: RequestStream | undefined;
  }) => Promise<RouteAnswer<unknown> | RefusedAnswer>;
};

/**
 * A route as a list of promises: who may, what comes in, what goes out, how often. The work is elsewhere.
 *
 * @example
 * defineRoute({
 *   name: "chat.list-rooms", method: "GET", path: "/api/v1/rooms", summary: "Rooms of the account.",
 *   request: { query: RoomsQuery }, response: { statuses: [200], schema: RoomsPage },
 *   policy: signedIn("lists only the account's own rooms"), limit: reading,
 *   handler: async ({ actor, query }) => ({ status: 200, body: await listRooms(database, actor, query) }),
 * });
 */
export function defineRoute<
  Answer extends z.ZodType,
  const P extends RoutePolicy,
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
>(definition: RouteDefinition<Params, Query, Body, Answer, P>): Route {
  // The listener hands over what it parsed with these very schemas, and an actor unless the policy is `anyone`.
  return definition as unknown as Route;
}

/** Limits that most routes share. */
export const reading: RateLimit = { name: "reading", perMinute: 3000, burst: 600 };
export const writing: RateLimit = { name: "writing", perMinute: 600, burst: 120 };
