import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import fastifyStatic from "@fastify/static";
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from "fastify";
import type { z } from "zod";
import { AppError, type Logger } from "#core/kernel/index.ts";
import { type Actor, decisionOf } from "#core/policy/index.ts";
import { addressMatcher, cookieNameOf, deviceCookieOf, type ListenerSettings } from "#core/zones/index.ts";
import { readCookie } from "./cookies.ts";
import { type Problem, problemOf } from "./problem.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import type { RateLimit, RequestFacts, RequestStream, Route, RouteAnswer } from "./route.ts";
import { securityHeaders, strictTransport } from "./security-headers.ts";
import { TlsIdentity } from "./tls-identity.ts";

export type ListenerServices = {
  routes: readonly Route[];
  /** The actor of a token in this listener's zone; throws `unauthenticated`. */
  authenticate: (zone: ListenerSettings["zone"], token: string) => Promise<Actor>;
  limiter: RateLimiter;
  log: Logger;
  /** The built web client; undefined in tests of the API alone. */
  webRoot: string | undefined;
  /** Checks every answer against its schema: on in tests, off in production. */
  checkAnswers: boolean;
  /** Told of what was refused to somebody who could see it (403), beside the answer. */
  onRefused?: (deed: { actor: Actor; route: string; ruleId: string }) => void;
  /** 200 when it can serve. */
  isHealthy: () => Promise<boolean>;
  openApi: () => unknown;
};

/** A listener of one zone. The stream's endpoint attaches to `server`. */
export type Listener = {
  settings: ListenerSettings;
  server: FastifyInstance["server"];
  start(): Promise<number>;
  stop(): Promise<void>;
};

const defaultBodyLimit = 256 * 1024;
const formType = "application/x-www-form-urlencoded";
/** Tokens that are not, or no longer, ours: by address, so that guessing and leftovers cost no database. */
const wrongTokens: RateLimit = { name: "wrong-token", perMinute: 600, burst: 600 };

