/**
 * The one way to the server's API. The cookie carries the session; unsafe methods say that they come from the web
 * client. Only what may succeed later is tried again, and only where trying again is harmless.
 */
import { noteServerTime } from "../state/clock.ts";
import { delay } from "../sync/backoff.ts";
import { takeEarly } from "./early.ts";
import { networkProblem, Problem, problemOf } from "./problem.ts";

export { query } from "./query.ts";

export type RequestOptions = {
  body?: unknown;
  /** Makes a POST harmless to repeat. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** How often to try; 3 for what is harmless to repeat, else 1. */
  attempts?: number;
};

type Method = "GET" | "POST" | "PUT" | "DELETE";

const timeout = 30_000;
let onUnauthenticated: (() => void) | undefined;

/** What to do when the server says that the session is over. */
export function whenSessionEnds(handler: (() => void) | undefined): void {
  onUnauthenticated = handler;
}

/** Sends a request and gives its answer; throws a `Problem`, or the abort of `signal`. */
export async function request<Answer>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const repeatable = method !== "POST" || options.idempotencyKey !== undefined;
  const attempts = options.attempts ?? (repeatable ? 3 : 1);
  for (let attempt = 1; ; attempt++) {
    try {
      return await requestOnce<Answer>(method, path, options);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "unauthenticated") onUnauthenticated?.();
      if (!error.isRetryable || attempt >= attempts) throw error;
      await delay(waitOf(error) ?? 300 * 2 ** attempt, options.signal);
    }
  }
}

/** How long the server asks to wait, in milliseconds. */
export function waitOf(problem: Problem): number | undefined {
  const seconds = Number(problem.details.facts.seconds);
  return problem.code === "rate-limited" && Number.isFinite(seconds)
    ? Math.min(60, seconds) * 1000
    : undefined;
}

async function requestOnce<Answer>(method: Method, path: string, options: RequestOptions): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Chonai-Client"] = "web";
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const limit = AbortSignal.timeout(timeout);
  let response: Response;
  try {
    const early = method === "GET" ? takeEarly(path) : undefined;
    response = await (early ??
      fetch(`/api/v1${path}`, {
        method,
        headers,
        body: options.body === undefined ? undefined : JSON.stringify(options.body),
        credentials: "same-origin",
        cache: "no-store",
        signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      }));
    options.signal?.throwIfAborted();
    noteServerTime(response.headers.get("date"));
    if (!response.ok) throw await problemOf(response);
    if (response.status === 204) return undefined as Answer;
    // The server checks its answers against the contract that this type comes from.
    return (await response.json()) as Answer;
  } catch (error) {
    if (error instanceof Problem || options.signal?.aborted) throw error;
    throw networkProblem();
  }
}
