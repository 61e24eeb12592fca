/** One line for the person at the keyboard, Japanese first. On standard error: the output belongs to the program. */
export function say(ja, en) {
  process.stderr.write(`${ja}\n  ${en}\n`);
}

/** A failure that a person can do something about: printed without a stack, then the launcher ends with 1. */
export class LauncherError extends Error {
  constructor(ja, en) {
    super(`${ja}\n  ${en}`);
    this.name = "LauncherError";
  }
}

/** Runs a launcher script and ends the process with what it returns. */
export async function main(script) {
  try {
    process.exitCode = (await script()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof LauncherError ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
