// node launcher/complete-lock.mjs: run after changing dependencies, before committing package-lock.json.
//
// npm leaves a package of another system out of the lock file when the registry in use does not serve it, and `npm ci`
// then refuses the file everywhere ("Missing: … from lock file"). This adds what is missing by name, version and system,
// which is all that npm needs in order to pass over it, or to fetch it where it belongs.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./lib/repository.mjs";

const path = join(repository, "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isResolvable(parent, name)) continue;
    const system = systemOf(name);
    if (!system)
      throw new Error(`${name} is missing from the lock file, and its name does not tell its system`);
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version))
      throw new Error(`${name}@${version} is not an exact version`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...system,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(`${name}@${version}`);
  }
}
const root = lock.packages[""];
delete lock.packages[""];
lock.packages = { "": root, ...Object.fromEntries(Object.entries(lock.packages).sort(byPath)) };
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `Added:\n  ${added.join("\n  ")}` : "Nothing was missing.");

function isResolvable(parent, name) {
  // As Node looks for it: in the package's own node_modules, then in every one above.
  for (
    let folder = parent;
    folder !== "";
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    if (lock.packages[`${folder}/node_modules/${name}`]) return true;
  }
  return lock.packages[`node_modules/${name}`] !== undefined;
}

/** "@oxc-parser/binding-linux-arm64-musl" → os linux, cpu arm64, libc musl */
function systemOf(name) {
  const [, os, cpu, rest] =
    /(android|darwin|freebsd|linux|openharmony|win32|windows|netbsd|openbsd|sunos|aix)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)(?:-(.*))?$/.exec(
      name,
    ) ?? [];
  if (os) {
    const libc =
      rest === "musl" || rest === "musleabihf" ? ["musl"] : os === "linux" && rest ? ["glibc"] : undefined;
    return { cpu: [cpu], ...(libc ? { libc } : {}), os: [os === "windows" ? "win32" : os] };
  }
  return /wasm32/.test(name) ? { cpu: ["wasm32"] } : undefined;
}

function byPath([left], [right]) {
  return left.localeCompare(right, "en");
}