export function createListener(settings: ListenerSettings, services: ListenerServices): Listener {
  const isShared = addressMatcher(settings.sharedAddresses);
  const cookieName = cookieNameOf(settings.zone, settings.secureCookies);
  const headers = settings.secureCookies ? [...securityHeaders, strictTransport] : securityHeaders;
  const tls = settings.tls && new TlsIdentity(settings.tls, services.log);
  const connections = {
    headersTimeout: 15_000,
    // How often these times are looked at; Node's half a minute would triple the shortest.
    connectionsCheckingInterval: 5000,
    maxHeaderSize: 16_384,
    // Only the stream changes the protocol; other offers (HTTP clients that propose h2c) are passed over.
    shouldUpgradeCallback: (request: IncomingMessage) =>
      request.headers.upgrade?.toLowerCase() === "websocket",
  };
  const options = {
    logger: false,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit: defaultBodyLimit,
    keepAliveTimeout: 75_000,
    requestTimeout: 60_000,
    connectionTimeout: 0,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
    exposeHeadRoutes: true,
    // A path that cannot be read, or is longer than any of ours, names nothing.
    frameworkErrors: (_error, request, reply) => {
      for (const [name, value] of headers) reply.header(name, value);
      sendProblem(reply, request.id, new AppError("not-found"), services.log);
    },
    clientErrorHandler: refuseBrokenRequest,
  } satisfies FastifyServerOptions;
  const app = (
    tls
      ? fastify({ ...options, https: { ...connections, ...tls.options } })
      : fastify({ ...options, http: connections })
  ) as FastifyInstance;

  app.removeAllContentTypeParsers();
  // SCIM (RFC 7644, 3.1) calls its JSON by a name of its own.
  const jsonTypes = ["application/json", "application/scim+json"];
  app.addContentTypeParser(jsonTypes, { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  // A stream goes to the routes that take one, as it arrives and unread; elsewhere nobody would read it.
  for (const type of ["multipart/form-data", "application/offset+octet-stream"] as const)
    app.addContentTypeParser(type, (request, payload, done) => {
      const { takes } = request.routeOptions.config as { takes?: readonly string[] };
      if (takes?.includes(type)) done(null, { type, bytes: payload } satisfies RequestStream);
      else done(new AppError("unsupported-media-type"));
    });

  // Forms are read on the routes that pages of other sites send browsers to; ours speak JSON.
  app.addContentTypeParser(formType, { parseAs: "buffer" }, (request, body, done) => {
    const { isForm } = request.routeOptions.config as { isForm?: boolean };
    if (isForm) done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    else done(new AppError("unsupported-media-type"));
  });

  app.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of headers) if (!reply.hasHeader(name)) reply.header(name, value);
  });

  // Who asks, known before the body is read.
  const admitted = new WeakMap<FastifyRequest, { facts: RequestFacts; actor: Actor | undefined }>();
  app.setErrorHandler((error, request, reply) => {
    const actor = admitted.get(request)?.actor;
    if (actor && error instanceof AppError && error.code === "forbidden")
      services.onRefused?.({
        actor,
        route: `${request.method} ${request.routeOptions.url ?? ""}`,
        ruleId: String(error.facts.ruleId),
      });
    return sendProblem(reply, request.id, asAppError(error, request), services.log);
  });

  // Whoever asks more often gets the answer of the same second.
  let health = { askedAt: Number.NEGATIVE_INFINITY, answer: Promise.resolve(false) };
  app.get("/healthz", async (_request, reply) => {
    const now = performance.now();
    if (now - health.askedAt > 1000)
      health = { askedAt: now, answer: services.isHealthy().catch(() => false) };
    const healthy = await health.answer;
    return reply
      .code(healthy ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: healthy ? "ok" : "unavailable" });
  });
  app.get("/api/v1/openapi.json", async (_request, reply) => reply.send(services.openApi()));

  for (const route of services.routes) {
    // What names no zones stands in all but the public one, further zones included.
    if (route.zones ? !route.zones.includes(settings.zone) : settings.zone === "public") continue;
    app.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      bodyLimit: route.bodyLimit ?? defaultBodyLimit,
      config: { takes: route.takes, errors: route.errors, isForm: route.fromElsewhere !== undefined },
      // Before the body is read: nobody makes the server hold megabytes who may not send them.
      onRequest: async (request) => {
        const facts = factsOf(request, settings, cookieName, isShared);
        const actor = await actorOf(request, facts, route);
        // A whole hall may share one address: there the limits by account and login id do the work.
        if (actor || !facts.isSharedAddress)
          services.limiter.take(route.limit, actor?.personId ?? facts.address);
        admitted.set(request, { facts, actor });
        if (actor) route.admit?.(actor);
      },
      handler: async (request, reply) => {
        const { facts, actor } = admitted.get(request)!;
        if (route.idempotencyKey === "required" && !facts.idempotencyKey)
          throw new AppError("idempotency-key-required");
        const stream = streamOf(request);
        const answer = await route.handler({
          params: parse(route.request.params, request.params, "path"),
          query: parse(route.request.query, request.query, "query"),
          body: stream ? undefined : parse(route.request.body, request.body, "body"),
          actor,
          facts,
          stream,
        });
        if (route.policy.kind === "decided-by" && actor && !decisionOf(actor))
          throw new Error(`${route.name} answered without a decision of ${route.policy.policy}`);
        if ("refusal" in answer) {
          giveDeviceCookie(reply, settings, cookieName, answer.deviceCookie);
          throw answer.refusal;
        }
        if (services.checkAnswers) checkAnswer(route, answer);
        if (route.response.type) reply.header("content-type", route.response.type);
        return send(reply, settings, cookieName, answer, facts.isHead);
      },
    });
  }

  async function actorOf(
    request: FastifyRequest,
    facts: RequestFacts,
    route: Route,
  ): Promise<Actor | undefined> {
    if (route.policy.kind === "anyone") {
      if (request.method !== "GET" && !route.fromElsewhere) refuseForeignOrigin(request);
      return undefined;
    }
    // Any other scheme leaves the cookie to speak for the caller.
    const hasBearer = request.headers.authorization?.startsWith("Bearer ");
    if (!hasBearer && request.method !== "GET") refuseForeignOrigin(request);
    if (!facts.token) throw new AppError("unauthenticated");
    const isCounted = !facts.isSharedAddress;
    if (isCounted) services.limiter.expectRoom(wrongTokens, facts.address);
    try {
      return await services.authenticate(settings.zone, facts.token);
    } catch (error) {
      if (isCounted && error instanceof AppError && error.code === "unauthenticated")
        services.limiter.take(wrongTokens, facts.address);
      throw error;
    }
  }

  if (services.webRoot) serveWeb(app, services.webRoot);
  else
    app.setNotFoundHandler((request, reply) =>
      sendProblem(reply, request.id, new AppError("not-found"), services.log),
    );

  return {
    settings,
    server: app.server,
    async start() {
      await app.listen({ host: settings.host, port: settings.port, backlog: 4096 });
      tls?.follow(app.server as unknown as SecureServer);
      return (app.server.address() as AddressInfo).port;
    },
    async stop() {
      tls?.unfollow();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new AppError("invalid-json");
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid-json", {}, { cause });
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AppError("invalid-request", {
    where: [where, ...(issue?.path ?? [])].join("."),
    reason: issue?.message ?? "",
  });
}

function streamOf(request: FastifyRequest): RequestStream | undefined {
  const body = request.body as Partial<RequestStream> | null | undefined;
  return body?.bytes instanceof Readable
    ? { type: request.headers["content-type"] ?? "", bytes: body.bytes }
    : undefined;
}

/** Answers bytes that are no HTTP request, or come too slowly or in too large heads, and ends their connection. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  socket.on("error", () => {});
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const code =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? "request-timeout"
      : error.code === "HPE_HEADER_OVERFLOW"
        ? "headers-too-large"
        : "invalid-http";
  const problem = problemOf(new AppError(code), randomUUID());
  const body = JSON.stringify(problem);
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n` +
      "Content-Type: application/problem+json; charset=utf-8\r\n" +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}

function factsOf(
  request: FastifyRequest,
  settings: ListenerSettings,
  cookieName: string,
  isShared: (address: string) => boolean,
): RequestFacts {
  const bearer = request.headers.authorization;
  const key = request.headers["idempotency-key"];
  return {
    zone: settings.zone,
    address: request.ip,
    isSharedAddress: isShared(request.ip),
    host: request.host,
    requestId: request.id,
    userAgent: (request.headers["user-agent"] ?? "").slice(0, 300),
    idempotencyKey: typeof key === "string" && /^[\x21-\x7e]{1,200}$/.test(key) ? key : undefined,
    token: bearer?.startsWith("Bearer ") ? bearer.slice(7) : readCookie(request.headers.cookie, cookieName),
    deviceSecret: readCookie(request.headers.cookie, deviceCookieOf(cookieName)),
    isHead: request.method === "HEAD",
    header: (name) => {
      const value = request.headers[name];
      return typeof value === "string" ? value : undefined;
    },
  };
}

/**
 * A write without a bearer token rides on the cookie, so it must come from our own page: browsers name the origin of
 * every cross-site write and cannot add our header to one without asking.
 */
function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (origin !== undefined) {
    if (!isOwnOrigin(origin, request.headers.host)) throw new AppError("origin-refused");
    return;
  }
  if (request.headers["sec-fetch-site"] === "cross-site") throw new AppError("origin-refused");
  if (!request.headers["x-chonai-client"] && request.headers.cookie !== undefined)
    throw new AppError("origin-refused");
}

