/**
 * Something that the person who runs the program can put right: said in words at the console, Japanese first, without
 * a stack trace. Errors of the API are `AppError`s.
 */
export class OperatorError extends Error {
  readonly ja: string;
  readonly en: string;

  constructor(words: { ja: string; en: string }, options?: ErrorOptions) {
    super(`${words.ja}\n${words.en}`, options);
    this.name = "OperatorError";
    this.ja = words.ja;
    this.en = words.en;
  }
}
