import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { planAsInThePaper } from "#core/licences/index.ts";
import { buildPerson } from "#tests/support/factories.ts";
import { expectAccessible, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City, totpSecret } from "./support/city.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  await planAsInThePaper(city.server.database, city.tenantId, new Date());
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

it("the paper's figure stands there, follows what is tried, and is kept with a reason", async () => {
  const administrator = await buildPerson(city.server.database, city.tenantId, {
    name: "田村 誠",
    kana: "たむら まこと",
    isAdministrator: true,
    totp: { keyring: city.server.keyring, secret: totpSecret },
  });
  const { page, check, context } = await openSignedIn(browser, city, administrator);
  await page.goto("/administration/licences");
  await page.getByText("2,314,620円", { exact: true }).waitFor();
  await page.getByText("439〜500アカウントは、501アカウントより割高です。").waitFor();
  for (const [name, size] of [
    ["1366", sizes.terminal],
    ["390", sizes.phone],
  ] as const) {
    await page.setViewportSize(size);
    await picture(page, `licences-${name}`);
    await expectAccessible(page);
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overhang).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(sizes.terminal);
  // One account fewer costs more.
  const sections = page.getByRole("textbox", { name: "所属の契約数" });
  await sections.fill("195");
  await page.getByText("2,640,000円", { exact: true }).waitFor();
  await sections.fill("133");
  await page.getByText("2,312,640円", { exact: true }).waitFor();
  await page.getByRole("button", { name: "契約数を保存する" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "保存する" }).click();
  await dialog.getByText("理由を入力してください。").waitFor();
  await dialog.getByLabel("理由").fill("審査の意見による見直し");
  await dialog.getByRole("button", { name: "保存する" }).click();
  await page.getByText("審査の意見による見直し").waitFor();
  await page.getByRole("button", { name: "料金表を変更する" }).click();
  await picture(page, "licences-prices-1366");
  await expectAccessible(page);
  check();
  await context.close();
});
