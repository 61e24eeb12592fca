/** What everything stands on: errors, the clock, the logger. Knows no feature and no database. */
export { AppError, type ErrorFacts, notFound } from "./app-error.ts";
export { batchByKey, Semaphore } from "./batcher.ts";
export { type Clock, fixedClock, systemClock } from "./clock.ts";
export { Keyring, sealedUnder } from "./keyring.ts";
export { createLogger, type Logger, silentLogger } from "./logger.ts";
export { OperatorError } from "./operator-error.ts";
