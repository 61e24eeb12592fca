import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BuiltPerson } from "#tests/support/factories.ts";
import { buildWorkbook } from "#tests/support/workbook.ts";
import { expectAccessible, lookAt, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildAdministrator, buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let administrator: BuiltPerson;

beforeAll(async () => {
  city = await buildCity();
  administrator = await buildAdministrator(city);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

const sections = "組織コード,名称\r\n900000,こども未来部\r\n900100,保育課\r\n";
const heading = "職員番号,氏名,カナ,所属コード,役職,ログインID,アカウント区分\r\n";
const rows = (code: string) =>
  `900001,青木 翔,アオキ ショウ,${code},課長,aoki,在宅勤務職員\r\n900002,𠮷田 葵,ヨシダ アオイ,900100,主事,,\r\n`;

async function choose(page: Page, people: { name: string; buffer: Buffer }): Promise<void> {
  await page
    .getByLabel("職員の一覧", { exact: true })
    .setInputFiles({ mimeType: "application/octet-stream", ...people });
  await page
    .getByLabel("組織の一覧", { exact: true })
    .setInputFiles({ name: "組織.csv", mimeType: "text/csv", buffer: Buffer.from(sections) });
  await page.getByRole("button", { name: "内容を確認する" }).press("Enter");
}

it("an administrator imports April's list: errors, corrected, confirmed, passwords; then Excel; then undone", async () => {
  const { page, check } = await openSignedIn(browser, city, administrator, { path: "/people" });
  await page.getByRole("link", { name: "名簿の取込" }).press("Enter");
  await page.getByText("まだ取り込んだことはありません。").waitFor();
  const [book] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "記入用のブック（Excel）" }).press("Enter"),
  ]);
  expect(book.suggestedFilename()).toBe("名簿の記入用.xlsx");
  await lookAt(page, "/people/imports");

  await choose(page, { name: "四月.csv", buffer: Buffer.from(heading + rows("900109")) });
  await page.getByText("職員 D2").waitFor();
  await page.getByText(/誤りが 1件あるため/).waitFor();
  await lookAt(page, "/people/imports/$importId", "errors");

  await page.getByRole("link", { name: "直したファイルを選ぶ" }).press("Enter");
  await choose(page, { name: "四月.csv", buffer: Buffer.from(heading + rows("900100")) });
  const confirm = page.getByRole("button", { name: "追加 2人・変更 0人・終了 0人で取り込む" });
  await confirm.waitFor();
  await page.setViewportSize(sizes.chromebook);
  await lookAt(page, "/people/imports/$importId", "check");
  await confirm.press("Enter");
  await page.getByText("取り込みました。").waitFor();
  await lookAt(page, "/people/imports/$importId", "done");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV で保存する" }).click(),
  ]);
  const saved = readFileSync(await download.path(), "utf8");
  expect(saved.startsWith("\ufeff")).toBe(true);
  expect(saved).toMatch(/"aoki","青木 翔","保育課","[a-z2-9]{4}(-[a-z2-9]{4}){3}"/);

  // The tree beside it has heard of the new sections over the stream.
  await page.getByRole("treeitem", { name: /保育課 2人/ }).waitFor();

  await page.getByRole("link", { name: "取込の一覧にもどる" }).click();
  const workbook = buildWorkbook({
    職員: [
      ["職員番号", "氏名", "カナ", "所属コード", "役職", "勤務場所"],
      ["900001", "青木 翔", "アオキ ショウ", "900000", "部長", "第二庁舎"],
    ],
  });
  await choose(page, { name: "異動.xlsx", buffer: workbook });
  await page.getByText("所属：保育課 → こども未来部").waitFor();
  await page.setViewportSize(sizes.phone);
  await picture(page, "import-moves-390");
  await expectAccessible(page);
  await page.getByRole("button", { name: /追加 0人・変更 1人・終了 0人で取り込む/ }).click();
  await page.getByText("取り込みました。").waitFor();
  await page.getByRole("button", { name: "この取込を取り消す" }).click();
  await page.getByText(/変わった 1人と組織 0件は取り込む前の内容に戻ります/).waitFor();
  await lookAt(page, "import-view");
  await page.getByRole("button", { name: "取り消して元に戻す" }).click();
  await page.getByText("取り消して、取り込む前の内容に戻しました。").waitFor();
  const client = await city.server.as(administrator);
  const found = await client.get(`/api/v1/people?q=${encodeURIComponent("青木")}`);
  expect(found.body.items[0].sectionName).toBe("保育課");
  check();
  await page.context().close();
});

it("an import is booked for a day, listed and dropped", async () => {
  const { page, check } = await openSignedIn(browser, city, administrator, { path: "/people/imports" });
  await page.getByLabel("取り込む日").fill("2099-04-01");
  await choose(page, {
    name: "来年度.csv",
    buffer: Buffer.from(`${heading}900003,来年 度,ライネン ド,900100,主事,,\r\n`),
  });
  await page.getByRole("button", { name: /に取り込む予約をする/ }).click();
  await page.getByText(/の0時に自動で取り込みます。それまでは/).waitFor();
  await picture(page, "import-booked-1366");
  await expectAccessible(page);
  await page.getByRole("button", { name: "取りやめる" }).click();
  await page.getByText("取りやめました。名簿は変わっていません。").waitFor();
  check();
  await page.context().close();
});

it("an administrator enters a move for April, which only administrators see until then", async () => {
  const { page, check } = await openSignedIn(browser, city, administrator, {
    path: `/people/${city.people.suzuki.id}`,
  });
  await page.getByRole("button", { name: "変更する" }).press("Enter");
  await page.getByLabel("内線", { exact: true }).fill("2345");
  await page.getByRole("button", { name: "氏名と連絡先を保存する" }).press("Enter");
  await page.getByText("変更しました。").waitFor();
  await page.getByText("2345").waitFor();
  await page.getByRole("button", { name: "変更する" }).press("Enter");
  await page.getByLabel("発令日").fill("2099-04-01");
  await page.getByLabel("所属", { exact: true }).selectOption({ label: "財政課" });
  await page.getByLabel("役職", { exact: true }).fill("部長");
  await lookAt(page, "edit-person-dialog");
  await page.setViewportSize(sizes.phone);
  await picture(page, "edit-person-390");
  await page.getByRole("button", { name: "異動・兼務を登録する" }).click();
  await page.getByText("今後の予定（管理者だけに表示）").waitFor();
  check();
  await page.context().close();
});
