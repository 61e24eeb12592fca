import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";
import { composer } from "./support/rooms.ts";
import { webRoot } from "./support/web-root.ts";

let city: City;
let browser: Browser;
let root: string;

beforeAll(async () => {
  // A copy, so that a new version can be put there.
  root = mkdtempSync(join(tmpdir(), "chonai-web-"));
  cpSync(webRoot(), root, { recursive: true });
  city = await buildCity({ webRoot: root });
  browser = await openBrowser({ keepsApp: true });
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
  rmSync(root, { recursive: true, force: true });
});

const untilControlled = (page: Page) =>
  expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: 30_000 })
    .toBe("activated");

/** How many unsent messages and drafts are on the device's disk. */
async function countKept(): Promise<number[]> {
  const [found] = await indexedDB.databases();
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(found!.name!);
    opening.onsuccess = () => resolve(opening.result);
  });
  const count = (table: string) =>
    new Promise<number>((resolve) => {
      const counting = database.transaction(table).objectStore(table).count();
      counting.onsuccess = () => resolve(counting.result);
    });
  const counts = [await count("outbox"), await count("drafts")];
  database.close();
  return counts;
}

it("is opened without a network, with drafts and unsent messages, and sends them later", async () => {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup([city.people.suzuki.id], "避難所の連絡");
  const other = await api.createGroup([city.people.suzuki.id], "当直の引き継ぎ");
  const device = await openSignedIn(browser, city, city.people.suzuki, {
    zone: "internet",
    viewport: sizes.phone,
  });
  const { page, context } = device;
  device.expectConsole(/Failed to load resource|WebSocket connection/);
  await page.goto(`/rooms/${room.id}`);
  await composer(page).waitFor();
  await untilControlled(page);

  await context.setOffline(true);
  await composer(page).fill("北小学校に20人が避難しています");
  await page.getByRole("button", { name: "送信する" }).click();
  await page.getByText("北小学校に20人が避難しています").waitFor();
  await composer(page).fill("書きかけの文");
  await expect.poll(() => page.evaluate(countKept), { timeout: 20_000 }).toEqual([1, 1]);
  await page.reload();
  await page.getByText("北小学校に20人が避難しています").waitFor();
  await expect.poll(() => composer(page).inputValue(), { timeout: 20_000 }).toBe("書きかけの文");
  await picture(page, "offline-reload-390");
  // Another address without a network is the same application.
  await page.goto(`/rooms/${other.id}`);
  await page.getByRole("heading", { name: "当直の引き継ぎ" }).waitFor();

  await context.setOffline(false);
  await expect
    .poll(
      async () =>
        (await api.get(`/api/v1/rooms/${room.id}/messages`)).body.items.map(
          (message: { body: string }) => message.body,
        ),
      { timeout: 60_000 },
    )
    .toEqual(["北小学校に20人が避難しています"]);
  device.check();

  // Nothing that belongs to the account is in the worker's caches, and nothing at all is left after signing out.
  const cached = await page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
    return paths;
  });
  expect(cached.filter((path) => !/^\/($|assets\/|icons\/)/.test(path))).toEqual([]);
  await page.goto("/rooms");
  await page.getByRole("button", { name: /^アカウント/ }).click();
  await page.getByRole("menuitem", { name: "ログアウト" }).click();
  await page.getByLabel("ログインID").or(page.getByRole("alertdialog")).first().waitFor();
  if (await page.getByRole("alertdialog").isVisible())
    await page.getByRole("alertdialog").getByRole("button").nth(1).click();
  await page.getByLabel("ログインID").waitFor();
  await context.setOffline(true);
  await page.goto("/rooms");
  await page.getByText("サーバーにつながりません").waitFor();
  expect(await page.evaluate(() => localStorage.getItem("chonai.account"))).toBeNull();
  await context.close();
});

it("tells quietly of a new version and takes it when asked, with the draft as it was", async () => {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup([city.people.takahashi.id], "更新の確認");
  const { page, context, check } = await openSignedIn(browser, city, city.people.takahashi, {
    path: `/rooms/${room.id}`,
  });
  await untilControlled(page);
  await composer(page).fill("書きかけです");
  const worker = join(root, "service-worker.js");
  for (const packed of [".br", ".gz"]) rmSync(worker + packed, { force: true });
  appendFileSync(worker, "\n// the next version\n");
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByText("新しい版があります").waitFor();
  await picture(page, "update-ready-1366");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "更新する" }).click()]);
  await expect.poll(() => composer(page).inputValue(), { timeout: 20_000 }).toBe("書きかけです");
  expect(await page.getByText("新しい版があります").count()).toBe(0);
  check();
  await context.close();
});
