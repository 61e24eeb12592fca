import { AppError } from "#core/kernel/index.ts";
import { errorCodes, fillText } from "#shared/error-codes.ts";

/** RFC 9457 problem details, with the code that programs rely on and words for people in both languages. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailEn: string;
  retryable: boolean;
  facts: Record<string, unknown>;
  requestId: string;
};

/** Turns anything that was thrown into what the client is told. Bugs become `internal` and say nothing of themselves. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof AppError ? error : new AppError("internal", { requestId });
  const entry = errorCodes[known.code];
  const facts = { requestId, ...known.facts };
  // Facts that are texts come in both languages: `rule` and `ruleEn`.
  const english = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      (facts as Record<string, unknown>)[`${name}En`] ?? value,
    ]),
  );
  return {
    type: `urn:chonai:problem:${known.code}`,
    title: fillText(entry.en, english),
    status: entry.status,
    code: known.code,
    detail: fillText(entry.ja, facts),
    detailEn: fillText(entry.en, english),
    retryable: entry.retryable,
    facts: { ...known.facts },
    requestId,
  };
}
