/**
 * The database's front door. `transaction(scope, work)` is the only way in; it sets the municipality for that
 * transaction alone, and row-level security holds everything else behind it.
 */

export { checkDatabaseRoles } from "./check-roles.ts";
export { type ConnectionSettings, parseConnectionUrl } from "./connection.ts";
export { type ClusterCopy, copyRunningCluster } from "./copy-running-cluster.ts";
export {
  type Announcements,
  build,
  Database,
  DedicatedConnection,
  installationScope,
  isUnavailable,
  type Scope,
  type SealAlong,
  scopeOf,
  type Transaction,
} from "./database.ts";
export { forgetIdempotencyKeys } from "./forget-idempotency-keys.ts";
export { onceByKey } from "./idempotency.ts";
export { Leadership } from "./leadership.ts";
export { listMigrations, migrate } from "./migrate.ts";
export { resealColumn, type SealedColumn } from "./reseal.ts";
export { type Statement, statement } from "./statement.ts";
export type { DB } from "./tables.generated.ts";
