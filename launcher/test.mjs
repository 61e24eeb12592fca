// npm test [-- part …]: on a fresh clone with only Node and npm it installs what is needed and runs every test.
import { ensureDependencies } from "./lib/ensure-dependencies.mjs";
import { ensureNode24 } from "./lib/ensure-node24.mjs";
import { ensureWebBuild } from "./lib/ensure-web-build.mjs";
import { LauncherError, main } from "./lib/say.mjs";
import { steps } from "./lib/test-steps.mjs";

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = steps.map((step) => step.name).join(" ");
    throw new LauncherError(
      `そのような部分はありません: ${unknown.join(" ")}（${names}）`,
      `No such part: ${unknown.join(" ")} (${names})`,
    );
  }
  const node = await ensureNode24();
  await ensureDependencies(node);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = ({ passed, failed, skipped = 0 }) => {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  };
  const lines = [];
  if (wanted.length === 0 || wanted.includes("integration") || wanted.includes("browser")) {
    const built = await runStep("web build", async () => {
      await ensureWebBuild(node);
      return { passed: 0, failed: 0 };
    });
    add(built);
  }
  for (const step of steps) {
    if (wanted.length > 0 && !wanted.includes(step.name)) continue;
    const result = await runStep(step.name, () => step.run(node));
    add(result);
    lines.push(`${step.name.padEnd(14)}${result.line}`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});

/** Runs one part, says its name and its time, and turns every failure into a count. */
async function runStep(name, run) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  let result;
  try {
    result = await run();
  } catch (error) {
    console.log(error instanceof LauncherError ? error.message : error);
    result = { passed: 0, failed: 1 };
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const line = `${result.passed} passed, ${result.failed} failed in ${seconds} s`;
  console.log(`── ${name}: ${line}`);
  return { ...result, line };
}
