import { currentLanguage } from "../text/catalogue.ts";
import { text } from "../text/index.ts";

/** What the API says when it refuses (RFC 9457), or what we say when it could not be reached. */
export type ProblemDetails = {
  code: string;
  status: number;
  detail: string;
  detailEn: string;
  retryable: boolean;
  facts: Readonly<Record<string, unknown>>;
  requestId: string | null;
};

export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.code);
    this.details = details;
  }

  get code(): string {
    return this.details.code;
  }

  /** True when the same request may succeed later without a change. */
  get isRetryable(): boolean {
    return this.details.retryable;
  }

  /** True when no answer came at all: the line, not the server. */
  get isNetwork(): boolean {
    return this.details.code === "network";
  }

  /** In the reader's language: what happened, what was kept and what to do. */
  get words(): string {
    if (this.isNetwork) return text("problem.network");
    return (
      (currentLanguage() === "en" && this.details.detailEn) || this.details.detail || text("problem.unknown")
    );
  }
}

/** No answer: no network, a server that is down, or an answer that took too long. */
export function networkProblem(): Problem {
  return new Problem({
    code: "network",
    status: 0,
    detail: "",
    detailEn: "",
    retryable: true,
    facts: {},
    requestId: null,
  });
}

/** Words for anything that was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Problem ? error.words : text("problem.unknown");
}

/** Reads a refusal. What is not problem+json (a proxy's page) is told by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const string = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  return new Problem({
    code: string("code") || (response.status >= 500 ? "service-unavailable" : "unknown"),
    status: response.status,
    detail: string("detail"),
    detailEn: string("detailEn"),
    retryable:
      typeof fields.retryable === "boolean"
        ? fields.retryable
        : response.status >= 500 || response.status === 429,
    facts:
      typeof fields.facts === "object" && fields.facts !== null
        ? (fields.facts as Record<string, unknown>)
        : {},
    requestId: string("requestId") || null,
  });
}
