import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const page = 4096;

/** What a process and all that it started hold at this moment: memory in bytes, threads. Those that ended meanwhile count nothing. */
export async function usageOf(pid: number): Promise<{ memory: number; threads: number }> {
  const total = { memory: 0, threads: 0 };
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      const [pages, threads] = await Promise.all([
        readFile(`/proc/${next}/statm`, "utf8"),
        readdir(`/proc/${next}/task`),
      ]);
      total.memory += Number(pages.split(" ")[1]) * page;
      total.threads += threads.length;
      for (const thread of threads) {
        const children = await readFile(`/proc/${next}/task/${thread}/children`, "utf8");
        waiting.push(...children.split(" ").filter(Boolean).map(Number));
      }
    } catch {
      // It has ended.
    }
  }
  return total;
}

/** The bytes of all files below a folder; links are not followed. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
