import { type ErrorCode, errorCodes, fillText } from "#shared/error-codes.ts";

/** What an error says besides its code: values for its text, never contents of a person's message or form. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

/**
 * Something a person or a program caused and can act on. Bugs are ordinary `Error`s and end as `internal`.
 *
 * @example throw new AppError("text-too-long", { length: 20_431, limit: 20_000 });
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(`${code}: ${fillText(errorCodes[code].en, facts)}`, options);
    this.name = "AppError";
    this.code = code;
    this.facts = facts;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}

/** The one answer for what does not exist and for what the actor may not know to exist. */
export function notFound(): AppError {
  return new AppError("not-found");
}
