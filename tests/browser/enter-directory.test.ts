import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import type { BuiltPerson } from "#tests/support/factories.ts";
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

it("an administrator adds a guest by hand: what is wrong is said above the button, then confirmed, with a first password", async () => {
  const { page, check } = await openSignedIn(browser, city, administrator, { path: "/people" });
  await page.getByRole("button", { name: "人を加える" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "人を加える" });
  await dialog.waitFor();
  await lookAt(page, "add-person-dialog");
  await dialog.getByLabel("種類").selectOption({ label: "ゲスト（委託先など、庁外の人）" });
  await dialog.getByLabel("職員番号（ゲストなどは、決めた番号）").fill("G101");
  await dialog.getByLabel("氏名").fill("外部 太郎");
  await dialog.getByLabel("会社名・団体名").fill("みなと施設管理株式会社");
  await dialog.getByLabel("担当の職員の職員番号").fill("999999");
  await dialog.getByLabel("ログインID").fill("gaibu");
  await dialog.getByRole("button", { name: "内容を確認する" }).press("Enter");
  await dialog.getByText(/担当職員番号：担当職員番号「999999」の職員がいません/).waitFor();
  await dialog.getByText(/有効期限：ゲストには「有効期限」が必要です/).waitFor();
  await page.setViewportSize(sizes.phone);
  await lookAt(page, "enter-form");
  await page.setViewportSize(sizes.chromebook);

  const sponsor = await (await city.server.as(administrator)).get(`/api/v1/people/${city.people.sato.id}`);
  await dialog.getByLabel("担当の職員の職員番号").fill(sponsor.body.number);
  await dialog.getByLabel("有効期限（この日まで）").fill("2099-03-31");
  await dialog.getByRole("button", { name: "内容を確認する" }).press("Enter");
  const confirm = page.getByRole("button", { name: "この内容で登録する" });
  await confirm.waitFor();
  await picture(page, "add-person-check-1280");
  await expectAccessible(page);
  await confirm.press("Enter");
  await page.getByText("取り込みました。").waitFor();
  await page.getByRole("button", { name: "CSV で保存する" }).waitFor();
  check();
  await page.context().close();
});

it("an administrator adds a section, renames another from a day on, gives its roles and takes a booked move back", async () => {
  const { page, check } = await openSignedIn(browser, city, administrator, { path: "/people" });
  await page.getByRole("button", { name: "組織を加える" }).press("Enter");
  const adding = page.getByRole("dialog", { name: "組織を加える" });
  await adding.getByLabel("組織コード").fill("990100");
  await adding.getByLabel("名称").fill("脱炭素推進室");
  await adding.getByRole("button", { name: "内容を確認する" }).press("Enter");
  await page.getByRole("button", { name: "この内容で登録する" }).press("Enter");
  await page.getByText("取り込みました。").waitFor();
  await page.getByRole("treeitem", { name: /脱炭素推進室/ }).waitFor();

  await page.getByRole("treeitem", { name: /財政課/ }).click();
  await page.getByRole("button", { name: "役割を決める" }).press("Enter");
  const roles = page.getByRole("dialog", { name: "財政課の役割" });
  await roles.getByLabel("情報セキュリティ担当者").selectOption({ label: "佐藤 花子　財政課 主査" });
  await lookAt(page, "roles-dialog");
  await roles.getByRole("button", { name: "役割を保存する" }).press("Enter");
  await roles.waitFor({ state: "detached" });
  const holder = page.getByRole("region", { name: "役割" }).getByRole("link", { name: "佐藤 花子" });
  await holder.waitFor();
  await page.getByRole("button", { name: "役割を決める" }).press("Enter");
  await roles.getByLabel("情報セキュリティ担当者").selectOption({ label: "決めない" });
  await roles.getByRole("button", { name: "役割を保存する" }).press("Enter");
  await holder.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "組織を変更する" }).press("Enter");
  const changing = page.getByRole("dialog", { name: "財政課の変更" });
  await changing.getByLabel("名称").fill("行財政改革課");
  await changing.getByLabel("変更する日").fill("2099-04-01");
  await lookAt(page, "section-dialog");
  await changing.getByRole("button", { name: "内容を確認する" }).press("Enter");
  await page.getByRole("button", { name: "この内容で登録する" }).press("Enter");
  await page.getByText("取り込みました。").waitFor();
  const client = await city.server.as(administrator);
  const names = async (on: string) =>
    (await client.get(`/api/v1/sections?on=${on}`)).body.items.map(
      (section: { name: string }) => section.name,
    );
  expect(await names("2099-03-31")).toContain("財政課");
  expect(await names("2099-04-01")).toContain("行財政改革課");

  const sections = (await client.get("/api/v1/sections")).body.items;
  const disaster = sections.find((section: { name: string }) => section.name === "危機管理課");
  await client.post(`/api/v1/people/${city.people.tanaka.id}/posts`, {
    sectionId: disaster.id,
    postName: "課長",
    isMain: true,
    from: "2099-04-01",
  });
  await page.setViewportSize(sizes.terminal);
  await page.goto(`/people/${city.people.tanaka.id}`);
  await page.getByRole("button", { name: "予定を取りやめる" }).press("Enter");
  const asking = page.getByRole("alertdialog", { name: "予定を取りやめますか" });
  await lookAt(page, "end-post-dialog");
  await asking.getByRole("button", { name: "予定を取りやめる" }).press("Enter");
  await page.getByText("今後の予定（管理者だけに表示）").waitFor({ state: "detached" });
  check();
  await page.context().close();
});

