import { parseArgs } from "node:util";

/** Options that every command which opens the installation knows. */
export type Place = {
  /** The data folder: `--data DIR`, ./data when left out. */
  dataDirectory: string;
};

/**
 * Reads a command's options; an unknown one, or one with a wrong value, is an error that names it.
 *
 * @example const { values } = readArguments(args, { "dry-run": { type: "boolean" } });
 */
export function readArguments<T extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: string[],
  options: T,
) {
  return parseArgs({
    args,
    options: { data: { type: "string", default: process.env.CHONAI_DATA ?? "./data" }, ...options },
    allowPositionals: true,
    strict: true,
  });
}

/** A whole number in a range, or an error that says which option is wrong. */
export function readNumber(name: string, text: string, from: number, to: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < from || number > to)
    throw new Error(
      `--${name} は ${from}〜${to} の数で指定してください。 / --${name} takes a number from ${from} to ${to}.`,
    );
  return number;
}
