import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Run } from "./sandbox.ts";

const inside = fileURLToPath(new URL("../inside", import.meta.url));
/** The folder of packages that holds sharp, wherever the installation keeps it. */
const modules = dirname(dirname(dirname(createRequire(import.meta.url).resolve("sharp"))));

/** One of `inside/`'s programs as a run in the sandbox: with this very Node and the packages, read-only. */
export function nodeProgram(name: string, args: readonly string[], limits: Run["limits"]): Run {
  return {
    program: "/chonai/node",
    args: [
      "--disable-warning=ExperimentalWarning",
      `--max-old-space-size=${limits.memory}`,
      `/chonai/inside/${name}`,
      ...args,
    ],
    limits,
    mounts: [
      { from: process.execPath, to: "/chonai/node" },
      { from: inside, to: "/chonai/inside" },
      { from: modules, to: "/chonai/node_modules" },
    ],
    // libvips' threads and V8's: without this each takes as many as the machine has.
    environment: { UV_THREADPOOL_SIZE: "2", VIPS_CONCURRENCY: "1" },
  };
}
