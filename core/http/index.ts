/** HTTP: routes as lists of promises, listeners of zones, problems, the stream's endpoint, OpenAPI. */
export { createListener, type Listener, type ListenerServices } from "./listener.ts";
export { describeApi } from "./open-api.ts";
export type { Problem } from "./problem.ts";
export { problemOf } from "./problem.ts";
export { RateLimiter } from "./rate-limiter.ts";
export { type FormFile, readForm } from "./read-form.ts";
export {
  anyone,
  decidedBy,
  defineRoute,
  type RateLimit,
  type RequestFacts,
  type RequestStream,
  type Route,
  type RouteAnswer,
  reading,
  signedIn,
  writing,
} from "./route.ts";
export { type Hello, type StreamPeer, type StreamWire, serveStream } from "./stream-endpoint.ts";
