import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureBrowser } from "./ensure-browser.mjs";
import { ensureConverters } from "./ensure-converters.mjs";
import { ensureDirectoryServer } from "./ensure-directory-server.mjs";
import { cacheFolder, modulesFolder, repository } from "./repository.mjs";
import { runProgram } from "./run-program.mjs";
import { LauncherError } from "./say.mjs";

/**
 * The parts of `npm test`, in their order. Each returns how many of its tests passed and failed; a part that is not
 * tests inside counts as one. What is not there fails: a check that is silently left out proves nothing. `prepare` looks
 * after what a part needs, before it and the part beside it run; its answer is handed to `run`.
 */
export const steps = [
  check("types", "tsconfig.json", ["typescript", "bin", "tsc"], ["--noEmit", "-p", "."]),
  check("format", "biome.json", ["@biomejs", "biome", "bin", "biome"], ["check", "--error-on-warnings", "."]),
  { name: "imports", run: checkImports },
  project("unit"),
  project("architecture"),
  // Each of these two waits much; on two cores they take little longer together than the longer one alone. Screens are what
  // somebody waits for: what the other computes comes after them.
  project("integration", async () => {
    await ensureConverters();
    await ensureDirectoryServer();
    return {};
  }),
  { ...project("browser", async () => ({ CHROMIUM_PATH: await ensureBrowser() })), besideTheOneBefore: true },
];

function check(name, needed, program, args) {
  return {
    name,
    async run(node) {
      requireFile(needed);
      const { code } = await runProgram(node, [join(modulesFolder, ...program), ...args], {
        cwd: repository,
      });
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    },
  };
}

/** A script of the project's own where there is one, else dependency-cruiser with the project's rules. */
async function checkImports(node) {
  const own = join("tests", "architecture", "check-imports.mjs");
  const rules = ".dependency-cruiser.mjs";
  const layers = ["shared", "core", "capabilities", "packs", "server", "cli", "web", "tests"];
  if (!existsSync(join(repository, own))) requireFile(rules);
  const args = existsSync(join(repository, own))
    ? [join(repository, own)]
    : [
        join(modulesFolder, "dependency-cruiser", "bin", "dependency-cruiser.mjs"),
        ...["--config", rules],
        ...layers.filter((layer) => existsSync(join(repository, layer))),
      ];
  const { code } = await runProgram(node, args, { cwd: repository });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** One of vitest's projects. `prepare` returns what its environment needs besides. */
function project(name, prepare = async () => ({})) {
  return {
    name,
    prepare,
    async run(node, env, { quietly = false, niceness = 0 } = {}) {
      requireFile("vitest.config.ts");
      const reports = join(cacheFolder, "test");
      const report = join(reports, `${name}.json`);
      mkdirSync(reports, { recursive: true });
      rmSync(report, { force: true });
      const args = [
        "run",
        "--project",
        name,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
      ];
      const { code, output } = await runProgram(
        node,
        [join(modulesFolder, "vitest", "vitest.mjs"), ...args],
        {
          cwd: repository,
          env,
          capture: quietly,
          niceness,
        },
      );
      return { ...count(report, code), output };
    },
  };
}

function count(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const result = JSON.parse(readFileSync(report, "utf8"));
  // A file that could not be loaded has no failed test in it, but it failed.
  const broken = result.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const failures = [
    ...broken.map((file) => `${fromHere(file.name)}: ${file.message}`),
    ...result.testResults.flatMap((file) =>
      file.assertionResults
        .filter((test) => test.status === "failed")
        .map((test) => `${fromHere(file.name)}: ${test.fullName}\n${test.failureMessages.join("\n")}`),
    ),
  ];
  const passed = result.numPassedTests;
  const failed = result.numFailedTests + broken.length;
  const skipped = result.numPendingTests + result.numTodoTests;
  // No test at all, or an error outside every test.
  const silent = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  return { passed, failed: failed + silent, skipped, failures };
}

function fromHere(path) {
  return relative(repository, path);
}

function requireFile(name) {
  if (existsSync(join(repository, name))) return;
  throw new LauncherError(`${name} がありません。`, `${name} is missing.`);
}
