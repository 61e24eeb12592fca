import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * One line of JSON for each thing that happened, with ids and never with the contents of a message, a form, a password
 * or a token. The fields below are cut even when somebody passes them by mistake.
 */
export function createLogger(options: { level?: string; destination?: DestinationStream } = {}): Logger {
  const settings = {
    level: options.level ?? "info",
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ["password", "token", "totp", "totpSecret", "body", "*.password", "*.token", "*.totp", "*.body"],
      censor: "[cut]",
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

export const silentLogger: Logger = pino({ level: "silent" });
