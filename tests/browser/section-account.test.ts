import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPerson, testPassword } from "#tests/support/factories.ts";
import { lookAt, openBrowser, openDevice } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  const takahashi = await city.server.as(city.people.takahashi);
  const { sectionId } = (await takahashi.get("/api/v1/me")).body.person;
  for (const [name, kana] of [
    ["青木 一", "あおき はじめ"],
    ["石田 恵子", "いしだ けいこ"],
    ["上田 大介", "うえだ だいすけ"],
    ["遠藤 由美", "えんどう ゆみ"],
    ["大野 修", "おおの おさむ"],
    ["加藤 真理", "かとう まり"],
    ["木村 隆", "きむら たかし"],
  ] as const)
    await buildPerson(city.server.database, city.tenantId, { name, kana, sectionId });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

it("who sits at a section account is found by kana, shown in the head, changed without signing out, and asked after a pause", async () => {
  const { page, check, expectConsole, context } = await openDevice(browser, city.url("lgwan"));
  expectConsole(/status of 403/);
  await page.clock.install();
  await page.goto("/");
  await page.getByLabel("ログインID").fill(city.people.desk.loginId);
  await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByRole("searchbox", { name: "名前・カナで探す" }).fill("たかは");
  await page.getByRole("radio", { name: /髙橋 美咲/ }).check();
  expect(await page.getByRole("radio").count()).toBe(1);
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByRole("button", { name: "操作者 髙橋 美咲。押すと交代できます" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("いまは 髙橋 美咲 さんです。").waitFor();
  await dialog.getByRole("radio", { name: /石田 恵子/ }).check();
  await lookAt(page, "operator-dialog");
  await dialog.getByRole("button", { name: "交代する" }).click();
  await page.getByRole("button", { name: "操作者 石田 恵子。押すと交代できます" }).waitFor();
  await page.clock.fastForward("11:00");
  const question = page.getByRole("alertdialog");
  await question.getByText("操作しているのは 石田 恵子 さんですか").waitFor();
  await lookAt(page, "operator-guard");
  await question.getByRole("button", { name: "操作者を交代する" }).click();
  // Those who sat here last stand first.
  await page.getByText("最近の人").waitFor();
  expect(await page.getByRole("radio").first().getAttribute("name")).toBe("operator");
  await page
    .getByRole("dialog")
    .getByRole("radio", { name: /髙橋 美咲/ })
    .waitFor();
  check();
  await context.close();
});
