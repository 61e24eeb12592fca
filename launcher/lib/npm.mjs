import { existsSync, realpathSync, rmSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { runProgram } from "./run-program.mjs";
import { LauncherError } from "./say.mjs";

/**
 * Installs in a folder what its lock file says, quietly. Install scripts are not run: nothing that we depend on needs
 * one, and it closes a door through which other people's code would run on the office's machine.
 *
 * @throws LauncherError when the registry cannot be reached, npm is missing, or npm says no
 */
export async function npmCi(folder, node = process.execPath) {
  // Against a registry that is out of reach npm would try each package again for many minutes.
  const ping = await npm(node, ["ping", "--fetch-retries=0", "--fetch-timeout=15000"], folder);
  const offline = ping.code !== 0 && unreachable.test(ping.output) ? ["--offline"] : [];
  let { code, output } = await npm(node, ["ci", ...offline], folder);
  if (/code EUSAGE/.test(output) && /Missing: .* from lock file/.test(output)) {
    // The lock file lacks packages of other systems (see launcher/complete-lock.mjs). This keeps to it all the same.
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    ({ code, output } = await npm(node, ["install", "--no-save", ...offline], folder));
  }
  if (code === 0) return;
  if (offline.length > 0 || unreachable.test(output)) {
    throw new LauncherError(
      "npm のレジストリにつながらないため、部品を取り寄せられません。つながるネットワーク（またはプロキシ設定 npm config set proxy …）で、もう一度実行してください。",
      `The npm registry cannot be reached, so the parts cannot be fetched. Try again on a network that reaches it (or set a proxy: npm config set proxy …).\n${lastLines(ping.code === 0 ? output : ping.output)}`,
    );
  }
  if (/ENOSPC/.test(output)) {
    throw new LauncherError(
      "ディスクに空きがないため、部品を入れられません。1.5 GB ほど空けて、もう一度実行してください。",
      `The disk is full, so the parts cannot be installed. Free about 1.5 GB and try again.\n${lastLines(output)}`,
    );
  }
  throw new LauncherError(
    `部品を入れられませんでした（${folder} での npm ci）。`,
    `The parts could not be installed (npm ci in ${folder}).\n${lastLines(output)}`,
  );
}

const unreachable =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|socket hang up/;

function npm(node, command, folder) {
  const options = ["--ignore-scripts", "--include=dev", "--include=optional", "--prefer-offline"];
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--progress=false"];
  const patience = ["--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000"];
  return runProgram(node, [findNpm(), ...options, ...quiet, ...patience, ...command], {
    cwd: folder,
    // Meant for the program that npm runs, not for the npm that we run.
    env: { NODE_ENV: "", npm_config_global: "", npm_config_prefix: undefined, NODE_COMPILE_CACHE: undefined },
    capture: true,
  });
}

/** npm's script: of the npm that runs us, beside the running node, or behind the `npm` on PATH. */
function findNpm() {
  const node = dirname(realpathSync(process.execPath));
  const running = process.env.npm_execpath ?? "";
  const candidates = [
    basename(running) === "npm-cli.js" ? running : "",
    join(node, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(node, "node_modules", "npm", "bin", "npm-cli.js"),
    ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => behind(join(folder, "npm"))),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ];
  const found = candidates.find((path) => path !== "" && existsSync(path));
  if (found) return found;
  throw new LauncherError(
    "npm が見つかりません。Node に付属の npm を入れてください。",
    "npm was not found. Install the npm that comes with Node.",
  );
}

function behind(command) {
  if (!existsSync(command)) return [];
  const script = realpathSync(command);
  if (basename(script) === "npm-cli.js") return [script];
  return [join(dirname(script), "node_modules", "npm", "bin", "npm-cli.js")];
}

function lastLines(output) {
  return output
    .trim()
    .split("\n")
    .filter((line) => !/complete log of this run|Unknown user config/.test(line))
    .slice(-8)
    .join("\n");
}