/** True when an Origin header names the host that the request was sent to. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}

function asAppError(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof AppError) return error;
  const code = (error as { code?: unknown }).code;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new AppError("body-too-large", {
      limit: `${Math.round((request.routeOptions.bodyLimit ?? defaultBodyLimit) / 1024)} KiB`,
    });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new AppError("unsupported-media-type");
  if (typeof code === "string" && code.startsWith("FST_ERR_CTP")) return new AppError("invalid-json");
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === "number" && status >= 400 && status < 500)
    return status === 404 ? new AppError("not-found") : new AppError("invalid-request", { where: "request" });
  return error;
}

function sendProblem(reply: FastifyReply, requestId: string, error: unknown, log: Logger): FastifyReply {
  const problem = problemOf(error, requestId);
  const facts = { requestId, code: problem.code, route: reply.request.routeOptions.url };
  // While the database is away every request ends here: one short line each, no stack.
  if (problem.code === "service-unavailable")
    log.warn({ ...facts, reason: reasonOf(error) }, "request failed");
  else if (problem.status >= 500) log.error({ ...facts, err: error }, "request failed");
  // Of a body that was refused the rest may still be under way: the connection ends with the answer, lest the next request waits.
  if ((reply.request.routeOptions.config as { takes?: unknown } | undefined)?.takes)
    reply.header("connection", "close");
  if (problem.code === "rate-limited") reply.header("retry-after", String(problem.facts.seconds ?? 1));
  const { errors } = (reply.request.routeOptions.config ?? {}) as {
    errors?: (problem: Problem) => { type: string; body: unknown };
  };
  const told = errors?.(problem) ?? { type: "application/problem+json; charset=utf-8", body: problem };
  return reply
    .code(problem.status)
    .header("content-type", told.type)
    .header("cache-control", "no-store")
    .send(JSON.stringify(told.body));
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function send(
  reply: FastifyReply,
  settings: ListenerSettings,
  cookieName: string,
  answer: RouteAnswer<unknown>,
  isHead: boolean,
): FastifyReply {
  const setCookie = (value: string) => addCookie(reply, settings, value);
  if (answer.cookie === "clear") setCookie(`${cookieName}=; Max-Age=0`);
  else if (answer.cookie)
    setCookie(`${cookieName}=${answer.cookie.token}; Expires=${answer.cookie.expiresAt.toUTCString()}`);
  if (answer.deviceCookie) giveDeviceCookie(reply, settings, cookieName, answer.deviceCookie);
  reply.code(answer.status).header("cache-control", "no-store");
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.content) {
    reply.header("content-type", answer.content.type).header("content-length", answer.content.length);
    return reply.send(isHead ? undefined : Readable.from(answer.content.bytes, { objectMode: false }));
  }
  if (answer.status === 204 || answer.status === 304) return reply.send();
  if (!reply.hasHeader("content-type")) reply.header("content-type", "application/json; charset=utf-8");
  return reply.send(JSON.stringify(answer.body));
}

/** A second one is added to the first. */
function addCookie(reply: FastifyReply, settings: ListenerSettings, value: string): void {
  const secure = settings.secureCookies ? "; Secure" : "";
  reply.header("set-cookie", `${value}; Path=/; HttpOnly; SameSite=Strict${secure}`);
}

