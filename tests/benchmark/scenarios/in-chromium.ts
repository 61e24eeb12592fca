import { rmSync } from "node:fs";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { Database } from "#core/db/index.ts";
import { testPassword } from "#tests/support/factories.ts";
import { findPlace } from "../drivers/chonai-place.ts";
import type { Measured } from "../harness/scenario.ts";
import { launch, makeDataFolder } from "../servers/chonai.ts";

/** What a scenario that starts its own server reports. */
export type AloneMeasured = Measured & { versions: Record<string, string>; settings: string };

let chromiumVersion = "";

/** A server of its own: `fill` writes what is to be looked at and says what is measured at its address. */
export async function withServer(
  fill: (
    database: Database,
    directory: string,
  ) => Promise<(origin: string) => Promise<Record<string, number>>>,
): Promise<AloneMeasured> {
  const directory = makeDataFolder();
  const server = await launch(directory);
  try {
    const place = findPlace(directory);
    const database = new Database(place.database("application"), {
      poolSize: 1,
      applicationName: "chonai benchmark",
    });
    const measure = await fill(database, directory);
    await database.close();
    return {
      figures: await measure(`http://${place.host}:${place.port}`),
      lost: 0,
      doubled: 0,
      missingInArchive: 0,
      details: {},
      versions: { node: process.versions.node, chromium: chromiumVersion },
      settings: "chonai start --empty; headless Chromium, 1366 × 768, no throttling",
    };
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The first of the benchmark's people at a terminal, signed in and past the introduction. */
export async function inChromium<T>(
  origin: string,
  work: (page: Page, devtools: CDPSession) => Promise<T>,
): Promise<T> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
  });
  chromiumVersion = browser.version();
  try {
    const context = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: "ja-JP",
      baseURL: origin,
    });
    await context.addInitScript(() => {
      if (location.protocol.startsWith("http")) localStorage.setItem("chonai.tour", "seen");
    });
    const page = await context.newPage();
    const answer = await context.request.post("/api/v1/sessions", {
      data: { loginId: "u1", password: testPassword },
      headers: { "X-Chonai-Client": "web", Origin: origin },
    });
    if (answer.status() !== 201) throw new Error(`not signed in: ${await answer.text()}`);
    return await work(page, await context.newCDPSession(page));
  } finally {
    await browser.close();
  }
}
