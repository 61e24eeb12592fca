// node launcher/run.mjs FILE.ts args…: runs one of the program's TypeScript files on Node 24.
import { relative, resolve } from "node:path";
import { ensureDependencies } from "./lib/ensure-dependencies.mjs";
import { ensureNode24 } from "./lib/ensure-node24.mjs";
import { repository } from "./lib/repository.mjs";
import { runEntry } from "./lib/run-entry.mjs";
import { LauncherError, main } from "./lib/say.mjs";

await main(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (!file)
    throw new LauncherError(
      "使い方: node launcher/run.mjs FILE.ts …",
      "Usage: node launcher/run.mjs FILE.ts …",
    );
  const node = await ensureNode24();
  await ensureDependencies(node);
  return await runEntry(node, relative(repository, resolve(repository, file)), args);
});
