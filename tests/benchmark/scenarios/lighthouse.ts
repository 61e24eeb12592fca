import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { testPassword } from "#tests/support/factories.ts";
import { makeRooms, makeTown } from "../drivers/chonai-fixtures.ts";
import { userNames } from "../harness/driver.ts";
import { type AloneMeasured, withServer } from "./in-chromium.ts";

const version = "13.5.0";
/** 176 MB that nothing but this needs: it is installed here when it is asked for, not with the program. */
const folder = join(import.meta.dirname, "../../../.cache/lighthouse");
const runsOfEach = 5;

type Result = {
  lhr: {
    categories: Record<string, { score: number | null; auditRefs: { id: string }[] }>;
    audits: Record<string, { score: number | null; numericValue?: number; title: string }>;
    environment: { benchmarkIndex: number };
  };
};
type Lighthouse = (url: string, flags: Record<string, unknown>) => Promise<Result>;

/**
 * Lighthouse's own phone profile (a Moto G Power, slow 4G, a processor slowed down four times, simulated) on the sign-in page
 * and on a chat room, each loaded with an empty cache. Scores of 100; times in ms; the median of five runs by its performance.
 */
export async function measureLighthouse(): Promise<AloneMeasured> {
  const lighthouse = await loadLighthouse();
  const measured = await withServer(async (database) => {
    const users = userNames(20);
    const town = await makeTown(database, users);
    await makeRooms(
      database,
      town,
      Array.from({ length: 30 }, (_, index) => ({
        name: `第${index + 1}回 庁舎整備検討会 連絡用`,
        members: users,
        messages: 60,
      })),
    );
    return (origin) => measure(origin, lighthouse);
  });
  return { ...measured, settings: `lighthouse ${version}, its phone profile; ${measured.settings}` };
}

async function measure(origin: string, lighthouse: Lighthouse): Promise<Record<string, number>> {
  const port = await freePort();
  const profile = join(tmpdir(), `chonai-lighthouse-${port}`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
    locale: "ja-JP",
    baseURL: origin,
  });
  try {
    const look = async (path: string) => {
      const results: Result[] = [];
      for (let run = 0; run < runsOfEach; run++)
        results.push(
          await lighthouse(`${origin}${path}`, {
            port,
            output: "json",
            logLevel: "error",
            onlyCategories: ["performance", "accessibility", "best-practices"],
            // A new visitor's device, but signed in.
            clearStorageTypes: ["cache_storage", "service_workers", "indexeddb", "shader_cache", "websql"],
          }),
        );
      return results.toSorted((a, b) => scoreOf(a, "performance") - scoreOf(b, "performance"))[
        Math.floor(results.length / 2)
      ]!;
    };
    const signIn = await look("/");
    const answer = await context.request.post("/api/v1/sessions", {
      data: { loginId: "u1", password: testPassword },
      headers: { "X-Chonai-Client": "web", Origin: origin },
    });
    if (answer.status() !== 201) throw new Error(`not signed in: ${await answer.text()}`);
    const page = await context.newPage();
    await page.goto("/rooms");
    await page.evaluate(() => localStorage.setItem("chonai.tour", "seen"));
    const room = await page.locator('a[href^="/rooms/"]').first().getAttribute("href");
    await page.close();
    const chat = await look(room!);
    return { ...figuresOf("signIn", signIn), ...figuresOf("chat", chat) };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const scoreOf = ({ lhr }: Result, category: string) =>
  Math.round((lhr.categories[category]?.score ?? 0) * 100);

function figuresOf(name: string, result: Result): Record<string, number> {
  const { audits, categories, environment } = result.lhr;
  const ms = (audit: string) => Math.round(audits[audit]?.numericValue ?? Number.NaN);
  for (const category of ["accessibility", "best-practices"])
    for (const { id } of categories[category]!.auditRefs) {
      const { score, title } = audits[id]!;
      if (score !== null && score < 1) process.stderr.write(`${name}, ${category}: ${id} (${title})\n`);
    }
  return {
    [`${name}Performance`]: scoreOf(result, "performance"),
    [`${name}Accessibility`]: scoreOf(result, "accessibility"),
    [`${name}BestPractices`]: scoreOf(result, "best-practices"),
    [`${name}FirstContentfulPaint`]: ms("first-contentful-paint"),
    [`${name}LargestContentfulPaint`]: ms("largest-contentful-paint"),
    [`${name}TotalBlockingTime`]: ms("total-blocking-time"),
    [`${name}SpeedIndex`]: ms("speed-index"),
    [`${name}LayoutShift`]: audits["cumulative-layout-shift"]?.numericValue ?? Number.NaN,
    [`${name}MachineIndex`]: Math.round(environment.benchmarkIndex),
  };
}

async function loadLighthouse(): Promise<Lighthouse> {
  const entry = join(folder, "node_modules/lighthouse/core/index.js");
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", `lighthouse@${version}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  const { default: lighthouse } = (await import(pathToFileURL(entry).href)) as { default: Lighthouse };
  return lighthouse;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
