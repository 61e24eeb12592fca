import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPerson, testPassword } from "#tests/support/factories.ts";
import {
  type Device,
  expectAccessible,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  sizes,
} from "./support/browser.ts";
import { buildAdministrator, buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let administrator: BuiltPerson;
let desk: Device;

beforeAll(async () => {
  city = await buildCity();
  administrator = await buildAdministrator(city);
  browser = await openBrowser();
  desk = await openSignedIn(browser, city, administrator);
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

/** Reads a text to its end, as one does with the End key. */
async function readToEnd(page: Page) {
  await page.getByRole("region", { name: "庁内チャット運用ルール（職員）" }).focus();
  await page.keyboard.press("End");
}

it("rules are drafted from the template, looked at and published; who writes is asked and loses nothing", async () => {
  const reader = await openSignedIn(browser, city, city.people.sato);
  const room = await (await city.server.as(city.people.sato)).createGroup([city.people.suzuki.id], "連絡");
  await reader.page.goto(`/rooms/${room.id}`);
  const composer = reader.page.getByRole("textbox", { name: /メッセージ/ }).first();
  await composer.fill("書きかけの文です");

  const { page } = desk;
  await page.goto("/administration/rules");
  await page.getByRole("button", { name: "ひな形から下書きを作る" }).click();
  await page.getByRole("button", { name: "表示を確かめる" }).click();
  await page.getByRole("heading", { name: "1. 使い方の基本" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "下書きを保存する" }).click();
  await page.getByText("下書き", { exact: true }).waitFor();
  await page.getByRole("button", { name: "公開する" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "公開する" }).click();
  await dialog.getByText("理由を入力してください。").waitFor();
  await dialog.getByLabel("理由").fill("令和8年度の運用開始");
  await lookAt(page, "publish-dialogs");
  await dialog.getByRole("button", { name: "公開する" }).click();
  // Who publishes is on the staff as well, and asked at once.
  await page.getByRole("dialog").getByRole("button", { name: "あとで読む" }).click();
  await page.getByText("有効", { exact: true }).waitFor();

  const gate = reader.page.getByRole("dialog");
  const agree = gate.getByRole("button", { name: "同意する" });
  await agree.waitFor();
  expect(await agree.isDisabled()).toBe(true);
  await lookAt(reader.page, "rules-gate");
  await gate.getByRole("button", { name: "あとで読む" }).click();
  await reader.page.getByText("運用ルールへの同意がまだです").waitFor();
  await expectAccessible(reader.page);
  expect(await composer.inputValue()).toBe("書きかけの文です");

  // Asked once more, the text is in front again.
  await page.getByRole("button", { name: "同意の状況" }).click();
  await page.getByText(/\d人のうち 0人が同意しました/).waitFor();
  await page.getByRole("button", { name: "まだの人に知らせる", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "あとで読む" }).click();
  await page.getByText("財政課", { exact: true }).waitFor();
  await expectAccessible(page);
  await reader.page.getByRole("dialog").waitFor();
  await readToEnd(reader.page);
  await agree.click();
  await reader.page.getByText("同意を記録しました").waitFor();
  await reader.page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await composer.inputValue()).toBe("書きかけの文です");
  await reader.page.goto("/settings/rules");
  await reader.page.getByText(/に同意しました。/).waitFor();
  reader.check();
  desk.check();
  await reader.context.close();
});

it("the rules are read under 設定 and kept under 管理, at every size", async () => {
  const { page, check, context } = await openSignedIn(browser, city, city.people.sato);
  await page.goto("/settings/rules");
  await page.getByText(/に同意しました。/).waitFor();
  await lookAt(page, "/settings/rules");
  check();
  await context.close();
  await desk.page.goto("/administration/rules");
  await desk.page.getByRole("dialog").getByRole("button", { name: "あとで読む" }).click();
  await desk.page.getByText("有効", { exact: true }).waitFor();
  await lookAt(desk.page, "/administration/rules");
  await desk.page.getByRole("button", { name: "内容を見る" }).click();
  await lookAt(desk.page, "texts-view");
  desk.check();
});

it("signing in goes on after the rules were read to the end", async () => {
  const { suzuki } = city.people;
  const { page, check, expectConsole, context } = await openDevice(browser, city.url("lgwan"), {
    viewport: sizes.phone,
  });
  expectConsole(/status of 403/);
  await page.goto("/");
  await page.getByLabel("ログインID").fill(suzuki.loginId);
  await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
  await page.getByRole("button", { name: "ログインする" }).click();
  const agree = page.getByRole("button", { name: "同意してログインする" });
  await agree.waitFor();
  expect(await agree.isDisabled()).toBe(true);
  await lookAt(page, "rules-sheet");
  await readToEnd(page);
  await agree.click();
  await page.getByRole("searchbox").first().waitFor();
  check();
  await context.close();
});
