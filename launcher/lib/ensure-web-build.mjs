import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { onlyOne } from "./only-one.mjs";
import { cacheFolder, modulesFolder, repository } from "./repository.mjs";
import { runProgram } from "./run-program.mjs";
import { LauncherError, say } from "./say.mjs";

const target = join(repository, "dist", "web");
const stampPath = join(target, ".stamp");

/**
 * Builds the web client into dist/web when its sources differ from those of the last build. Sizes and times of the
 * files answer in a few milliseconds; when they differ the contents decide, so that a git checkout back and forth does
 * not build.
 */
export async function ensureWebBuild(node) {
  if (!existsSync(join(repository, "web", "vite.config.ts"))) return;
  const files = listSources();
  const times = hashTimes(files);
  const stamp = readStamp();
  if (stamp?.times === times) return;
  const contents = hashContents(files);
  if (stamp?.contents === contents) {
    writeStamp(stampPath, { contents, times });
    return;
  }
  await onlyOne(join(cacheFolder, "web-build.lock"), async () => {
    if (readStamp()?.contents === contents) return;
    await build(node, { contents, times });
  });
}

async function build(node, stamp) {
  say("画面を組み立てています。", "Building the web client.");
  const beside = `${target}.new`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  const vite = join(modulesFolder, "vite", "bin", "vite.js");
  const args = [
    "build",
    "web",
    "--config",
    join("web", "vite.config.ts"),
    "--outDir",
    beside,
    "--emptyOutDir",
  ];
  const { code, output } = await runProgram(node, [vite, ...args, "--logLevel", "warn"], {
    cwd: repository,
    env: { NODE_ENV: "production" },
    capture: true,
  });
  if (code !== 0) {
    rmSync(beside, { recursive: true, force: true });
    throw new LauncherError(
      "画面を組み立てられませんでした。",
      `The web client could not be built.\n${output.trim()}`,
    );
  }
  writeStamp(join(beside, ".stamp"), stamp);
  // Swapped whole, so that a server that runs meanwhile never serves half a build.
  const before = `${target}.old`;
  rmSync(before, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, before);
  renameSync(beside, target);
  rmSync(before, { recursive: true, force: true });
}

/** Every file that can change what the browser gets. */
function listSources() {
  const files = ["package.json", "package-lock.json", "tsconfig.json"].filter((name) =>
    existsSync(join(repository, name)),
  );
  const walk = (folder) => {
    for (const entry of readdirSync(join(repository, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) files.push(path);
    }
  };
  for (const folder of ["web", "shared"]) if (existsSync(join(repository, folder))) walk(folder);
  for (const layer of ["core", "capabilities", "packs"]) {
    if (!existsSync(join(repository, layer))) continue;
    for (const entry of readdirSync(join(repository, layer), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const feature = `${layer}/${entry.name}`;
      if (existsSync(join(repository, feature, "contract.ts"))) files.push(`${feature}/contract.ts`);
      if (existsSync(join(repository, feature, "web"))) walk(`${feature}/web`);
    }
  }
  return files.sort();
}

function hashTimes(files) {
  const hash = createHash("sha256");
  for (const path of files) {
    const { size, mtimeNs, ctimeNs } = statSync(join(repository, path), { bigint: true });
    hash.update(`${path}\0${size}\0${mtimeNs}\0${ctimeNs}\n`);
  }
  return hash.digest("hex");
}

function hashContents(files) {
  const hash = createHash("sha256");
  for (const path of files) {
    hash.update(
      `${path}\0${createHash("sha256")
        .update(readFileSync(join(repository, path)))
        .digest("hex")}\n`,
    );
  }
  return hash.digest("hex");
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, "utf8"));
  } catch {
    return undefined;
  }
}

function writeStamp(path, stamp) {
  writeFileSync(path, JSON.stringify(stamp));
}
