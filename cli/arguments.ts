import { parseArgs } from "node:util";
import { OperatorError } from "#core/kernel/index.ts";

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
  try {
    return parseArgs({
      args,
      options: { data: { type: "string", default: process.env.CHONAI_DATA ?? "./data" }, ...options },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    const known = ["data", ...Object.keys(options ?? {})].map((name) => `--${name}`).join(" ");
    throw new OperatorError(
      {
        ja: `指定に誤りがあります: ${(cause as Error).message}\n使えるもの: ${known}`,
        en: `The options are not right. Known are: ${known}`,
      },
      { cause },
    );
  }
}

/** A whole number in a range, or an error that says which option is wrong. */
export function readNumber(name: string, text: string, from: number, to: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < from || number > to)
    throw new OperatorError({
      ja: `--${name} は ${from}〜${to} の数で指定してください（指定された値: ${text}）。`,
      en: `--${name} takes a number from ${from} to ${to}, not ${text}.`,
    });
  return number;
}
