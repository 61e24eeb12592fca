import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { generateSync } from "otplib";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { expect } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import type { Zone } from "#core/policy/index.ts";
import { type BuiltPerson, testPassword } from "#tests/support/factories.ts";
import { type City, totpSecret } from "./city.ts";

const screenshots = join(dirname(fileURLToPath(import.meta.url)), "../screenshots");

export const sizes = {
  terminal: { width: 1366, height: 768 },
  chromebook: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  /** What is left of a terminal's page at 200 %. */
  twice: { width: 683, height: 384 },
} as const;

/** A phone in the hand, by its touch alone. */
export const phone = { viewport: sizes.phone, hasTouch: true, isMobile: true } as const;

/** The devices that are in use now. A test that failed leaves its own behind. */
const open = new Set<BrowserContext>();

/** What stands on the screens of a test that failed, in words; then they are closed, for they go on working. */
export async function clearAwayDevices(): Promise<string> {
  const said: string[] = [];
  for (const context of open) {
    for (const page of context.pages()) {
      const words = await page
        .locator("body")
        .ariaSnapshot({ timeout: 5000 })
        .catch((error: unknown) => String(error));
      said.push(`${page.url()}\n${words.slice(0, 4000)}`);
    }
    await context.close().catch(() => {});
  }
  open.clear();
  return said.join("\n\n");
}

export type Device = {
  context: BrowserContext;
  page: Page;
  /** Fails if the page asked anything of another origin, broke the policy or logged an error. */
  check: () => void;
  /** Leaves out one expected console line from `check`, e.g. a refused request. */
  expectConsole: (words: RegExp) => void;
};

const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** Browsers whose devices keep the application. */
const keeping = new WeakSet<Browser>();
const shellPath = "/usr/bin/chromium-headless-shell";

/**
 * Chromium, in Debian's form without windows of its own where it is there: the same engine with 40 % less work.
 * `whole` is the browser that people use, with all that only it has, such as notifications; `keepsApp` has service workers,
 * which keep the application on the device: a fifth of the work of every new device, and only what happens without a network
 * needs it.
 */
export async function openBrowser({
  whole = false,
  keepsApp = whole,
}: {
  whole?: boolean;
  keepsApp?: boolean;
} = {}): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: !whole && existsSync(shellPath) ? shellPath : chromiumPath,
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
  if (keepsApp) keeping.add(browser);
  return browser;
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
  if (!keeping.has(browser))
    await context.addInitScript(() => {
      // As in a private window of Firefox: there is no such thing.
      Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
    });
  // The introduction stands in the way of everything; its own test takes this away.
  await context.addInitScript(() => {
    if (location.protocol.startsWith("http")) localStorage.setItem("chonai.tour", "seen");
  });
  open.add(context);
  context.on("close", () => open.delete(context));
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
      ...(zone === "internet" && { totp: await freshCode(city, person) }),
    },
    headers: { "X-Chonai-Client": "web", Origin: city.url(zone) },
  });
  if (answer.status() !== 201) throw new Error(`not signed in: ${await answer.text()}`);
  await device.page.goto(path);
  await device.page.getByRole("searchbox").first().waitFor();
  return device;
}

/** A code that works now: as if this person's last one were long past, for one works once and the next takes half a minute. */
export async function freshCode(city: City, person: { id: string }): Promise<string> {
  await city.server.database.transaction(scopeOf(city.tenantId), (tx) =>
    tx.run(build.updateTable("account").set({ totp_last_step: 0 }).where("id", "=", person.id)),
  );
  return generateSync({ secret: totpSecret });
}

export function pathOf(name: string): string {
  mkdirSync(screenshots, { recursive: true });
  return join(screenshots, `${name}.png`);
}

/** Leaves a picture in tests/browser/screenshots for people to look at, where they are wanted (`CHONAI_PICTURES=1`). */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.CHONAI_PICTURES) return;
  await page.evaluate(() => document.fonts.ready);
  await untilStill(page);
  await page.screenshot({ path: pathOf(name) });
}

/**
 * Colours and dialogs fade in; only what turns for ever is not waited for. What is coming or going hides the page behind it from
 * screen readers already, or still, without being there to be seen: axe would miss the page's heading and its main part.
 */
