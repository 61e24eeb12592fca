import { createLogger } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { openInstallation } from "../installation.ts";
import { migrateChecked } from "../migrate-checked.ts";

/** `chonai migrate`: brings the schema up to this program and checks the roles, without serving anything. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {});
  const installation = await openInstallation(values.data, createLogger({ level: "warn" }));
  try {
    const done = await migrateChecked(installation);
    for (const name of done) console.log(name);
    if (done.length === 0) console.log("最新です。 / Up to date.");
    return 0;
  } finally {
    await installation.close();
  }
}
