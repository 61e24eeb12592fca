import { findRunningInfo, isLockedFolder } from "./data-folder-lock.ts";
import { type Passwords, readOrCreatePasswords } from "./passwords.ts";
import { APPLICATION, DATABASE, OWNER } from "./roles.ts";
import type { Listening } from "./socket-folder.ts";

/** What the `pg` driver takes. `host` is a socket folder (on Windows the loopback address). */
export type ConnectionSettings = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
};

export type Connections = {
  /** The application's role: bound by row-level security, owns nothing. */
  application: ConnectionSettings;
  /** Owns the database and its schema: migrations, backup. */
  owner: ConnectionSettings;
  /** For what neither may do: extensions that are not trusted, template databases in tests. */
  superuser: ConnectionSettings;
};

export function connectionsTo(listening: Listening, passwords: Passwords): Connections {
  const connect = (user: string, password: string) => ({ ...listening, user, password, database: DATABASE });
  return {
    application: connect(APPLICATION, passwords.application),
    owner: connect(OWNER, passwords.owner),
    superuser: connect("postgres", passwords.superuser),
  };
}

/**
 * The database that another process has started on this folder, for commands such as a backup that join in. Undefined
 * when none runs there: then `startEmbeddedPostgres` starts it.
 */
export function findRunningDatabase(dataDirectory: string): Connections | undefined {
  if (!isLockedFolder(dataDirectory)) return undefined;
  const info = findRunningInfo(dataDirectory);
  if (info?.socketDirectory === undefined || info.port === undefined) return undefined;
  return connectionsTo({ host: info.socketDirectory, port: info.port }, readOrCreatePasswords(dataDirectory));
}