async function untilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector("[data-entering],[data-exiting]"));
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (;;) {
      await frame();
      await frame();
      const ending = document
        .getAnimations()
        .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      if (ending.length === 0) return;
      await Promise.allSettled(ending.map((each) => each.finished));
    }
  });
}

/** No finding of axe on what is shown now: WCAG 2.2 A and AA, and best practices; or of one of its rules alone. */
export async function expectAccessible(page: Page, rule?: string): Promise<void> {
  await untilStill(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (rule) => {
    // Behind a dialog the page is hidden from screen readers, and its heading and main part with it. axe only guesses that.
    const isBehind = document.querySelector("main")?.closest('[aria-hidden="true"],[inert]') != null;
    const ofTheWholePage = { enabled: !isBehind };
    const { violations } = await (window as unknown as { axe: typeof import("axe-core") }).axe.run({
      resultTypes: ["violations"],
      runOnly: rule
        ? { type: "rule", values: [rule] }
        : {
            type: "tag",
            values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          },
      ...(!rule && {
        rules: { "landmark-one-main": ofTheWholePage, "page-has-heading-one": ofTheWholePage },
      }),
    });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.html.slice(0, 160)}`),
    }));
  }, rule);
  expect(violations).toEqual([]);
}

/** Nothing is wider than the screen: neither the page nor a part of it. A wide table, or code in a message, scrolls by itself. */
export async function expectNoSidewaysScroll(page: Page, where = page.url()): Promise<void> {
  const wide = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth - innerWidth,
    parts: [...document.querySelectorAll<HTMLElement>("main, section, nav, header, form")]
      .filter(
        (part) =>
          part.scrollWidth > part.clientWidth + 1 &&
          getComputedStyle(part).overflowX !== "hidden" &&
          !part.closest("article") &&
          !(part.tabIndex === 0 && part.querySelector("table")),
      )
      .map((part) => `${part.tagName} ${part.className}`.slice(0, 100)),
  }));
  expect(wide, where).toEqual({ page: expect.toSatisfy((over: number) => over <= 0), parts: [] });
}

/**
 * Looks at a screen in every way in which it is used, with axe and with pictures for people: a terminal, a small laptop in dark
 * colours, a phone, high contrast, and twice the size. tests/architecture/screens.test.ts asks for each screen by this name
 * (`tests/support/every-screen.ts`). `state` tells pictures of one screen apart.
 */
export async function lookAt(page: Page, screen: string, state = ""): Promise<void> {
  await expectShown(page, screen);
  const name = `${screen.replace(/^\//, "").replaceAll("/$", "-").replaceAll("/", "-")}${state && `-${state}`}`;
  const before = page.viewportSize()!;
  const theme = await page.evaluate(() => document.documentElement.dataset.theme);
  // Colours would fade from one theme to the next.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const show = async (size: { width: number; height: number }, theme: string) => {
    await page.setViewportSize(size);
    await page.evaluate((theme) => {
      document.documentElement.dataset.theme = theme;
    }, theme);
  };
  await show(sizes.terminal, "light");
  await picture(page, `${name}-1366`);
  await expectAccessible(page);
  await show(sizes.chromebook, "dark");
  await picture(page, `${name}-dark-1280`);
  await expectAccessible(page, "color-contrast");
  await show(sizes.twice, "contrast");
  await picture(page, `${name}-contrast-twice`);
  await expectNoSidewaysScroll(page, `${name}, twice the size`);
  await show(sizes.phone, "light");
  await picture(page, `${name}-390`);
  await expectNoSidewaysScroll(page, `${name}, phone`);
  await expectAccessible(page);
  await page.setViewportSize(before);
  await page.emulateMedia({ reducedMotion: null });
  await page.evaluate((theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }, theme);
}

/** A name proves something only when the screen is there: its code may have to be fetched first. */
async function expectShown(page: Page, screen: string): Promise<void> {
  if (screen.startsWith("/")) {
    const pattern = new RegExp(`^${screen.replaceAll(/\$\w+/g, "[^/]+")}$`);
    await page.waitForURL(({ pathname }) => pattern.test(pathname));
  } else if (/-dialog$/.test(screen))
    await page.locator('[role="dialog"],[role="alertdialog"]').first().waitFor();
}
