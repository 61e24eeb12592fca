import { checkDatabaseRoles, migrate } from "#core/db/index.ts";
import { createLogger } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { openInstallation } from "../installation.ts";

/** `chonai migrate`: brings the schema up to this program and checks the roles, without serving anything. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {});
  const installation = await openInstallation(values.data, createLogger({ level: "warn" }));
  try {
    const done = await migrate(installation.owner, installation.application.user);
    for (const name of done) console.log(name);
    const faults = await checkDatabaseRoles(installation.application);
    for (const fault of faults) console.error(fault);
    if (done.length === 0) console.log("最新です。 / Up to date.");
    return faults.length === 0 ? 0 : 1;
  } finally {
    await installation.close();
  }
}
