import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const repository = join(import.meta.dirname, "..", "..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "chonai-launcher-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("Only one launcher at a time does the work, also when a lock was left by one that died", async () => {
  const lock = join(folder, "lock");
  // Left by a process whose number somebody else has now.
  writeFileSync(lock, JSON.stringify({ pid: process.pid, started: "0" }));
  const worker = script(`
    import { onlyOne } from "${repository}/launcher/lib/only-one.mjs";
    import { appendFileSync } from "node:fs";
    await onlyOne("${lock}", async () => {
      appendFileSync("${folder}/order", "in ");
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync("${folder}/order", "out ");
    });
  `);
  const workers = [1, 2, 3, 4].map(() => end(spawn(process.execPath, [worker])));
  expect(await Promise.all(workers)).toEqual([0, 0, 0, 0]);
  expect(readFileSync(join(folder, "order"), "utf8")).toBe("in out ".repeat(4));
});

test("The program's exit code and its own way of stopping reach the one who started it", async () => {
  const entry = join(folder, "entry.ts");
  writeFileSync(
    entry,
    `process.on("SIGTERM", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [join(repository, "launcher", "run.mjs"), entry], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  child.kill("SIGTERM");
  expect(await end(child)).toBe(7);
});

test("A part that does not exist is refused, not passed over", async () => {
  const child = spawn(process.execPath, [join(repository, "launcher", "test.mjs"), "no-such-part"], {
    stdio: "ignore",
  });
  expect(await end(child)).toBe(1);
});

function script(text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "worker.mjs");
  writeFileSync(path, text);
  return path;
}

function end(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}
