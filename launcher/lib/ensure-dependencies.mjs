import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmCi } from "./npm.mjs";
import { onlyOne } from "./only-one.mjs";
import { cacheFolder, modulesFolder, repository } from "./repository.mjs";
import { say } from "./say.mjs";

const stampPath = join(modulesFolder, ".chonai-stamp");

/**
 * Makes node_modules what package-lock.json says. The stamp is written last, so an install that was interrupted is done
 * again; what somebody installed by hand with npm is taken as it is when it is the same.
 *
 * @param node the Node with which npm runs
 */
export async function ensureDependencies(node) {
  const lockText = readFileSync(join(repository, "package-lock.json"));
  const stamp = `${createHash("sha256").update(lockText).digest("hex")} ${process.platform}-${process.arch}\n`;
  const isThere = () => existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp;
  if (isThere()) return;
  await onlyOne(join(cacheFolder, "install.lock"), async () => {
    if (isThere()) return;
    if (!isInstalled(JSON.parse(lockText.toString()))) {
      if (isLink()) {
        say(
          "node_modules はリンクで、その先が package-lock.json と違います。そのまま使います。",
          "node_modules is a link, and what it points to differs from package-lock.json. Using it as it is.",
        );
        return;
      }
      say(
        "部品を取り寄せています（npm ci、初回は 1 分ほど）。",
        "Fetching the parts (npm ci; about a minute the first time).",
      );
      rmSync(stampPath, { force: true });
      await npmCi(repository, node);
    }
    writeFileSync(stampPath, stamp);
  });
}

/** npm writes its own list into node_modules when it has finished. Packages of other systems are not in it. */
function isInstalled(lock) {
  const listPath = join(modulesFolder, ".package-lock.json");
  if (!existsSync(listPath)) return false;
  try {
    const installed = JSON.parse(readFileSync(listPath, "utf8")).packages;
    return Object.entries(lock.packages).every(([path, wanted]) => {
      if (path === "") return true;
      const found = installed[path];
      if (!found || !existsSync(join(repository, path, "package.json")))
        return wanted.optional === true && !isForHere(wanted);
      return found.version === wanted.version && found.integrity === wanted.integrity;
    });
  } catch {
    return false;
  }
}

function isForHere({ os, cpu, libc }) {
  const fits = (list, own) => {
    const all = [list ?? []].flat();
    return (
      all.length === 0 ||
      all.includes(own) ||
      (all.every((one) => one.startsWith("!")) && !all.includes(`!${own}`))
    );
  };
  if (!fits(os, process.platform) || !fits(cpu, process.arch)) return false;
  return process.platform !== "linux" || libc === undefined || fits(libc, ownLibc());
}

let libcOfThisMachine;
function ownLibc() {
  // Slow (it looks at the whole process), hence once and only when a package asks for it.
  libcOfThisMachine ??=
    process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
  return libcOfThisMachine;
}

/** npm ci would empty what the link points to, where another clone may be at work. */
function isLink() {
  return lstatSync(modulesFolder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
