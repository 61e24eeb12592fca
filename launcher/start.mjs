// npm start: on a fresh clone with only Node and npm it installs, builds and starts everything.
import { ensureDependencies } from "./lib/ensure-dependencies.mjs";
import { ensureNode24 } from "./lib/ensure-node24.mjs";
import { ensureWebBuild } from "./lib/ensure-web-build.mjs";
import { runEntry } from "./lib/run-entry.mjs";
import { main } from "./lib/say.mjs";

await main(async () => {
  const node = await ensureNode24();
  await ensureDependencies(node);
  await ensureWebBuild(node);
  return await runEntry(node, "cli/main.ts", ["start", ...process.argv.slice(2)]);
});
