import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Connections, findRunningDatabase, type Log } from "#core/db/embedded/index.ts";
import type { ConnectionSettings } from "#core/db/index.ts";
import { type Keyring, OperatorError } from "#core/kernel/index.ts";
import { externalDatabase, openInstallation, readKeyring } from "./installation.ts";

/** As much of an installation as a command needs that works beside the running program. */
export type JoinedInstallation = {
  application: ConnectionSettings;
  /** Of the installation's own PostgreSQL; undefined when DATABASE_URL names another. */
  superuser: Connections["superuser"] | undefined;
  keyring: Keyring;
  close(): Promise<void>;
};

/**
 * The database and keys of an installation, whether its program is running or not: joins the running one, else opens
 * it for the time of the command. Never makes a new one: a wrong `--data` is an error.
 */
export async function joinInstallation(dataDirectory: string, log: Log): Promise<JoinedInstallation> {
  // A key that is made here by mistake would seal what the installation can never open.
  if (!existsSync(join(dataDirectory, "data-folder.json")) && !process.env.CHONAI_KEY_FILE)
    throw new OperatorError({
      ja: `${dataDirectory} に Chonai のデータがありません。--data でデータフォルダーを指定するか、先に一度起動してください。`,
      en: `There is no installation in ${dataDirectory}. Say with --data where it is, or start it once first.`,
    });
  const external = externalDatabase();
  const own = external ? undefined : findRunningDatabase(dataDirectory);
  const running = external ?? own;
  if (!running) {
    const installation = await openInstallation(dataDirectory, log);
    return { ...installation, superuser: installation.postgres?.superuser };
  }
  return {
    application: running.application,
    superuser: own?.superuser,
    keyring: readKeyring(dataDirectory),
    close: async () => {},
  };
}
