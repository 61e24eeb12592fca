// npm test [-- part …]: on a fresh clone with only Node and npm it installs what is needed and runs every test.
import { availableParallelism } from "node:os";
import { ensureDependencies } from "./lib/ensure-dependencies.mjs";
import { ensureNode24 } from "./lib/ensure-node24.mjs";
import { ensureWebBuild } from "./lib/ensure-web-build.mjs";
import { LauncherError, main } from "./lib/say.mjs";
import { steps } from "./lib/test-steps.mjs";

/** So many characters of each failure are said again at the end. */
const wordsOfFailure = 4000;

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
  const failures = [];
  if (wanted.length === 0 || wanted.includes("integration") || wanted.includes("browser")) {
    const built = await runStep("web build", async () => {
      await ensureWebBuild(node);
      return { passed: 0, failed: 0 };
    });
    add(built);
  }
  const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  while (chosen.length > 0) {
    const together = [chosen.shift()];
    while (chosen[0]?.besideTheOneBefore && availableParallelism() > 1) together.push(chosen.shift());
    for (const result of await runTogether(together, node)) {
      add(result);
      failures.push(...(result.failures ?? []));
      lines.push(`${result.name.padEnd(14)}${result.line}`);
    }
  }
  // What failed stands together at the end: the parts' own words are long, and not in the order in which they ended.
  for (const failure of failures) console.log(`\n✗ ${failure.slice(0, wordsOfFailure)}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});

/** Runs parts at the same time. What the first says is shown as it is said, the others' words when they have ended. */
async function runTogether(parts, node) {
  const prepared = [];
  // One after the other: two installers at once would be in each other's way.
  for (const part of parts) prepared.push(await prepareFor(part));
  return Promise.all(
    parts.map(async ({ name, run }, index) => {
      const quietly = index > 0;
      const result = await runStep(name, async () => {
        const { env, error } = prepared[index];
        if (error) throw error;
        const answer = await run(node, env, { quietly, niceness: parts.length > 1 && !quietly ? 10 : 0 });
        if (quietly) console.log(`\n── ${name}, beside it\n${answer.output}`);
        return answer;
      });
      return { ...result, name };
    }),
  );
}

/** What a part needs, or why it cannot be had: then only that part fails. */
async function prepareFor({ prepare }) {
  try {
    return { env: (await prepare?.()) ?? {} };
  } catch (error) {
    return { error };
  }
}

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