it("the page of a section shows where its people are, and nobody else is offered changes", async () => {
  const suzuki = await openSignedIn(browser, city, city.people.suzuki, { zone: "internet" });
  await (await city.server.as(city.people.suzuki)).put("/api/v1/me/status", {
    status: "outside",
    words: "現地確認中",
    until: null,
    hidesPresence: false,
  });
  const { page, check } = await openSignedIn(browser, city, city.people.watanabe, { path: "/people" });
  await page.getByRole("treeitem", { name: /危機管理課/ }).click();
  await page.getByText("外勤 現地確認中").waitFor();
  await picture(page, "section-presence-1366");
  await expectAccessible(page);
  for (const name of ["人を加える", "組織を加える", "組織を変更する", "役割を決める"])
    expect(await page.getByRole("button", { name }).count()).toBe(0);
  check();
  await page.context().close();
  await suzuki.context.close();
});

it("names in open rooms follow an import", async () => {
  const api = await city.server.as(city.people.tanaka);
  const { body: direct } = await api.post(
    "/api/v1/rooms",
    { kind: "direct", memberIds: [city.people.takahashi.id] },
    { "idempotency-key": newId() },
  );
  const { page, check } = await openSignedIn(browser, city, city.people.tanaka, {
    path: `/rooms/${direct.id}`,
  });
  await page.getByRole("region", { name: "髙橋 美咲", exact: true }).waitFor();
  const client = await city.server.as(administrator);
  const { number } = (await client.get(`/api/v1/people/${city.people.takahashi.id}`)).body;
  const { code } = (await client.get("/api/v1/sections")).body.items.find((section: { name: string }) =>
    section.name.startsWith("国民健康保険課"),
  );
  const list = `職員番号,氏名,所属コード\r\n${number},山本 美咲,${code}\r\n`;
  const checked = await client.post("/api/v1/directory-imports", {
    people: { name: "職員.csv", base64: Buffer.from(list).toString("base64") },
  });
  expect((await client.post(`/api/v1/directory-imports/${checked.body.id}/run`, {})).body.state).toBe("done");
  await page.getByRole("region", { name: "山本 美咲", exact: true }).waitFor();
  await page
    .getByRole("link", { name: /山本 美咲/ })
    .first()
    .waitFor();
  check();
  await page.context().close();
});