function giveDeviceCookie(
  reply: FastifyReply,
  settings: ListenerSettings,
  cookieName: string,
  { secret, days }: { secret: string; days: number },
): void {
  addCookie(reply, settings, `${deviceCookieOf(cookieName)}=${secret}; Max-Age=${days * 86_400}`);
}

function checkAnswer(route: Route, answer: RouteAnswer<unknown>): void {
  if (!route.response.statuses.includes(answer.status))
    throw new Error(`${route.name} answered ${answer.status}, which it does not promise`);
  if (answer.status === 204 || answer.status === 304) return;
  const result = route.response.schema.safeParse(JSON.parse(JSON.stringify(answer.body)));
  if (!result.success)
    throw new Error(`${route.name} answered what it does not promise: ${result.error.message}`);
}

function serveWeb(app: FastifyInstance, root: string): void {
  app.register(fastifyStatic, {
    root,
    wildcard: true,
    preCompressed: true,
    index: false,
    setHeaders(reply, path) {
      // Names under /assets carry a hash of their contents.
      reply.setHeader(
        "cache-control",
        path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      );
    },
  });
  app.get("/", (_request, reply) => reply.sendFile("index.html"));
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === "GET" && !request.url.startsWith("/api/") && !request.url.startsWith("/assets/");
    if (isPage && request.headers.accept?.includes("text/html")) return reply.sendFile("index.html");
    const problem = problemOf(new AppError("not-found"), request.id);
    return reply
      .code(404)
      .header("content-type", "application/problem+json; charset=utf-8")
      .send(JSON.stringify(problem));
  });
}
