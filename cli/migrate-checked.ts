import { checkDatabaseRoles, migrate } from "#core/db/index.ts";
import { OperatorError } from "#core/kernel/index.ts";
import type { OpenInstallation } from "./installation.ts";

/**
 * Brings the schema up to this program, with the roles checked before anything is touched and after: a role that
 * row-level security would not bind is refused, whatever else is right.
 *
 * @returns the names of the migrations that ran now
 */
export async function migrateChecked(
  installation: Pick<OpenInstallation, "application" | "owner">,
): Promise<string[]> {
  refuse(await checkDatabaseRoles(installation.application, installation.owner));
  const done = await migrate(installation.owner, installation.application.user);
  if (done.length > 0) refuse(await checkDatabaseRoles(installation.application, installation.owner));
  return done;
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new OperatorError({
    ja: "データベースの役割（ロール）の設定に問題があるため、先に進みません。docs/operations/external-postgresql.md をご覧ください。",
    en: faults.join("\n"),
  });
}
