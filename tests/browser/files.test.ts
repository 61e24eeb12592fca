import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectAccessible, lookAt, openBrowser, openSignedIn, picture } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

const message = (page: Page, words: string) => page.getByRole("article").filter({ hasText: words });

it("attaches a file, sends it, reads its pages and finds it among the room's files", async () => {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup([city.people.suzuki.id], "資料の試験");
  const device = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${room.id}` });
  const { page } = device;
  await page.locator("input[data-attach]").setInputFiles({
    name: "令和8年度 予算書（案）.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from(`%PDF-1.7 ${"予算".repeat(2000)}`),
  });
  await page.getByText("送信できます").waitFor();
  await page.getByRole("button", { name: "送信する", exact: true }).click();
  const card = page.getByRole("region", { name: "ファイル 令和8年度 予算書（案）.pdf" });
  await card.getByText("検査済み").waitFor();
  await card.getByRole("link", { name: "令和8年度 予算書（案）.pdf を開く" }).waitFor();
  expect(await message(page, "（ファイル）").count()).toBe(0);
  await picture(page, "files-message");
  await expectAccessible(page);

  await card.getByRole("link", { name: "令和8年度 予算書（案）.pdf を開く" }).click();
  await page.getByText("1 / 3 ページ").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText("2 / 3 ページ").waitFor();
  await page.getByRole("img", { name: "令和8年度 予算書（案）.pdf の 2 ページ目" }).waitFor();
  await lookAt(page, "/files/$fileId");
  await page.getByRole("button", { name: "資料に戻る" }).click();

  await page.getByRole("button", { name: "資料", exact: true }).click();
  const panel = page.getByRole("complementary", { name: "資料" });
  await panel.getByText("令和8年度 予算書（案）.pdf").waitFor();
  await panel.getByRole("searchbox", { name: "ファイル名で探す" }).fill("ヨサン");
  await panel.getByText("見つかりませんでした").waitFor();
  await panel.getByRole("searchbox", { name: "ファイル名で探す" }).fill("予算");
  await panel.getByText("令和8年度 予算書（案）.pdf").waitFor();
  await lookAt(page, "files-panel");
  device.check();
});
