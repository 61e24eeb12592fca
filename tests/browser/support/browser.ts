import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { generateSync } from "otplib";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { expect } from "vitest";
import type { Zone } from "#core/policy/index.ts";
import { type BuiltPerson, testPassword } from "#tests/support/factories.ts";
import { type City, totpSecret } from "./city.ts";

const screenshots = join(dirname(fileURLToPath(import.meta.url)), "../screenshots");

export const sizes = {
  terminal: { width: 1366, height: 768 },
  chromebook: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

export type Device = {
  context: BrowserContext;
  page: Page;
  /** Fails if the page asked anything of another origin, broke the policy or logged an error. */
  check: () => void;
  /** Leaves out one expected console line from `check`, e.g. a refused request. */
  expectConsole: (words: RegExp) => void;
};

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A device with a clean browser. Everything it asks for is watched. */
export async function openDevice(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Device> {
  const context = await browser.newContext({
    viewport: sizes.terminal,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    baseURL: origin,
    ...options,
  });
  // The introduction stands in the way of everything; its own test takes this away.
  await context.addInitScript(() => {
    if (location.protocol.startsWith("http")) localStorage.setItem("chonai.tour", "seen");
  });
  const page = await context.newPage();
  const strangers: string[] = [];
  const errors: string[] = [];
  const expected: RegExp[] = [/net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED)/, /status of 401/];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "data:" && url.protocol !== "blob:")
      strangers.push(request.url());
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) strangers.push(socket.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.stack ?? String(error)));
  return {
    context,
    page,
    expectConsole: (words) => expected.push(words),
    check: () => {
      expect(strangers, "requests outside the installation").toEqual([]);
      expect(
        errors.filter((error) => !expected.some((words) => words.test(error))),
        "errors in the console",
      ).toEqual([]);
    },
  };
}

/** A device on which somebody is signed in already: what signing in leaves is put there, to save a password's time. */
export async function openSignedIn(
  browser: Browser,
  city: City,
  person: BuiltPerson,
  options: BrowserContextOptions & { zone?: Zone; path?: string } = {},
): Promise<Device> {
  const { zone = "lgwan", path = "/rooms", ...contextOptions } = options;
  const device = await openDevice(browser, city.url(zone), contextOptions);
  const answer = await device.context.request.post("/api/v1/sessions", {
    data: {
      loginId: person.loginId,
      password: testPassword,
      ...(zone === "internet" && { totp: await freshCode(person) }),
    },
    headers: { "X-Chonai-Client": "web", Origin: city.url(zone) },
  });
  if (answer.status() !== 201) throw new Error(`not signed in: ${await answer.text()}`);
  await device.page.goto(path);
  await device.page.getByRole("searchbox").first().waitFor();
  return device;
}

const used = new Map<string, string>();

/** A code that this person has not used yet: one works once, so that the next one may have to be waited for. */
export async function freshCode(person: { id: string }): Promise<string> {
  for (;;) {
    const code = generateSync({ secret: totpSecret });
    if (used.get(person.id) !== code) {
      used.set(person.id, code);
      return code;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export function pathOf(name: string): string {
  mkdirSync(screenshots, { recursive: true });
  return join(screenshots, `${name}.png`);
}

/** Leaves a picture in tests/browser/screenshots for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // Colours and dialogs fade in.
  await page.waitForTimeout(350);
  await page.screenshot({ path: pathOf(name) });
}

/** No finding of axe on what is shown now: WCAG 2.2 A and AA, and best practices. */
export async function expectAccessible(page: Page): Promise<void> {
  // What fades in has its colours when it is there; only what turns for ever is not waited for.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((each) => each.finished));
  });
  const { violations } = await new AxeBuilder({ page })
    .options({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    })
    .analyze();
  expect(
    violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.html.slice(0, 160)}`),
    })),
  ).toEqual([]);
}
