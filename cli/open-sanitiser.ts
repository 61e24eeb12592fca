import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Keyring, type Logger, OperatorError, systemClock } from "#core/kernel/index.ts";
import { makeSanitiser, type SanitiserSettings } from "#core/sanitise/index.ts";
import { readNumber } from "./arguments.ts";

/** What hidden marks are laid out by; another key reads none of them. */
export const markKeyOf = (keyring: Keyring, keyId = keyring.id) => keyring.derive("page-mark", keyId);

/**
 * The sanitiser of an installation, as the environment says: `CHONAI_CLAMD` (a socket's path or `host:port`; our own
 * daemon when it is left out) and `CHONAI_DEFINITIONS_DAYS` (7).
 */
export function openSanitiser(dataDirectory: string, keyring: Keyring, log: Logger) {
  return makeSanitiser({
    folder: sanitiserFolder(dataDirectory),
    places: 2,
    clamd: readClamd(),
    definitionsDays: readNumber(
      "definitions-days（CHONAI_DEFINITIONS_DAYS）",
      process.env.CHONAI_DEFINITIONS_DAYS ?? "7",
      1,
      90,
    ),
    markKey: markKeyOf(keyring),
    clock: systemClock,
    log,
  });
}

export const sanitiserFolder = (dataDirectory: string) => join(dataDirectory, "sanitise");

/** The daemon that a running program looks after, for a command beside it; undefined when there is none. */
export function runningClamd(dataDirectory: string): SanitiserSettings["clamd"] {
  const socket = join(sanitiserFolder(dataDirectory), "clamd", "clamd.sock");
  return existsSync(socket) ? { socket } : undefined;
}

function readClamd(): SanitiserSettings["clamd"] {
  const given = process.env.CHONAI_CLAMD;
  if (!given) return undefined;
  if (given.startsWith("/")) return { socket: given };
  const parts = /^(\[[0-9a-f:]+\]|[^:]+):(\d{1,5})$/i.exec(given);
  if (parts) return { host: parts[1]!.replace(/^\[|\]$/g, ""), port: Number(parts[2]) };
  throw new OperatorError({
    ja: `CHONAI_CLAMD は /run/clamav/clamd.ctl または 127.0.0.1:3310 の形で指定してください（指定された値: ${given}）。`,
    en: `CHONAI_CLAMD is a socket's path or host:port, not ${given}.`,
  });
}
