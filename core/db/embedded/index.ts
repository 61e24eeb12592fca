/**
 * The installation's own PostgreSQL, inside its data folder: made, started, repaired, supervised and stopped here. What
 * can go wrong and what is done about it stands in docs/architecture/lifecycle.md.
 */

export { type ConnectionSettings, type Connections, findRunningDatabase } from "./connections.ts";
export {
  acquireDataFolder,
  DATA_FOLDER_FORMAT,
  type DataFolder,
  markRestoring,
  POSTGRESQL_MAJOR,
} from "./data-folder.ts";
export { findRunningInfo, isLockedFolder, type RunningInfo } from "./data-folder-lock.ts";
export { syncToDisk, writeFileDurably } from "./durable-file.ts";
export type { Log, Notice } from "./log.ts";
export { placeCluster } from "./place-cluster.ts";
export { readInstallationKey, readOlderKeys, replaceInstallationKey } from "./secret.ts";
export {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
  type UnexpectedExit,
} from "./start-embedded-postgres.ts";
export { StartUpError, type StartUpErrorCode } from "./start-up-error.ts";
