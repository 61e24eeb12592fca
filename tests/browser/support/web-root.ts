import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
let isBuilt = false;

/** The built web client; built here when it is missing or older than its source, so that a test never sees an old one. */
export function webRoot(): string {
  const out = join(root, "dist/web");
  const index = join(out, "index.html");
  if (!isBuilt && (!existsSync(index) || newestSource() > statSync(index).mtimeMs))
    execFileSync(
      process.execPath,
      [
        join(root, "node_modules/vite/bin/vite.js"),
        "build",
        "-c",
        "web/vite.config.ts",
        "--logLevel",
        "warn",
      ],
      // Vitest's NODE_ENV would build React for development, four times as large and not what people get.
      { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NODE_ENV: "production" } },
    );
  isBuilt = true;
  return out;
}

function newestSource(): number {
  let newest = 0;
  for (const folder of ["web", "shared", "capabilities", "core"])
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (
        !entry.isFile() ||
        !/\.(tsx?|css|html|svg|png|webmanifest)$/.test(entry.name) ||
        entry.name.endsWith(".test.ts")
      )
        continue;
      const path = join(entry.parentPath, entry.name);
      if (folder === "web" || folder === "shared" || /[\\/]web[\\/]/.test(path))
        newest = Math.max(newest, statSync(path).mtimeMs);
    }
  return newest;
}
