/** Every reason for which a start can be refused. docs/architecture/lifecycle.md says for each what to do. */
export type StartUpErrorCode =
  | "already-running"
  | "data-folder-copied"
  | "data-folder-damaged"
  | "data-folder-newer"
  | "data-folder-owner"
  | "data-folder-unwritable"
  | "not-a-data-folder"
  | "other-postgresql"
  | "disk-full"
  | "no-binaries"
  | "no-operating-user"
  | "no-permitted-folder"
  | "settings-refused"
  | "database-failed";

/**
 * A start that cannot go on, in words for the person at the keyboard: what is the case, Japanese first, and what they
 * can do next. Printing `message` is enough.
 *
 * @example
 *   throw new StartUpError("disk-full", {
 *     ja: "ディスクに空きがありません。",
 *     en: "The disk is full.",
 *     hint: "空きを作ってから、もう一度起動してください。 / Free some space and start again.",
 *   });
 */
export class StartUpError extends Error {
  readonly code: StartUpErrorCode;
  readonly ja: string;
  readonly en: string;
  readonly hint: string;

  constructor(
    code: StartUpErrorCode,
    words: { ja: string; en: string; hint: string },
    options?: ErrorOptions,
  ) {
    super([words.ja, words.en, words.hint].filter(Boolean).join("\n"), options);
    this.name = "StartUpError";
    this.code = code;
    this.ja = words.ja;
    this.en = words.en;
    this.hint = words.hint;
  }
}
